/** The machine as the terminal sees it: its steps, problems and stops, folded from the adapter's events. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { oneLine } from './excerpt.js';
import { type Fields, numberOf, textOf, textsOf } from './fields.js';
import { type Problem, problemOf } from './problem.js';
import { type Step, Steps } from './steps.js';

/** What ends a run of the machine. */
export type News = Stopped | { readonly kind: 'ended' };

/** A thread stands. */
export interface Stopped {
  readonly kind: 'stopped';
  readonly threadId: number;
  readonly reason: string;
  /** Why, for a reader. */
  readonly text: string;
  /** More of it: what changed, why a condition could not run; '' for no more. */
  readonly why: string;
  /** The user has seen it: another build was asked for, and there is none. */
  readonly kept?: true;
}

/** So long the thread that was moved is waited for before another one that stands is shown, in milliseconds. */
const OWN_TURN = 300;

/** Folds events; `news` waits for what needs the user. */
export class Machine {
  readonly steps = new Steps();
  /** Absolute path of the Dockerfile. */
  path: string;
  problems: readonly Problem[] = [];
  /** Of the last build: undefined while it runs. */
  outcome: 'failed' | 'completed' | 'canceled' | undefined;
  exitCode: number | undefined;
  /** The Dockerfile on the disk is another one than is built. */
  edited = false;
  private readonly states = new Map<number, string>();
  private readonly stopped = new Map<number, Stopped>();
  /** Threads that have begun and are not over. */
  private readonly live = new Set<number>();
  private ended = false;
  /** The thread that the user has moved last. */
  private own: number | undefined;
  private stepping = false;
  private waiting: ((news: News) => void) | undefined;
  private soon: NodeJS.Timeout | undefined;
  private readonly texts = new Map<string, readonly string[]>();
  /** Problems of the build that stands, while another one is asked for. */
  private known: readonly Problem[] = [];
  /** Brings back where threads stood before another build was asked for. */
  private back: (() => void) | undefined;

  /** @param onMoved called when the machine stops, goes on or ends while nobody waits for `news` */
  constructor(
    dockerfile: string,
    private readonly onMoved: (news: News | undefined) => void,
  ) {
    this.path = dockerfile;
  }

  /** A thread that stands or the end; of several threads the one that was moved last, if it stands soon. */
  news(): Promise<News> {
    if (this.ended) return Promise.resolve({ kind: 'ended' });
    const [first] = this.stopped.values();
    const own = this.own === undefined ? first : this.stopped.get(this.own);
    if (own !== undefined) return Promise.resolve(own);
    return new Promise((resolve) => {
      this.waiting = resolve;
      if (first !== undefined && !this.stepping) this.tellSoon(first);
    });
  }

  /** Which state shells and evaluations of a thread look at; '' when its stop has only one. */
  stateOf(threadId: number): string {
    return this.states.get(threadId) ?? '';
  }

  /** Whether the thread stands where it stood. */
  stands(threadId: number): boolean {
    return !this.ended && this.stopped.has(threadId);
  }

  /** Where threads stand, in the order in which they stopped. */
  get standing(): readonly Stopped[] {
    return [...this.stopped.values()];
  }

  /** Whether nothing runs: every thread stands. */
  get standsStill(): boolean {
    return this.live.size > 0 && [...this.live].every((id) => this.stands(id));
  }

  /**
   * The user moves a thread, or every one; gives the way back for when it does not move.
   *
   * @param stepping whether it is to stand again soon: the user stays with it, however long that takes
   */
  resume(threadId?: number, stepping = false): () => void {
    this.own = threadId;
    this.stepping = stepping;
    return this.leave(threadId);
  }

  /**
   * The user asks for another build, or, if not for `all` threads, to go elsewhere in this one. As long as no thread has
   * begun, it may turn out to be none.
   *
   * @param threadId that the user looks at, and wants to look at afterwards
   */
  rebuild(threadId: number, all: boolean): () => void {
    this.own = threadId;
    const stand = this.leave(all ? undefined : threadId);
    this.known = this.problems;
    this.back = () => {
      stand();
      // Those of a build that is none are said by then, and not of the text of the one that stands.
      this.problems = this.known;
    };
    return () => {
      this.back?.();
      this.back = undefined;
    };
  }

  get rebuilding(): boolean {
    return this.back !== undefined;
  }

