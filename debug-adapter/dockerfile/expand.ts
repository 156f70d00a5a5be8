/**
 * Variables, quotes and escapes as BuildKit's Dockerfile frontend treats them: the POSIX shell's manner with differences
 * that matter, among them: `\` goes everywhere outside quotes, single quotes are honoured inside `${…}`, and there are no
 * backquotes.
 */
import { ExpandError } from './expand-error.js';
import {
  addRaw,
  addSplit,
  finish,
  newLexer,
  next,
  peek,
  type ExpandOptions,
  type Lexer,
  type Lookup,
  type Words,
} from './lexer.js';
import { replaceAll, replaceFirst, trimPrefix, trimSuffix } from './pattern.js';

export type { ExpandOptions, Lookup } from './lexer.js';

/** What became of the text; or why it is refused. */
export type Expanded = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly message: string };

/** The text as words, split at the blanks that are not quoted. */
export type ExpandedWords =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly message: string };

const plainWithBackslash = /^[^$'"<\\\s\u0085]*$/;
const plainWithBacktick = /^[^$'"<`\s\u0085]*$/;

/** Expands the text. The result depends on nothing but the arguments, and nothing is thrown. */
export function expand(text: string, lookup: Lookup, options: ExpandOptions): Expanded {
  const plain = options.escape === '`' ? plainWithBacktick : plainWithBackslash;
  return plain.test(text) ? { ok: true, value: text } : read(newLexer(text, lookup, options, false));
}

/** Expands the text and splits it into words. */
export function expandWords(text: string, lookup: Lookup, options: ExpandOptions): ExpandedWords {
  return read(newLexer(text, lookup, options, true));
}

interface Read {
  readonly value: string;
  readonly words: readonly string[];
}

function read(lexer: Lexer): ({ readonly ok: true } & Read) | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, ...readUntil(lexer, undefined, lexer.rawEscapes) };
  } catch (error) {
    if (error instanceof ExpandError) return { ok: false, message: error.message };
    throw error;
  }
}

/** Reads to the stop character (or the end of the text), expanding on the way. */
function readUntil(lexer: Lexer, stop: string | undefined, rawEscapes: boolean, isPattern = false): Read {
  if (lexer.depth > 100) throw new ExpandError('substitutions are nested too deep');
  const outerRaw = lexer.rawEscapes;
  lexer.rawEscapes = rawEscapes;
  lexer.depth += 1;
  lexer.word = '';
  const words: Words = { list: [], inWord: false };
  let value = '';
  for (;;) {
    const character = peek(lexer);
    if (character === undefined && stop !== undefined) {
      throw new ExpandError(`unexpected end of statement while looking for matching ${stop}`);
    }
    if (character === undefined) break;
    if (character === stop) {
      next(lexer);
      break;
    }
    value += readPart(lexer, words, character, isPattern);
  }
  lexer.rawEscapes = outerRaw;
  lexer.depth -= 1;
  return { value, words: finish(lexer, words) };
}

function readPart(lexer: Lexer, words: Words, character: string, isPattern: boolean): string {
  if (character === '$') {
    const value = readDollar(lexer);
    addSplit(lexer, words, value);
    return value;
  }
  if (character === '<' || (isQuote(character) && lexer.options.skipQuotes !== true)) {
    const text = character === '<' ? readAngle(lexer) : readQuotes(lexer, character, isPattern);
    addRaw(lexer, words, text);
    return text;
  }
  next(lexer);
  if (character !== lexer.options.escape) {
    addSplit(lexer, words, character);
    return character;
  }
  const escaped = (lexer.rawEscapes ? character : '') + (next(lexer) ?? '');
  if (escaped !== '') addRaw(lexer, words, escaped);
  return escaped;
}

function isQuote(character: string): boolean {
  return character === '"' || character === "'";
}

/** `<<` and the blanks after it belong to the word that follows: so a here-document's name may stand apart. */
function readAngle(lexer: Lexer): string {
  next(lexer);
  if (peek(lexer) !== '<') return '<';
  next(lexer);
  let text = '<<';
  for (let blank = peek(lexer); blank === ' ' || blank === '\t' || blank === '\r'; blank = peek(lexer)) {
    text += blank;
    next(lexer);
  }
  return text;
}

/** What is quoted in a pattern means itself, so its escape characters are doubled for the pattern to read them again. */
function readQuotes(lexer: Lexer, quote: string, isPattern: boolean): string {
  const shown = lexer.options.rawQuotes === true ? quote : '';
  next(lexer);
  let text = shown;
  for (let character = peek(lexer); character !== quote; character = peek(lexer)) {
    if (character === undefined) {
      const name = quote === '"' ? 'double' : 'single';
      throw new ExpandError(`unexpected end of statement while looking for matching ${name}-quote`);
    }
    if (quote === '"') text += character === '$' ? readDollar(lexer) : readQuoted(lexer, isPattern);
    else text += (isPattern && character === lexer.options.escape ? character : '') + (next(lexer) ?? '');
  }
  next(lexer);
  return text + shown;
}

