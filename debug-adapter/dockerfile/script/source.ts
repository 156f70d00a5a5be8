/** The script of a RUN, and where in the text of the instruction each of its characters stands. */
import { isComment } from '../directives.js';
import type { Heredoc, Instruction } from '../model.js';
import { trimContinuation } from '../scan.js';
import { isSpace, splitLines, trimNewline, trimStart } from '../text.js';

/** A text that was made of parts of another one. */
export interface Source {
  readonly text: string;
  /** For each UTF-16 unit of it, the offset of the unit in the text of the instruction. */
  readonly offsets: readonly number[];
  /** And the offset behind it: an escape in a JSON string is longer than what it stands for. */
  readonly ends: readonly number[];
}

/** What follows the keyword and the flags. Undefined where it is not what the parser read. */
export function argumentsOf(instruction: Instruction, escape: string): Source | undefined {
  const joined = joinLines(instruction, escape);
  let end = joined.text.length;
  while (end > 0 && isSpace(joined.text.charAt(end - 1))) end -= 1;
  return expected(part(joined, end - instruction.args.length, end), instruction.args);
}

/** Arguments and the bodies of their here-documents, as the shell reads them. */
export function withBodies(args: Source, instruction: Instruction): Source | undefined {
  const parts = [args];
  for (const heredoc of instruction.heredocs) {
    const body = expected(rawBody(instruction, heredoc), heredoc.raw);
    const end = expected(terminator(instruction, heredoc), heredoc.name);
    if (body === undefined || end === undefined) return undefined;
    const newline = parts.at(-1)?.ends.at(-1) ?? 0;
    parts.push({ text: '\n', offsets: [newline], ends: [newline + 1] }, body, end);
  }
  return join(parts);
}

/** A here-document that is the script. */
export function contentOf(instruction: Instruction, heredoc: Heredoc): Source | undefined {
  const raw = rawBody(instruction, heredoc);
  if (heredoc.raw === heredoc.content) return expected(raw, heredoc.content);
  const parts: Source[] = [];
  let at = 0;
  for (const line of splitLines(raw.text)) {
    const tabs = /^\t*/.exec(line)?.[0].length ?? 0;
    parts.push(part(raw, at + tabs, at + line.length));
    at += line.length;
  }
  return expected(join(parts), heredoc.content);
}

/** The strings of a JSON array. */
export function jsonStrings(args: Source, values: readonly string[]): readonly Source[] | undefined {
  const found: Source[] = [];
  for (const { 0: literal, index } of args.text.matchAll(/"(?:[^"\\]|\\.)*"/g)) {
    const value = expected(decoded(part(args, index + 1, index + literal.length - 1)), values[found.length]);
    if (value === undefined) return undefined;
    found.push(value);
  }
  return found.length === values.length ? found : undefined;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

function decoded(literal: Source): Source {
  const units = [...literal.text.matchAll(/\\u([\da-fA-F]{4})|\\(.)|[^\\]/g)];
  const text = units.map(([unit, code, name]) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return name === undefined ? unit : (escapes[name] ?? name);
  });
  const offsets = units.map(({ index }) => literal.offsets[index] ?? 0);
  const ends = units.map(({ 0: unit, index }) => literal.ends[index + unit.length - 1] ?? 0);
  return { text: text.join(''), offsets, ends };
}

/** Lines of the instruction joined as `scan` joins them. */
function joinLines({ text, startLine, heredocs }: Instruction, escape: string): Source {
  const lines = splitLines(text);
  const count = heredocs[0] === undefined ? lines.length : heredocs[0].startLine - startLine;
  const parts: Source[] = [];
  let start = 0;
  lines.slice(0, count).forEach((line, index) => {
    const whole = trimNewline(line);
    const blanks = index === 0 ? whole.length - trimStart(whole).length : 0;
    const isPart = index === 0 || (!isComment(line) && trimStart(line) !== '');
    const end = start + trimContinuation(whole, escape).text.length;
    if (isPart) parts.push(written(text, start + blanks, end));
    start += line.length;
  });
  return join(parts);
}

function rawBody(instruction: Instruction, heredoc: Heredoc): Source {
  const start = lineStart(instruction, heredoc.startLine);
  return written(instruction.text, start, start + heredoc.raw.length);
}

function terminator(instruction: Instruction, { name, endLine }: Heredoc): Source {
  const start = lineStart(instruction, endLine);
  const tabs = /^\t*/.exec(instruction.text.slice(start))?.[0].length ?? 0;
  // A name may begin with tabs itself.
  const at = instruction.text.startsWith(name, start) ? start : start + tabs;
  return written(instruction.text, at, at + name.length);
}

function lineStart({ text, startLine }: Instruction, line: number): number {
  return splitLines(text)
    .slice(0, line - startLine)
    .reduce((length, each) => length + each.length, 0);
}

function part({ text, offsets, ends }: Source, start: number, end: number): Source {
  return { text: text.slice(start, end), offsets: offsets.slice(start, end), ends: ends.slice(start, end) };
}

function join(parts: readonly Source[]): Source {
  return {
    text: parts.map(({ text }) => text).join(''),
    offsets: parts.flatMap(({ offsets }) => offsets),
    ends: parts.flatMap(({ ends }) => ends),
  };
}

/** A part of the instruction as it is. */
function written(text: string, start: number, end: number): Source {
  const part = text.slice(start, end);
  const offsets = Array.from({ length: part.length }, (_, index) => start + index);
  return { text: part, offsets, ends: offsets.map((offset) => offset + 1) };
}

/** The same text by two ways, or none. */
function expected(source: Source, text: string | undefined): Source | undefined {
  return source.text === text ? source : undefined;
}
