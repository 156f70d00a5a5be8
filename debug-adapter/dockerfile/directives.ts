/** `# syntax=`, `# escape=`, `# check=`: comments at the top that speak to the parser. */
import { isSpace, splitLines, trimNewline, trimStart, withoutMark } from './text.js';

/** What the top of the file says. */
export interface Directives {
  readonly escape: '\\' | '`';
  readonly syntax: string | undefined;
  /** What the engine would refuse; lines count from 1. */
  readonly mistakes: readonly { readonly line: number; readonly code: string; readonly message: string }[];
}

interface Directive {
  readonly name: string;
  readonly value: string;
}

const known = new Set(['syntax', 'escape', 'check']);

function parseDirective(line: string, prefix: string): Directive | undefined {
  if (!line.startsWith(prefix)) return undefined;
  const match = /^([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=(.+)$/s.exec(trimStart(line.slice(prefix.length)));
  const name = match?.[1]?.toLowerCase();
  const rest = match?.[2];
  if (name === undefined || rest === undefined || !known.has(name)) return undefined;
  return { name, value: trimBlanks(rest) };
}

/** A value of nothing but blanks is one blank: the engine wants at least one character. */
function trimBlanks(text: string): string {
  const blank = (index: number): boolean => '\t\n\f\r '.includes(text.charAt(index));
  let start = 0;
  while (start < text.length - 1 && blank(start)) start += 1;
  let end = text.length;
  while (end > start + 1 && blank(end - 1)) end -= 1;
  return text.slice(start, end);
}

/** The frontend is chosen before parsing, by laxer rules: a shebang line, `//` comments and JSON are fine too. */
function detectSyntax(text: string): string | undefined {
  const lines = splitLines(text);
  if (lines[0]?.startsWith('#!') === true) lines.shift();
  for (const prefix of ['#', '//']) {
    const seen = new Set<string>();
    for (const line of lines) {
      const directive = parseDirective(trimNewline(line), prefix);
      if (directive === undefined || seen.has(directive.name)) break;
      if (directive.name === 'syntax') return directive.value.split(' ', 1)[0];
      seen.add(directive.name);
    }
  }
  return syntaxOfJson(lines);
}

function syntaxOfJson(lines: readonly string[]): string | undefined {
  if (!trimStart(lines.find((line) => trimStart(line) !== '') ?? '').startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(lines.join(''));
    if (typeof value !== 'object' || value === null || !('syntax' in value)) return undefined;
    return typeof value.syntax === 'string' ? value.syntax : undefined;
  } catch {
    return undefined; // not JSON: then it names no frontend
  }
}

/** Reads the directives; `text` may begin with a byte order mark. */
export function readDirectives(text: string): Directives {
  const body = withoutMark(text);
  const mistakes: { line: number; code: string; message: string }[] = [];
  const seen = new Set<string>();
  let escape: '\\' | '`' = '\\';
  for (const [index, raw] of topLines(body)) {
    const directive = parseDirective(trimStart(trimNewline(raw)), '#');
    if (directive === undefined) break;
    const { name, value } = directive;
    if (seen.has(name)) {
      mistakes.push({
        line: index + 1,
        code: 'repeated-directive',
        message: `Only one "# ${name}=" line may be used.`,
      });
    } else if (name === 'escape' && value !== '\\' && value !== '`') {
      mistakes.push({
        line: index + 1,
        code: 'invalid-escape',
        message: `The escape character must be \\ or \`, not "${value}".`,
      });
    } else if (name === 'escape') {
      escape = value === '`' ? '`' : '\\';
    }
    seen.add(name);
  }
  return { escape, syntax: detectSyntax(body), mistakes };
}

function topLines(text: string): [number, string][] {
  const lines: [number, string][] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    const line = text.slice(start, end);
    if (!isComment(line)) break;
    lines.push([lines.length, line]);
    start = end;
  }
  return lines;
}

/** Whether the first character that is no white space is `#`. */
export function isComment(line: string): boolean {
  for (let index = 0; index < line.length; index += 1) {
    const character = line.charAt(index);
    if (character === '#') return true;
    if (!isSpace(character)) return false;
  }
  return false;
}
