/** Text that a build or a command writes, kept line by line and up to a limit, so that it can be shown in pieces. */

import { stripVTControlCharacters } from 'node:util';

/** One line, and who wrote it. */
export interface Written {
  readonly text: string;
  /** The line of the Dockerfile whose step wrote it, if one did. */
  readonly step: number | undefined;
  /** Of which build it is, from 1: a restart is another one. */
  readonly attempt: number;
}

/** What no terminal shows, but the tab. */
const control = /[^\P{Cc}\t]/gu;
/** Characters that are kept of one text. */
const mostKept = 16 * 1024 * 1024;
/** What a line weighs beyond its characters, so that many empty ones are bounded too. */
const overhead = 64;

/** Grows at its end, and loses its oldest lines beyond the limit. */
export class Lines {
  private lines: Written[] = [];
  /** The unfinished last line of each writer. */
  private readonly begun = new Map<number | undefined, string>();
  private size = 0;
  /** How many lines were lost at the beginning. */
  lost = 0;
  private attempt = 1;

  /** @param limit in characters */
  constructor(private readonly limit = mostKept) {}

  /** Adds a piece of text, which may begin and end within a line. */
  add(text: string, step?: number): void {
    const parts = `${this.begun.get(step) ?? ''}${text}`.split('\n');
    const rest = parts.pop() ?? '';
    this.begun.set(step, rest);
    for (const part of parts) this.push({ text: shownOf(part), step, attempt: this.attempt });
  }

  /** What comes from now on is of another build. */
  begin(attempt: number): void {
    if (attempt === this.attempt) return;
    this.finishLines();
    this.attempt = attempt;
    this.add(`──── build ${attempt} ────\n`);
  }

  /** Of the build that is written of now, what a step wrote; `first` and `last` are the lines of its instruction. */
  ofStep(first: number, last: number): readonly Written[] {
    return this.all().filter(({ step = 0, attempt }) => attempt === this.attempt && step >= first && step <= last);
  }

  /** All that is kept, unfinished lines at the end. */
  all(): readonly Written[] {
    const begun = [...this.begun].filter(([, text]) => text !== '');
    return [...this.lines, ...begun.map(([step, text]) => ({ text: shownOf(text), step, attempt: this.attempt }))];
  }

  private finishLines(): void {
    for (const [step, text] of this.begun)
      if (text !== '') this.push({ text: shownOf(text), step, attempt: this.attempt });
    this.begun.clear();
  }

  private push(line: Written): void {
    this.lines.push(line);
    this.size += line.text.length + overhead;
    if (this.size <= this.limit) return;
    // Half of it at once: to lose line by line would move all others each time.
    const half = Math.ceil(this.lines.length / 2);
    for (const { text } of this.lines.slice(0, half)) this.size -= text.length + overhead;
    this.lines = this.lines.slice(half);
    this.lost += half;
  }
}

/** What a terminal would show of a line, without colours: progress bars write over themselves. */
function shownOf(line: string): string {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  const plain = stripVTControlCharacters(text.slice(text.lastIndexOf('\r') + 1));
  return plain.replaceAll(control, '');
}
