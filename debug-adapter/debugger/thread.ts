/** One platform as a thread: stands or runs; where it stands there is a stop that a user can look at. */
import type { Engine } from '../buildkit/api.js';
import type { Evaluation, Instruction } from '../dockerfile/model.js';
import type { BuildSettings, DebuggerEvents, Failure, Going, GoingBack, Stop, StopReason } from './api.js';
import type { Attempt } from './attempt.js';
import type { Gate } from './breakpoints/gate.js';
import type { CacheLocks } from './cache-locks.js';
import { culpritOf } from './culprit.js';
import { EngineError, UserError } from './errors.js';
import type { Emitter } from './events.js';
import { createFailureBook } from './failure-book.js';
import { loadStopped, type StoppedParts } from './load-stopped.js';
import type { Program } from './program.js';
import type { ProgressReporter } from './progress.js';
import { standBefore } from './reverse.js';
import { createRunner, type Outcome, type Runner, type Stand } from './runner.js';
import type { Shells } from './shells.js';
import type { StepBoard } from './step-status.js';
import { createStanding, type Standing } from './standing.js';
import { tellBroken } from './tell-broken.js';
import { stageStart, type Point } from './walk.js';
import { createWayBack, type WayBack } from './way-back.js';

export type ThreadEnd =
  | { readonly kind: 'finished' | 'failed' | 'dropped' }
  | { readonly kind: 'broken'; readonly error: unknown };

export interface ThreadInput {
  readonly id: number;
  readonly program: Program;
  readonly attempt: Attempt;
  readonly settings: BuildSettings;
  readonly engine: Engine;
  readonly board: StepBoard;
  readonly locks: CacheLocks;
  readonly shells: Shells;
  readonly events: Emitter<DebuggerEvents>;
  readonly progress: ProgressReporter;
  readonly gate: (isCached: Runner['isCached']) => Gate;
  readonly stopsOnFailure: (failure: Failure, point: Point) => boolean;
  readonly evaluation: (signal: AbortSignal) => Promise<Evaluation>;
  readonly onNote: (note: string) => void;
  readonly onEnd: (end: ThreadEnd) => void;
}

export interface RunThread extends AsyncDisposable {
  readonly id: number;
  readonly platform: string;
  readonly program: Program;
  readonly stop: Stop | undefined;
  /** Where it stands. */
  readonly point: Point | undefined;
  readonly failed: boolean;
  /** Nothing more will run. */
  readonly over: boolean;
  /** Stands before the first instruction. */
  enter(): void;
  resume(how: Going): void;
  goBack(how: GoingBack): void;
  jump(instruction: Instruction): void;
  /** Runs up to a point and stops nowhere on the way; then it stands there for this reason, or goes on. */
  fastForward(point: Point, then: StopReason | 'continue'): void;
  /** Breakpoints have changed. */
  refresh(): void;
  pause(): Promise<void>;
  /** Ends this platform alone; the others go on. */
  drop(): Promise<void>;
}

/** Stands nowhere yet. */
export function createThread(input: ThreadInput): RunThread {
  return new BuildThread(input);
}

class BuildThread implements RunThread {
  readonly #input: ThreadInput;
  readonly id: number;
  readonly program: Program;
  readonly #runner: Runner;
  readonly #gate: Gate;
  readonly #standing: Standing;
  readonly #way: WayBack;
  readonly #failures = createFailureBook();
  /** Undefined before it stands for the first time. */
  #parts: StoppedParts | undefined;
  #running: AbortController | undefined;
  /** Settles when it stands, with all that is told of a failure. */
  #work = Promise.resolve();
  failed = false;
  #over = false;
  readonly #disposed = new AbortController();

