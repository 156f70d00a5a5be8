import { UserError } from '../../debugger/errors.js';

/** What a command says of the words that may follow it. */
export interface Takes {
  readonly name: string;
  readonly example: string;
  readonly samples?: readonly string[];
  /** Default: none. */
  readonly most?: number;
  /** So many of them are names and paths, which may have blanks. */
  readonly paths?: number;
}

/** Refuses words that nothing would be done with. */
export function requireAtMost(takes: Takes, words: readonly string[]): void {
  const { name, example, samples = [], most = 0, paths } = takes;
  const strange = words[most];
  if (strange === undefined) return;
  if (most === 0) throw new UserError('words-too-many', `:${name} takes no words, and "${strange}" follows it.`);
  const hint =
    paths === undefined
      ? `E.g. ${samples.at(-1) ?? example}`
      : `Write what has blanks in quotes: ${inQuotes(takes, words)}`;
  throw new UserError('words-too-many', `"${strange}" is one word too many for ${example}.`, hint);
}

/** The command as it was probably meant: what begins as a path does is the next one, as long as there is one more. */
export function inQuotes({ name, paths = 0 }: Takes, words: readonly string[]): string {
  const [flags, rest] = [words.filter((word) => word.startsWith('--')), words.filter((word) => !word.startsWith('--'))];
  const meant: string[] = [];
  for (const word of rest) {
    const begins = meant.length < paths && /^(?:\/|~|\.{1,2}(?:\/|$))/.test(word);
    if (meant.length === 0 || begins) meant.push(word);
    else meant.push(`${meant.pop() ?? ''} ${word}`);
  }
  return [`:${name}`, ...flags, ...meant.map(quoted)].join(' ');
}

function quoted(word: string): string {
  return /[\s'"\\]/.test(word) ? `"${word.replaceAll(/["\\]/g, '\\$&')}"` : word;
}

/** Splits what follows a command as a shell does: blanks part words, unless they are quoted or behind a backslash. */
export function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  const parts = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|(\s+)|([^\s'"\\]+|.)/gs;
  for (const [whole, single, double, escaped, blank, plain] of text.matchAll(parts)) {
    if (blank !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    if (plain === "'" || plain === '"')
      throw new UserError('quote-open', `The quote ${whole} is not closed.`, 'E.g. :save "/srv/a b"');
    word = (word ?? '') + (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain ?? '');
  }
  return word === undefined ? words : [...words, word];
}
