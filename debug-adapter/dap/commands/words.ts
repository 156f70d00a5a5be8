import { UserError } from '../../debugger/errors.js';

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