/** One character inside double quotes; the escape character counts only before `"`, `$` and itself. */
function readQuoted(lexer: Lexer, isPattern: boolean): string {
  const { escape, rawQuotes } = lexer.options;
  const character = next(lexer) ?? '';
  if (character !== escape) return character;
  const following = peek(lexer);
  if (following === undefined) return '';
  if (following === '"' || following === '$' || following === escape) {
    return (lexer.rawEscapes ? escape : '') + (next(lexer) ?? '');
  }
  return lexer.rawEscapes && (rawQuotes !== true || isPattern) ? escape + escape : escape;
}

function readDollar(lexer: Lexer): string {
  next(lexer);
  if (peek(lexer) === '{') {
    next(lexer);
    return readBraces(lexer);
  }
  const name = readName(lexer);
  if (name === '') return '$';
  const value = lexer.lookup(name);
  return value ?? (lexer.options.skipUnset === true ? `$${name}` : '');
}

/** A name, a number, or one of the shell's special parameters. */
function readName(lexer: Lexer): string {
  const first = peek(lexer) ?? '';
  const allowed = /^\p{Nd}$/u.test(first) ? /^\p{Nd}$/u : /^[\p{L}\p{Nd}_]$/u;
  if ('@*#?-$!'.includes(first)) return next(lexer) ?? '';
  let name = '';
  for (let character = peek(lexer); character !== undefined && allowed.test(character); character = peek(lexer)) {
    name += character;
    next(lexer);
  }
  return name;
}

/** After `${`. */
function readBraces(lexer: Lexer): string {
  const first = peek(lexer);
  if (first === undefined) throw new ExpandError("syntax error: missing '}'");
  if (first === '{' || first === '}' || first === ':') throw new ExpandError('syntax error: bad substitution');
  const name = readName(lexer);
  const operator = next(lexer);
  switch (operator) {
    case '}': {
      const value = lexer.lookup(name);
      return value ?? (lexer.options.skipUnset === true ? `\${${name}}` : '');
    }
    case ':':
      return readModifier(lexer, name, next(lexer) ?? '', true);
    case '+':
    case '-':
    case '?':
    case '#':
    case '%':
      return readModifier(lexer, name, operator, false);
    case '/':
      return readReplacement(lexer, name);
    case undefined:
      throw new ExpandError("syntax error: missing '}'");
    default:
      throw new ExpandError(`unsupported modifier (${operator}) in substitution`);
  }
}

/** Reads a part of `${…}`; a missing end is told as the missing brace that it is. */
function readOperand(lexer: Lexer, stop: string, kind: 'word' | 'pattern' | 'replacement', missing: string): string {
  try {
    return readUntil(lexer, stop, kind !== 'word', kind === 'pattern').value;
  } catch (error) {
    if (error instanceof ExpandError && peek(lexer) === undefined) throw new ExpandError(missing);
    throw error;
  }
}

function readModifier(lexer: Lexer, name: string, operator: string, emptyIsUnset: boolean): string {
  const shown = emptyIsUnset ? `:${operator}` : operator;
  const unsupported = new ExpandError(`unsupported modifier (${shown}) in substitution`);
  const pattern = operator === '#' || operator === '%';
  if (emptyIsUnset && pattern) throw unsupported;
  const word = readOperand(lexer, '}', pattern ? 'pattern' : 'word', "syntax error: missing '}'");
  const value = lexer.lookup(name);
  if (value === undefined && lexer.options.skipUnset === true) return `\${${name}${shown}${word}}`;
  const missing = value === undefined || (emptyIsUnset && value === '');
  switch (operator) {
    case '-':
      return missing ? word : value;
    case '+':
      return missing ? '' : word;
    case '?':
      if (missing)
        throw new ExpandError(`${name}: ${word || `is not allowed to be ${value === undefined ? 'unset' : 'empty'}`}`);
      return value;
    case '#':
    case '%': {
      const greedy = word.startsWith(operator);
      const trimmed = operator === '#' ? trimPrefix : trimSuffix;
      return trimmed(greedy ? word.slice(1) : word, value ?? '', greedy);
    }
    default:
      throw unsupported;
  }
}

/** `${NAME/pattern/replacement}` after its first slash. */
function readReplacement(lexer: Lexer, name: string): string {
  const all = peek(lexer) === '/';
  if (all) next(lexer);
  const pattern = readOperand(lexer, '/', 'pattern', "syntax error: missing '/' in ${}");
  const replacement = readOperand(lexer, '}', 'replacement', "syntax error: missing '}'");
  const value = lexer.lookup(name);
  if (value === undefined && lexer.options.skipUnset === true) return `\${${name}/${pattern}/${replacement}}`;
  return (all ? replaceAll : replaceFirst)(pattern, value ?? '', replacement);
}
