/** Words of an instruction before any variable is expanded. */
import { cut, isSpace, trimStart } from './text.js';

/** Nothing to look out for: no quotes, no escapes, only the usual blanks. */
const simple = /^[\t\v\f\r !#-&(-[\]-_a-~]*$/;

/** Words at blanks; quotes hold a word together and stay in it. */
export function quotedWords(text: string, escape: string): readonly string[] {
  if (simple.test(text)) return text === '' ? [] : text.split(/[\t\v\f\r ]+/).filter((word) => word !== '');
  const words: string[] = [];
  const characters = [...text];
  let word = '';
  let quote = '';
  for (let index = 0; index < characters.length; index += 1) {
    let character = characters[index] ?? '';
    if (quote === '' && isSpace(character)) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
    if (character === escape && quote !== "'") {
      if (index + 1 === characters.length) break;
      word += character;
      index += 1;
      character = characters[index] ?? '';
    }
    word += character;
  }
  if (word !== '') words.push(word);
  return words;
}

/** Words at blanks, quotes do not matter. */
export function plainWords(text: string): readonly string[] {
  return text === '' ? [] : text.split(/[\t\v\f\r ]+/);
}

/** One `name=value` of ENV or LABEL. */
export interface Pair {
  readonly name: string;
  readonly value: string;
}

/** Pairs of ENV and LABEL: `a=b c="d e"`, or the old form `name value with blanks`. */
export function pairs(
  text: string,
  escape: string,
): { readonly ok: true; readonly pairs: readonly Pair[] } | { readonly ok: false; readonly word: string } {
  const words = quotedWords(text, escape);
  const first = words[0];
  if (first === undefined) return { ok: true, pairs: [] };
  if (!first.includes('=')) {
    const { head, rest } = cut(text);
    return rest === undefined ? { ok: false, word: first } : { ok: true, pairs: [{ name: head, value: rest }] };
  }
  const result: Pair[] = [];
  for (const word of words) {
    const { name, value } = splitAssignment(word);
    if (value === undefined) return { ok: false, word };
    result.push({ name, value });
  }
  return { ok: true, pairs: result };
}

/** `name=value` or `name`. */
export function splitAssignment(word: string): { readonly name: string; readonly value: string | undefined } {
  const equals = word.indexOf('=');
  if (equals < 0) return { name: word, value: undefined };
  return { name: word.slice(0, equals), value: word.slice(equals + 1) };
}

/** A JSON array of strings; `mixed` for an array that holds something else, which the engine refuses. */
export type JsonForm =
  | { readonly kind: 'strings'; readonly items: readonly string[] }
  | { readonly kind: 'mixed' | 'none' };

/** Tells the exec form from the shell form: what is no valid JSON is a shell command, however much it looks like JSON. */
export function jsonForm(text: string): JsonForm {
  const source = trimStart(text);
  if (!source.startsWith('[')) return { kind: 'none' };
  const value = parseJson(source);
  if (!Array.isArray(value)) return { kind: 'none' };
  const values: readonly unknown[] = value;
  const items: string[] = [];
  for (const item of values) {
    if (typeof item !== 'string') return { kind: 'mixed' };
    items.push(wellFormed(item));
  }
  return { kind: 'strings', items };
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined; // not JSON: the caller treats it as a shell command
  }
}

/** Go cannot hold half of a surrogate pair. */
function wellFormed(text: string): string {
  return text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
}
