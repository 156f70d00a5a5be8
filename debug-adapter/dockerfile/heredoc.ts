/** Here-documents: which words of a line start one. */
import { expandWords } from './expand.js';

/** `<<NAME`, `<<-NAME`, `3<<NAME`, `<<"NAME"`. */
export interface HeredocWord {
  readonly name: string;
  /** False when a part of the name is quoted. */
  readonly expand: boolean;
  /** `<<-`: tabs before lines and terminator do not count. */
  readonly chomp: boolean;
}

const nothing = (): undefined => undefined;

/** The here-document that a word starts, if it does. */
export function parseHeredoc(word: string): HeredocWord | undefined {
  const match = /^(\d*)<<(-?)[\t\n\f\r ]*([^<]*)$/.exec(word);
  const rest = match?.[3];
  if (match === null || rest === undefined || rest === '') return undefined;
  const plain = expandWords(rest, nothing, { escape: '\\', skipUnset: true });
  const raw = expandWords(rest, nothing, { escape: '\\', skipUnset: true, rawQuotes: true });
  if (!plain.ok || !raw.ok || plain.words.length !== 1) return undefined;
  const name = plain.words[0] ?? '';
  return { name, expand: quotes(name) === quotes(raw.words[0] ?? ''), chomp: match[2] === '-' };
}

/** All here-documents that a logical line starts, in order. */
export function heredocsOf(line: string): readonly HeredocWord[] {
  const options = { escape: '\\', rawQuotes: true, rawEscapes: true, skipUnset: true } as const;
  const words = expandWords(line, nothing, options);
  return words.ok ? words.words.map(parseHeredoc).filter((heredoc) => heredoc !== undefined) : [];
}

/** Drops the tabs at the start of each line. */
export function chomp(text: string): string {
  return text.replace(/(^|\n)\t+/g, '$1');
}

function quotes(text: string): number {
  return text.split(/['"]/).length - 1;
}
