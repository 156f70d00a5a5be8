/** The text that `expand` reads, character by character, and the words that it makes of it. */
import { isSpace } from './text.js';

/** Value of a variable, undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

/** How to expand. */
export interface ExpandOptions {
  readonly escape: '\\' | '`';
  /** Quotes stay in the result. */
  readonly rawQuotes?: boolean;
  /** Escape characters stay in the result. */
  readonly rawEscapes?: boolean;
  /** Quotes are characters like any other. */
  readonly skipQuotes?: boolean;
  /** `$NAME` of an unset variable stays as it is. */
  readonly skipUnset?: boolean;
}

/** A text that is being read. */
export interface Lexer {
  readonly characters: readonly string[];
  readonly lookup: Lookup;
  readonly options: ExpandOptions;
  position: number;
  rawEscapes: boolean;
  /** The word being collected. One for all levels: a nested `${…:-word}` drops what the outer level has begun. */
  word: string;
  depth: number;
  /** Whether words are wanted; else only the text is. */
  readonly collects: boolean;
}

/** Starts at the first character; a byte order mark does not count. */
export function newLexer(text: string, lookup: Lookup, options: ExpandOptions, collects: boolean): Lexer {
  const characters = [...text];
  if (characters[0] === '\uFEFF') characters.shift();
  const rawEscapes = options.rawEscapes === true;
  return { characters, lookup, options, position: 0, rawEscapes, word: '', depth: 0, collects };
}

/** The character at hand, undefined at the end. */
export function peek(lexer: Lexer): string | undefined {
  return lexer.characters[lexer.position];
}

/** Takes the character at hand. */
export function next(lexer: Lexer): string | undefined {
  const character = lexer.characters[lexer.position];
  if (character !== undefined) lexer.position += 1;
  return character;
}

/** Words that were read whole. */
export interface Words {
  readonly list: string[];
  inWord: boolean;
}

/** Text that belongs to the word, blanks too. */
export function addRaw(lexer: Lexer, words: Words, text: string): void {
  if (!lexer.collects) return;
  lexer.word += text;
  words.inWord = true;
}

/** Text whose blanks end words. */
export function addSplit(lexer: Lexer, words: Words, text: string): void {
  if (!lexer.collects) return;
  for (const character of text) {
    if (!isSpace(character)) addRaw(lexer, words, character);
    else if (words.inWord && lexer.word !== '') {
      words.list.push(lexer.word);
      lexer.word = '';
      words.inWord = false;
    }
  }
}

/** All words, the last one included. */
export function finish(lexer: Lexer, words: Words): readonly string[] {
  if (lexer.word !== '') words.list.push(lexer.word);
  lexer.word = '';
  return words.list;
}
