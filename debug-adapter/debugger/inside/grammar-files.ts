/** Where the parser of scripts is, and its grammar. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { GrammarFiles } from '../../dockerfile/script/model.js';

const packaged = { parser: 'web-tree-sitter.wasm', grammar: 'tree-sitter-bash.wasm' };

/** Beside the bundle, or in the packages that they come in. */
export async function grammarFiles(): Promise<GrammarFiles> {
  const [parser, grammar] = await Promise.all([
    read(packaged.parser, 'web-tree-sitter/web-tree-sitter.wasm'),
    read(packaged.grammar, 'tree-sitter-bash/tree-sitter-bash.wasm'),
  ]);
  return { parser, grammar };
}

async function read(name: string, inPackage: string): Promise<Uint8Array> {
  try {
    return await readFile(join(__dirname, name));
  } catch {
    return await readFile(createRequire(join(__dirname, 'here')).resolve(inPackage));
  }
}
