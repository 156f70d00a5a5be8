/** The lines of the Dockerfile around a failure, as docker shows them. */
import { basename } from 'node:path';
import type { BuildSettings, Failure } from '../api.js';

/** Lines that are shown above and below. */
const AROUND = 2;

/** Several lines with a mark at those of the instruction; ends with a newline. */
export function excerpt(
  path: string,
  text: string,
  place: { readonly line: number; readonly endLine: number },
): string {
  const lines = text.split(/\r?\n/);
  const first = Math.max(1, place.line - AROUND);
  const last = Math.min(lines.length, place.endLine + AROUND);
  const width = String(last).length;
  const rows: string[] = [`${basename(path)}:${place.line}`, '-'.repeat(20)];
  for (let line = first; line <= last; line++) {
    const mark = line >= place.line && line <= place.endLine ? '>>>' : '   ';
    rows.push(`${String(line).padStart(width)} | ${mark} ${lines[line - 1] ?? ''}`.trimEnd());
  }
  return `${[...rows, '-'.repeat(20)].join('\n')}\n`;
}

/** What the console says about a failure. */
export function failureText(settings: BuildSettings, dockerfile: string, failure: Failure): string {
  const others = failure.others.map((other) => `Also failed: ${other}\n`).join('');
  const hint = failure.hint === '' ? '' : `${failure.hint}\n`;
  return `\n${excerpt(settings.dockerfile, dockerfile, failure.place)}ERROR: ${failure.summary}\n${hint}${others}`;
}
