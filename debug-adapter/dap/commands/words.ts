import { UserError } from '../../debugger/errors.js';

/** What a command says of the words that may follow it. */
export interface Takes {
  readonly name: string;
  readonly example: string;
  readonly samples?: readonly string[];
  /** Default: none. */
  readonly most?: number;
}

/** Refuses words that nothing would be done with. */
export function requireAtMost({ name, example, samples = [], most = 0 }: Takes, words: readonly string[]): void {
  const strange = words[most];
  if (strange === undefined) return;
  if (most === 0) throw new UserError('words-too-many', `:${name} takes no words, and "${strange}" follows it.`);
  const sample = samples.at(-1) ?? example;
  throw new UserError(
    'words-too-many',
    `"${strange}" is one word too many for ${example}.`,
    `Write words with blanks in quotes. E.g. ${sample}`,
  );
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
