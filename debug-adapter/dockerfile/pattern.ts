/** Shell patterns of `${NAME#…}`, `${NAME%…}` and `${NAME/…/…}`: `*`, `?` and backslash escapes, no brackets. */
import { ExpandError } from './expand-error.js';

const special = new Set('[]{}.+()|^$');

function toRegExp(pattern: string, greedy: boolean, anchored: boolean): RegExp {
  const characters = [...pattern];
  let source = anchored ? '^' : '';
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    if (character === '*') source += greedy ? '[^\\n]*' : '[^\\n]*?';
    else if (character === '?') source += '[^\\n]';
    else if (character !== '\\') source += special.has(character) ? `\\${character}` : character;
    else {
      const next = characters[index + 1];
      // Only `}` and `/` lose their backslash; they are escaped for the sake of ${}, not of the pattern.
      if (next === '}' || next === '/') continue;
      if (next !== '*' && next !== '?' && next !== '\\') {
        throw new ExpandError(`invalid pattern (${pattern}) in substitution: invalid escape '\\${next ?? ''}'`);
      }
      source += `\\${next}`;
      index += 1;
    }
  }
  return new RegExp(source, 'u');
}

function reverse(text: string): string {
  return [...text].reverse().join('');
}

/** Reverses a pattern but keeps each backslash before what it escapes. */
function reversePattern(pattern: string): string {
  const characters = [...pattern];
  const units: string[] = [];
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    const next = characters[index + 1];
    if (character === '\\' && next !== undefined) {
      units.push(character + next);
      index += 1;
    } else {
      units.push(character);
    }
  }
  return units.reverse().join('');
}

/** `${NAME#pattern}`, and `##` when greedy. */
export function trimPrefix(pattern: string, value: string, greedy: boolean): string {
  const match = toRegExp(pattern, greedy, true).exec(value);
  return match === null ? value : value.slice(match[0].length);
}

/** `${NAME%pattern}`, and `%%` when greedy. */
export function trimSuffix(pattern: string, value: string, greedy: boolean): string {
  return reverse(trimPrefix(reversePattern(pattern), reverse(value), greedy));
}

/** `${NAME/pattern/replacement}`. */
export function replaceFirst(pattern: string, value: string, replacement: string): string {
  const match = toRegExp(pattern, true, false).exec(value);
  if (match === null) return value;
  return value.slice(0, match.index) + replacement + value.slice(match.index + match[0].length);
}

/** `${NAME//pattern/replacement}`; like Go, an empty match right after a match does not count. */
export function replaceAll(pattern: string, value: string, replacement: string): string {
  const expression = new RegExp(toRegExp(pattern, true, false).source, 'gu');
  let result = '';
  let end = 0;
  let lastMatchEnd = -1;
  for (const match of value.matchAll(expression)) {
    if (match[0] === '' && match.index === lastMatchEnd) continue;
    result += value.slice(end, match.index) + fillTemplate(replacement, match[0]);
    end = match.index + match[0].length;
    lastMatchEnd = end;
  }
  return result + value.slice(end);
}

/** Go reads the replacement as a template: `$0` is the match, other names are groups that do not exist. */
function fillTemplate(template: string, match: string): string {
  return template.replace(
    /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu,
    (whole, bare?: string, braced?: string) => {
      if (whole === '$$') return '$';
      return /^0+$/.test(bare ?? braced ?? '') ? match : '';
    },
  );
}
