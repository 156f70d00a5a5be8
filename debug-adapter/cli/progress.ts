/** What is seen while the build runs: plain lines for logs and pipes, a live view for terminals, or nothing. */
import type { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { Colors } from 'picocolors/types';
import { seconds, type Step, type Steps } from './steps.js';

/** A terminal or a pipe, and the clock. */
export interface Screen {
  readonly out: Writable;
  readonly colors: Colors;
  columns(): number;
  now(): number;
}

/** Shows steps and what they print. */
export interface ProgressView {
  /** All that the adapter prints is seen, its words on a failure included: they need not be said again. */
  readonly complete: boolean;
  /** A step began, ended or failed. */
  step(step: Step, text: string): void;
  /** The line that `step` would leave of a step that is over; '' for none. */
  ended(step: Step, text: string): string;
  /** Something was printed; with a line, what a step printed or what the adapter says about it. */
  printed(line: number | undefined, text: string): void;
  /** What goes on, and for how long; also what is no step, as a registry that is asked. Lines; '' for nothing. */
  working(text: string): void;
  /** Something that stays on the screen. */
  readonly note: (text: string) => void;
  /** From now on nothing else writes to the screen. */
  show(): void;
  /** Somebody else writes to the screen now. */
  hide(): void;
}

/** Milliseconds after which a log is told what it waits for. */
const SILENCE = 10_000;

/** Whatever the adapter prints, as it comes: it names the steps itself. For logs. */
export function plainView(screen: Screen): ProgressView {
  const nothing = (): void => undefined;
  let last = screen.now();
  const write = (text: string): void => {
    last = screen.now();
    screen.out.write(text);
  };
  return {
    complete: true,
    step: nothing,
    ended: () => '',
    printed: (_line, text) => write(text),
    working: (text) => {
      if (text !== '' && screen.now() - last >= SILENCE) write(`${screen.colors.dim(`… ${text}`)}\n`);
    },
    note: (text) => write(text.replace(/\n*$/, '\n')),
    show: nothing,
    hide: nothing,
  };
}

/** Only what is said to the user. */
export function quietView(screen: Screen): ProgressView {
  const nothing = (): void => undefined;
  return {
    complete: false,
    step: nothing,
    ended: () => '',
    printed: nothing,
    working: nothing,
    note: (text) => void screen.out.write(text.replace(/\n*$/, '\n')),
    show: nothing,
    hide: nothing,
  };
}

/** Finished steps scroll away, running ones stay at the bottom with their time and last words. */
export function liveView(screen: Screen, steps: Steps, textOf: (step: Step) => string): ProgressView {
  let drawn = 0;
  let work = '';
  let timer: NodeJS.Timeout | undefined;
  const erase = (): string => (drawn === 0 ? '' : `\x1b[${drawn}A\r\x1b[J`);
  const draw = (above = ''): void => {
    const rows = timer === undefined ? [] : running(screen, steps, textOf, work);
    screen.out.write(erase() + above + rows.map((row) => `${row}\n`).join(''));
    drawn = rows.length;
  };
  return {
    complete: false,
    step: (step, text) => {
      const line = finished(step, text, steps, screen);
      draw(line === undefined ? '' : `${line}\n`);
    },
    ended: (step, text) => finished(step, text, steps, screen) ?? '',
    printed: (line, text) => {
      if (line === undefined) draw(text.replace(/\n*$/, '\n'));
    },
    working: (text) => {
      work = text;
    },
    note: (text) => draw(text.replace(/\n*$/, '\n')),
    show: () => {
      timer ??= setInterval(() => draw(), 100).unref();
    },
    hide: () => {
      clearInterval(timer);
      timer = undefined;
      draw();
    },
  };
}

/** The line that stays when a step is over; undefined while it is not. */
function finished(step: Step, text: string, steps: Steps, { colors }: Screen): string | undefined {
  const name = `${steps.label(step)} ${text}`;
  switch (step.status) {
    case 'cached':
      return `${colors.cyan(name)} ${colors.dim('CACHED')}`;
    case 'done':
      return `${colors.green(name)} ${colors.dim(step.durationMs === undefined ? 'DONE' : `DONE ${seconds(step.durationMs)}`)}`;
    case 'failed':
      return `${colors.red(name)} ${colors.red('ERROR')}`;
    case 'waiting':
    case 'running':
    case 'skipped':
      return undefined;
  }
}

const tailRows = 4;
const mostSteps = 6;

function running(screen: Screen, steps: Steps, textOf: (step: Step) => string, work: string): string[] {
  const now = steps.running();
  const { colors } = screen;
  const width = Math.max(20, screen.columns() - 1);
  if (now.length === 0) return workRows(work, width, colors);
  const rows = now.slice(0, mostSteps).flatMap((step) => {
    const time = seconds(screen.now() - step.since);
    const name = cut(`${steps.label(step)} ${textOf(step)}`, width - time.length - 4);
    const tail = step.tail
      .slice(-tailRows)
      .map((line) => colors.dim(cut(`   ${stripVTControlCharacters(line)}`, width)));
    return [`${colors.yellow('=>')} ${name.padEnd(width - time.length - 4)} ${time}`, ...tail];
  });
  return now.length > mostSteps ? [...rows, colors.dim(`   … and ${now.length - mostSteps} more`)] : rows;
}

/** The first line is what goes on, others are about it. */
function workRows(work: string, width: number, colors: Colors): string[] {
  if (work === '') return [];
  const rows = work.split('\n').map((row) => cut(row, width - 3));
  return rows.map((row, index) => (index === 0 ? `${colors.yellow('=>')} ${row}` : colors.dim(`   ${row}`)));
}

/** Cuts to a width; control characters would move the cursor and are left out. */
function cut(text: string, width: number): string {
  const clean = [...text].filter((character) => character >= ' ');
  return clean.length <= width ? clean.join('') : `${clean.slice(0, Math.max(0, width - 1)).join('')}…`;
}
