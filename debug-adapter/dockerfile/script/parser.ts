/** The parser, loaded when a script is parsed for the first time. */
import type { Parser, Tree } from 'web-tree-sitter';
import type { GrammarFiles } from './model.js';

let loading: Promise<Parser> | undefined;

/** Parses a script with the grammar of bash, of which POSIX shells understand a part. */
export async function parseScript(text: string, files: () => Promise<GrammarFiles>): Promise<Tree | undefined> {
  loading ??= load(files);
  try {
    return (await loading).parse(text) ?? undefined;
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

async function load(files: () => Promise<GrammarFiles>): Promise<Parser> {
  const [{ Parser, Language }, { parser, grammar }] = await Promise.all([import('web-tree-sitter'), files()]);
  await Parser.init({ wasmBinary: parser });
  return new Parser().setLanguage(await Language.load(grammar));
}
