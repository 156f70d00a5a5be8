/** Text to logical lines: continuations joined, comments dropped, here-documents read; each with its physical lines. */
import { isComment } from './directives.js';
import { chomp, heredocsOf, type HeredocWord } from './heredoc.js';
import { splitCommand, type Command } from './split.js';
import { byteLength, splitLines, trimNewline, trimStart, withoutMark } from './text.js';

/** A here-document with its body; lines count from 1 and include the terminator. */
export interface Body extends HeredocWord {
  readonly raw: string;
  readonly content: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** One instruction, right or wrong. */
export interface LogicalLine {
  readonly command: Command;
  readonly startLine: number;
  readonly endLine: number;
  /** Physical lines as written. */
  readonly text: string;
  readonly heredocs: readonly Body[];
  /** Name of the here-document that the file ends in. */
  readonly unterminated: string | undefined;
  /** The file ends in a continuation. */
  readonly dangling: boolean;
}

/** All logical lines of a file, and the lines that are longer than the engine reads. */
export interface Scan {
  readonly lines: readonly LogicalLine[];
  readonly tooLong: readonly number[];
}

interface Reader {
  readonly lines: readonly string[];
  readonly escape: string;
  position: number;
}

const maxLine = 65535;

/** Reads the whole text; every text gives an answer. */
export function scan(text: string, escape: '\\' | '`'): Scan {
  const lines = splitLines(withoutMark(text));
  const reader: Reader = { lines, escape, position: 0 };
  const result: LogicalLine[] = [];
  while (reader.position < lines.length) {
    const line = readLogicalLine(reader);
    if (line !== undefined) result.push(line);
  }
  const tooLong: number[] = [];
  lines.forEach((line, index) => {
    if (line.length * 3 > maxLine && byteLength(line.replace(/\n$/, '')) > maxLine) tooLong.push(index + 1);
  });
  return { lines: result, tooLong };
}

/** Without the continuation character and the blanks after it, and whether there was one. A doubled one is none. */
export function trimContinuation(line: string, escape: string): { text: string; continues: boolean } {
  let end = line.length;
  while (end > 0 && (line.charAt(end - 1) === ' ' || line.charAt(end - 1) === '\t')) end -= 1;
  const continues = end > 0 && line.charAt(end - 1) === escape && (end === 1 || line.charAt(end - 2) !== escape);
  return { text: continues ? line.slice(0, end - 1) : line, continues };
}

function readLogicalLine(reader: Reader): LogicalLine | undefined {
  const start = reader.position;
  const first = reader.lines[start] ?? '';
  reader.position += 1;
  let { text, continues } = trimContinuation(isComment(first) ? '' : trimStart(trimNewline(first)), reader.escape);
  if (text === '' && !continues) return undefined;
  while (continues && reader.position < reader.lines.length) {
    const line = reader.lines[reader.position] ?? '';
    reader.position += 1;
    if (isComment(line) || trimStart(line) === '') continue;
    const part = trimContinuation(trimNewline(line), reader.escape);
    text += part.text;
    continues = part.continues;
  }
  const command = splitCommand(text, reader.escape);
  const words = mayHaveHeredocs(command) && text.includes('<<') ? heredocsOf(text) : [];
  const { heredocs, unterminated } = readHeredocs(reader, words);
  return {
    command,
    startLine: start + 1,
    endLine: reader.position,
    text: trimNewline(reader.lines.slice(start, reader.position).join('')),
    heredocs,
    unterminated,
    dangling: continues,
  };
}

function mayHaveHeredocs(command: Command): boolean {
  const inner = command.trigger ?? command;
  return ['ADD', 'COPY', 'RUN'].includes(inner.keyword) && inner.json.kind !== 'strings';
}

function readHeredocs(
  reader: Reader,
  words: readonly HeredocWord[],
): { heredocs: Body[]; unterminated: string | undefined } {
  const heredocs: Body[] = [];
  for (const word of words) {
    const start = reader.position;
    let terminated = false;
    while (!terminated && reader.position < reader.lines.length) {
      const line = trimNewline(reader.lines[reader.position] ?? '');
      terminated = (word.chomp ? line.replace(/^\t+/, '') : line) === word.name;
      reader.position += 1;
    }
    if (!terminated) return { heredocs, unterminated: word.name };
    const raw = reader.lines.slice(start, reader.position - 1).join('');
    const content = word.chomp ? chomp(raw) : raw;
    heredocs.push({ ...word, raw, content, startLine: start + 1, endLine: reader.position });
  }
  return { heredocs, unterminated: undefined };
}
