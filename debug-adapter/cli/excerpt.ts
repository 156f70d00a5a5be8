/** Lines of a Dockerfile as docker prints them in an error. */
import type { Colors } from 'picocolors/types';

/** Which lines to mark, and how many to show around them. */
export interface Excerpt {
  readonly name: string;
  readonly lines: readonly string[];
  /** From 1, both included. */
  readonly first: number;
  readonly last: number;
  readonly around: number;
  /** The part of the only marked line that is meant: from 1, the end exclusive. */
  readonly columns?: readonly [number, number];
  /** Lines with a breakpoint. */
  readonly breaks?: ReadonlySet<number>;
}

const rule = '-'.repeat(20);

/** A name, a rule, numbered lines with `>>>` before the marked ones, a rule. */
export function excerpt({ name, lines, first, last, around, breaks, columns }: Excerpt, colors: Colors): string {
  const from = Math.max(1, first - around);
  const to = Math.min(lines.length, last + around);
  const rows = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => {
    const line = from + index;
    const marked = line >= first && line <= last;
    const dot = breaks?.has(line) === true ? colors.red('●') : ' ';
    const row = `${String(line).padStart(4)}${dot}| ${marked ? '>>> ' : '    '}${lines[line - 1] ?? ''}`.trimEnd();
    const below = first === last && marked ? underlined(lines[line - 1] ?? '', columns) : '';
    return marked ? colors.bold(row + below) : row;
  });
  return [`${name}:${first}`, rule, ...rows, rule].join('\n');
}

/** A row that points at a part of the row above; '' where that is all of it. */
function underlined(line: string, columns: Excerpt['columns']): string {
  if (columns === undefined) return '';
  const [first, end] = columns;
  const rest = line.slice(0, first - 1) + line.slice(end - 1);
  if (/^\s*\\?\s*$/.test(rest)) return '';
  // Tabs stay what they are, so that both rows are as wide.
  const before = line.slice(0, first - 1).replaceAll(/[^\t]/g, ' ');
  return `\n${' '.repeat(5)}|     ${before}${'^'.repeat(Math.max(1, end - first))}`;
}

/** An instruction on one line: continuations joined, spaces collapsed. */
export function oneLine(lines: readonly string[], first: number, last: number): string {
  const parts = lines.slice(first - 1, last).filter((line) => !/^\s*#/.test(line));
  return parts
    .map((line) => line.replace(/\\\s*$/, '').trim())
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