  constructor(input: ThreadInput) {
    this.#input = input;
    const { program, attempt, settings } = input;
    this.id = input.id;
    this.program = program;
    this.#way = createWayBack(program.points);
    this.#gate = input.gate((point, signal) => this.#runner.isCached(point, signal));
    this.#standing = createStanding(input, this.#gate);
    this.#runner = createRunner({
      program,
      attempt,
      gate: this.#gate,
      stopAtEnd: settings.stopAtEnd && !settings.noDebug,
      culprit: (error) => culpritOf(attempt, error),
    });
  }

  get platform(): string {
    return this.program.platform;
  }

  get stop(): Stop | undefined {
    return this.#standing.stop;
  }

  get point(): Point | undefined {
    return this.stop === undefined ? undefined : this.#standing.at?.point;
  }

  get over(): boolean {
    return this.#over;
  }

  get #loaded(): StoppedParts {
    if (this.#parts === undefined) throw new Error('A thread stands before its stops are loaded.');
    return this.#parts;
  }

  enter(): void {
    const [first] = this.#input.program.points;
    if (first === undefined) return;
    const reason = { kind: 'entry' } as const;
    this.#runner.jump(first, false);
    const stand: Stand = { point: first, after: false, why: { kind: 'reason', reason } };
    this.#go(() => Promise.resolve({ kind: 'stands', stand }));
  }

  resume(how: Going): void {
    const [failedHere, from] = [this.stop?.reason.kind === 'failed', this.#standing.at?.point];
    this.#go(async (signal) => {
      if (failedHere) return this.#nextFailure(signal);
      const outcome = await this.#runner.run(how, signal);
      if (how !== 'continue' && outcome.kind === 'stands') this.#way.note(from, outcome.stand.point);
      return outcome;
    });
  }

  goBack(how: GoingBack): void {
    const { at } = this.#standing;
    if (at === undefined || this.stop === undefined) return;
    const { points } = this.program;
    if (how === 'continue') return this.#reverse(at);
    if (how === 'step') {
      const to = this.#way.take(at);
      // Nothing is before the first one: that is said, for nothing else has changed.
      return this.#jumpTo(to, { kind: to === at.point && !at.after && to === points[0] ? 'entry' : 'step' });
    }
    let point: Point | undefined = at.point;
    for (let frame = 0; frame < how.frame && point !== undefined; frame++) point = point.caller;
    const start = point && stageStart(points, point);
    if (start !== undefined) this.#jumpTo(start, { kind: 'stage' });
  }

  jump(instruction: Instruction): void {
    const { points } = this.program;
    const met = points.find((point) => point.instruction === instruction);
    if (met === undefined) {
      const place = `${instruction.keyword} (line ${instruction.startLine})`;
      throw new UserError('goto-not-reached', `${place} is not part of this build: its target does not need it.`);
    }
    const here = this.#standing.at?.point.index ?? -1;
    if (met.index <= here) this.#jumpTo(met, { kind: 'goto' });
    else this.fastForward(met, { kind: 'goto' });
  }

  fastForward(point: Point, then: StopReason | 'continue'): void {
    this.#go(async (signal) => {
      const outcome = await this.#runner.runTo(point, then === 'continue' ? { kind: 'goto' } : then, signal);
      const arrived = outcome.kind === 'stands' && outcome.stand.why.kind === 'reason' && !signal.aborted;
      return arrived && then === 'continue' ? this.#runner.run('continue', signal) : outcome;
    });
  }

  refresh(): void {
    this.#runner.refresh();
    this.#standing.refresh();
  }

  async pause(): Promise<void> {
    this.#running?.abort();
    await this.#work;
  }

  async drop(): Promise<void> {
    await this[Symbol.asyncDispose]();
    this.#end({ kind: 'dropped' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed.abort();
    this.#running?.abort();
    await this.#work;
    await this.#standing[Symbol.asyncDispose]();
  }

  /** Leaves the stop and runs something; where that ends it stands, or is over. */
  #go(work: (signal: AbortSignal) => Promise<Outcome>): void {
    if (this.#over || this.#running !== undefined || this.#disposed.signal.aborted) return;
    this.#standing.leave();
    this.#running = new AbortController();
    this.#work = this.#travel(work, this.#running.signal);
  }

  async #travel(work: (signal: AbortSignal) => Promise<Outcome>, signal: AbortSignal): Promise<void> {
    const { progress } = this.#input;
    const progressing = progress.begin();
    await this.#standing.left;
    const outcome = await this.#outcomeOf(work(signal)).catch((error: unknown): Outcome => ({ kind: 'broken', error }));
    this.#running = undefined;
    progressing[Symbol.dispose]();
    if (!this.#disposed.signal.aborted) await this.#arrive(outcome);
  }

  /** With what it needs to stand. */
  async #outcomeOf(work: Promise<Outcome>): Promise<Outcome> {
    const outcome = await work;
    if (outcome.kind === 'stands') this.#parts = await loadStopped();
    return outcome;
  }

  /** At a failure the build is over, unless others failed with it: then those are shown first. */
  async #nextFailure(signal: AbortSignal): Promise<Outcome> {
    for (let point = this.#failures.next(); point !== undefined; point = this.#failures.next()) {
      const outcome = await this.#runner.runStep(point, signal);
      if (outcome) return outcome;
    }
    return { kind: 'finished' };
  }

  async #arrive(outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case 'finished':
        return this.#end({ kind: this.failed ? 'failed' : 'finished' });
      case 'broken':
        this.#input.attempt.timeline.flush();
        tellBroken(this.#input.events, outcome.error);
        return this.#end({ kind: 'broken', error: outcome.error });
      case 'stands':
        if (outcome.stand.why.kind === 'failed') return this.#stumble(outcome.stand, outcome.stand.why);
        this.#standing.begin(this.#loaded, outcome.stand, outcome.stand.why.reason);
    }
  }

  async #stumble(stand: Stand, { error, digest }: { readonly error: unknown; readonly digest: string }): Promise<void> {
    const { program, board } = this.#input;
    const { point } = stand;
    const step = program.steps.get(point.instruction.index);
    if (!step || !(error instanceof EngineError)) return this.#arrive({ kind: 'broken', error });
    const { describeStumble, rescueFiles, tellFailure } = this.#loaded;
    const { signal: left } = this.#disposed;
    const stumble = await describeStumble(this.#input, point, digest, error);
    if (left.aborted || stumble === undefined) return;
    this.failed = true;
    this.#failures.note(point, stumble.others);
    board.fail(program, step);
    // What was done before it is told before it.
    this.#input.attempt.timeline.flush();
    tellFailure(this.#input, stumble.failure);
    await rescueFiles(this.#input, stand, { error, failure: stumble.failure }, left);
    if (left.aborted) return;
    if (!this.#input.stopsOnFailure(stumble.failure, point)) return this.#end({ kind: 'failed' });
    this.#standing.begin(this.#loaded, stand, { kind: 'failed', failure: stumble.failure });
  }

  #reverse(at: { readonly point: Point; readonly after: boolean }): void {
    const { points } = this.program;
    this.#way.forget();
    this.#go(async (signal) => {
      const stand = await standBefore(points, this.#gate, at, signal);
      this.#runner.jump(stand.point, stand.after);
      return { kind: 'stands', stand };
    });
  }

  #jumpTo(point: Point, reason: StopReason): void {
    if (this.#over || this.#running !== undefined || this.#disposed.signal.aborted) return;
    this.#standing.leave();
    this.#runner.jump(point, false);
    this.#standing.begin(this.#loaded, { point, after: false, why: { kind: 'reason', reason } }, reason);
  }

  #end(end: ThreadEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#input.events.emit('thread', { thread: this.id, status: 'exited' });
    this.#input.onEnd(end);
  }
}
