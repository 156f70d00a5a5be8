import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { GrammarFiles } from '../../debug-adapter/dockerfile/script/model.js';

const read = (path: string): Promise<Uint8Array> =>
  readFile(fileURLToPath(new URL(`../../node_modules/${path}`, import.meta.url)));

/** The parser and the grammar of shells, as they are installed. */
export async function grammarFiles(): Promise<GrammarFiles> {
  return {
    parser: await read('web-tree-sitter/web-tree-sitter.wasm'),
    grammar: await read('tree-sitter-bash/tree-sitter-bash.wasm'),
  };
}
