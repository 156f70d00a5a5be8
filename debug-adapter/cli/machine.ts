/** The machine as the terminal sees it: its steps, problems and stops, folded from the adapter's events. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { ProblemEvent } from '../contract.js';
import { oneLine } from './excerpt.js';
import { type Fields, listOf, numberOf, textOf, textsOf } from './fields.js';
import { type Step, Steps } from './steps.js';

/** What ends a run of the machine. */
export type News =
  | { readonly kind: 'stopped'; readonly threadId: number; readonly reason: string; readonly text: string }
  | { readonly kind: 'ended' };

/** Something to show on a line. */
export interface Problem {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  readonly severity: ProblemEvent['severity'];
  readonly message: string;
  readonly hint: string;
}

/** Folds events; `news` waits for what needs the user. */
export class Machine {
  readonly steps = new Steps();
  /** Absolute path of the Dockerfile. */
  path: string;
  problems: readonly Problem[] = [];
  /** Of the last build: undefined while it runs. */
  outcome: 'failed' | 'completed' | 'canceled' | undefined;
  exitCode: number | undefined;
  /** Which state shells and evaluations look at; '' when the stop has only one. */
  state = '';
  private resumed = true;
  private readonly queue: News[] = [];
  private waiting: ((news: News) => void) | undefined;
  private readonly texts = new Map<string, readonly string[]>();

  /** @param onMoved called when the machine moves without having been asked to */
  constructor(
    dockerfile: string,
    private readonly onMoved: () => void,
  ) {
    this.path = dockerfile;
  }

  /** Waits for the next stop or the end. */
  async news(): Promise<News> {
    const news = this.queue.shift() ?? (await new Promise<News>((resolve) => (this.waiting = resolve)));
    this.resumed = false;
    return news;
  }

  /** The stop on the screen is history: something else happened since, or the machine runs. */
  get moved(): boolean {
    return this.resumed || this.queue.length > 0;
  }

  /** A request that moves the machine is on its way: stops before it are history. */
  resume(): void {
    this.queue.length = 0;
    this.resumed = true;
  }

  /** Takes events that tell of the build; output is for the views. */
  event(name: string, body: Fields): void {
    switch (name) {
      case 'stopped':
        this.state = '';
        return this.tell({
          kind: 'stopped',
          threadId: numberOf(body['threadId']) ?? 1,
          reason: textOf(body['reason']),
          text: textOf(body['description'], textOf(body['text'])),
        });
      case 'continued':
        this.resumed = true;
        this.onMoved();
        return;
      case 'exited':
        this.exitCode = numberOf(body['exitCode']);
        return;
      case 'terminated':
        return this.tell({ kind: 'ended' });
      case 'dockerfile/build':
        return this.build(body);
      case 'dockerfile/problem':
        this.problems = [...this.problems, problemOf(body)];
        return;
      case 'dockerfile/state':
        this.state = textsOf(body['available']).length > 1 ? textOf(body['state']) : '';
        return;
      default:
    }
  }

  /** The machine will not move any more, e.g. since the adapter is gone. */
  end(): void {
    this.tell({ kind: 'ended' });
  }

  /** The instruction of a step on one line. */
  textOf(step: Pick<Step, 'line' | 'endLine'>): string {
    return oneLine(this.lines(this.path), step.line, step.endLine);
  }

  /** The lines of a file as they were when the build began; none when it is not on this machine. */
  lines(path: string): readonly string[] {
    const known = this.texts.get(path);
    if (known !== undefined) return known;
    const lines = readLines(path);
    this.texts.set(path, lines);
    return lines;
  }

  /** `Dockerfile`, or what it is called. */
  get name(): string {
    return basename(this.path);
  }

  private build(body: Fields): void {
    const path = textOf(body['path']);
    if (path !== '') this.path = path;
    switch (body['status']) {
      case 'started':
        this.steps.clear();
        this.texts.clear();
        this.problems = [];
        this.outcome = undefined;
        return;
      case 'failed':
      case 'completed':
      case 'canceled':
        this.outcome = body['status'];
        return;
      default:
    }
  }

  private tell(news: News): void {
    const waiting = this.waiting;
    this.waiting = undefined;
    if (waiting !== undefined) return waiting(news);
    this.queue.push(news);
    this.onMoved();
  }
}

/** The stack of a stopped thread, innermost first. */
export interface Frame {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
}

/** Reads the answer to `stackTrace`. */
export function framesOf(body: Fields): readonly Frame[] {
  return listOf(body['stackFrames']).map((frame) => {
    const source = listOf([frame['source']])[0] ?? {};
    const line = numberOf(frame['line']) ?? 0;
    return {
      id: numberOf(frame['id']) ?? 0,
      name: textOf(frame['name']),
      path: textOf(source['path'], textOf(source['name'])),
      line,
      endLine: numberOf(frame['endLine']) ?? line,
    };
  });
}

function problemOf(body: Fields): Problem {
  const line = numberOf(body['line']) ?? 1;
  return {
    path: textOf(body['path']),
    line,
    endLine: numberOf(body['endLine']) ?? line,
    severity: body['severity'] === 'warning' ? 'warning' : 'error',
    message: textOf(body['message']),
    hint: textOf(body['hint']),
  };
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/);
  } catch {
    return []; // of a URL, or gone meanwhile: shown without its text
  }
}