  /** There is no other build: threads stand where they stood, and the user looks at the one that he looked at. */
  stay(): void {
    this.back?.();
    this.back = undefined;
    const [first] = this.stopped.values();
    const stood = this.stopped.get(this.own ?? 0) ?? first;
    if (stood === undefined) return;
    this.own = stood.threadId;
    const kept: Stopped = { ...stood, kept: true };
    this.stopped.set(kept.threadId, kept);
    this.tell(kept);
  }

  private leave(threadId: number | undefined): () => void {
    const before = [...this.stopped].filter(([id]) => threadId === undefined || id === threadId);
    for (const [id] of before) this.stopped.delete(id);
    return () => {
      for (const [id, stopped] of before) this.stopped.set(id, stopped);
    };
  }

  /** Takes events that tell of the build; output is for the views. */
  event(name: string, body: Fields): void {
    switch (name) {
      case 'stopped':
        this.states.delete(numberOf(body['threadId']) ?? 1);
        return this.stop({
          kind: 'stopped',
          threadId: numberOf(body['threadId']) ?? 1,
          reason: textOf(body['reason']),
          text: textOf(body['description']),
          why: textOf(body['text']),
        });
      case 'continued':
        this.leave(body['allThreadsContinued'] === true ? undefined : numberOf(body['threadId']));
        return this.onMoved(undefined);
      case 'thread':
        return this.thread(numberOf(body['threadId']) ?? 1, body['reason'] === 'started');
      case 'exited':
        this.exitCode = numberOf(body['exitCode']);
        return;
      case 'terminated':
        return this.end();
      case 'dockerfile/defined':
        this.path = textOf(body['path']);
        return;
      case 'dockerfile/build':
        return this.build(body);
      case 'dockerfile/problem':
        this.problems = [...this.problems, problemOf(body)];
        return;
      case 'dockerfile/saved':
        this.edited = body['edited'] === true;
        return;
      case 'dockerfile/state':
        this.states.set(
          numberOf(body['threadId']) ?? 1,
          textsOf(body['available']).length > 1 ? textOf(body['state']) : '',
        );
        return;
      default:
    }
  }

  private thread(id: number, begins: boolean): void {
    if (!begins) return this.over(id);
    this.live.add(id);
    this.back = undefined;
  }

  /** Whoever waits for it looks at another one. */
  private over(id: number): void {
    this.live.delete(id);
    const [first] = this.stopped.values();
    if (id !== this.own || !this.stepping || this.waiting === undefined || first === undefined) return;
    this.stepping = false;
    this.tellSoon(first);
  }

  /** The machine will not move any more, e.g. since the adapter is gone. */
  end(): void {
    this.back = undefined;
    this.ended = true;
    this.tell({ kind: 'ended' });
  }

  /** The instruction of a step on one line; where the Dockerfile is not on this machine, as the adapter tells it. */
  textOf(step: Pick<Step, 'line' | 'endLine' | 'text'>): string {
    const own = oneLine(this.lines(this.path), step.line, step.endLine);
    return own === '' ? step.text : own;
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

  /** The text of a file that is not on this machine. */
  learn(path: string, text: string): void {
    this.texts.set(path, text.split(/\r?\n/));
  }

  private build(body: Fields): void {
    const path = textOf(body['path']);
    if (path !== '') this.path = path;
    switch (body['status']) {
      case 'started':
        this.steps.clear();
        this.texts.clear();
        this.problems = [];
        this.edited = false;
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

  private stop(stopped: Stopped): void {
    // Others may still run while another build is asked for.
    if (stopped.threadId === this.own) this.back = undefined;
    this.stopped.set(stopped.threadId, stopped);
    // What is told just before a failure is of that.
    if (stopped.reason === 'exception') this.known = this.problems;
    if (this.waiting === undefined || this.own === undefined || this.own === stopped.threadId) this.tell(stopped);
    else if (!this.stepping) this.tellSoon(stopped);
  }

  /** Unless the thread that the user has moved stands before that. */
  private tellSoon(stopped: Stopped): void {
    this.soon ??= setTimeout(() => this.tell(stopped), OWN_TURN);
  }

  private tell(news: News): void {
    clearTimeout(this.soon);
    this.soon = undefined;
    const waiting = this.waiting;
    this.waiting = undefined;
    if (waiting !== undefined) waiting(news);
    else this.onMoved(news);
  }
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/);
  } catch {
    return []; // of a URL, or gone meanwhile: shown without its text
  }
}
