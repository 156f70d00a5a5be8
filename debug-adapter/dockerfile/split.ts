/** One logical line taken apart: keyword, flags, the rest. */
import type { Flag } from './model.js';
import { cut, isSpace, trim, trimStart } from './text.js';
import { jsonForm, type JsonForm } from './words.js';

/** A logical line as BuildKit's parser sees it. */
export interface Command {
  /** As written. */
  readonly word: string;
  /** Upper case, if it is a word of letters. */
  readonly keyword: string;
  readonly flags: readonly Flag[];
  readonly args: string;
  /** Of the arguments, or of what follows CMD for HEALTHCHECK; `none` for instructions without an exec form. */
  readonly json: JsonForm;
  /** What follows ONBUILD. */
  readonly trigger: Command | undefined;
}

const withJson = new Set(['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'RUN', 'SHELL', 'VOLUME']);

/** Takes a logical line apart. */
export function splitCommand(line: string, escape: string, nested = false): Command {
  const { head, rest } = cut(trim(line));
  const { flags, rest: tail } = rest === undefined ? { flags: [], rest: '' } : takeFlags(rest, escape);
  const args = trim(tail);
  const lower = head.toLowerCase();
  const keyword = /^[a-z]*$/.test(lower) ? lower.toUpperCase() : head;
  const trigger = keyword === 'ONBUILD' && args !== '' && !nested ? splitCommand(args, escape, true) : undefined;
  return { word: head, keyword, flags, args, json: jsonOf(keyword, args), trigger };
}

function jsonOf(keyword: string, args: string): JsonForm {
  if (withJson.has(keyword)) return jsonForm(args);
  if (keyword === 'HEALTHCHECK') return jsonForm(healthCheck(args).command);
  return { kind: 'none' };
}

/** HEALTHCHECK's type and the command after it. */
export function healthCheck(args: string): { readonly type: string; readonly command: string } {
  let end = 0;
  while (end < args.length && !isSpace(args.charAt(end))) end += 1;
  return { type: args.slice(0, end).toUpperCase(), command: trimStart(args.slice(end)) };
}

/** Takes the words that start with `--` from the front; quotes and escapes are gone from them. A lone `--` ends them. */
function takeFlags(text: string, escape: string): { flags: readonly Flag[]; rest: string } {
  const flags: Flag[] = [];
  let position = 0;
  for (;;) {
    while (isBlank(text.charAt(position))) position += 1;
    if (!text.startsWith('--', position)) return { flags, rest: text.slice(position) };
    const word = readFlag(text, position, escape);
    position = word.end;
    if (word.text === '--') return { flags, rest: text.slice(position) };
    flags.push(toFlag(word.text));
  }
}

/** The engine looks at flags byte by byte, so only ASCII's white space counts. */
function isBlank(character: string): boolean {
  return character !== '' && ' \t\n\v\f\r'.includes(character);
}

function readFlag(text: string, start: number, escape: string): { text: string; end: number } {
  let position = start;
  let word = '';
  let quote = '';
  for (; position < text.length; position += 1) {
    const character = text.charAt(position);
    if (quote === '' && isBlank(character)) break;
    if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (quote !== '' && character === quote) quote = '';
    else if (character === escape) {
      position += 1;
      word += text.charAt(position);
    } else {
      word += character;
    }
  }
  return { text: word, end: Math.min(position, text.length) };
}

function toFlag(word: string): Flag {
  const equals = word.indexOf('=');
  if (equals < 0) return { name: word.slice(2), value: '' };
  return { name: word.slice(2, equals), value: word.slice(equals + 1) };
}
