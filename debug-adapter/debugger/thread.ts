/** One platform as a thread: stands or runs; where it stands there is a stop that a user can look at. */
import type { Engine } from '../buildkit/api.js';
import type { Evaluation, Instruction } from '../dockerfile/model.js';
import type { BuildSettings, DebuggerEvents, Failure, Going, GoingBack, Stop, StopReason } from './api.js';
import type { Attempt } from './attempt.js';
import type { Gate } from './breakpoints/gate.js';
import type { CacheLocks } from './cache-locks.js';
import { EngineError, UserError } from './errors.js';
import type { Emitter } from './events.js';
import type { Program } from './program.js';
import type { ProgressReporter } from './progress.js';
import { lastHalt } from './reverse.js';
import { createRunner, type Outcome, type Runner, type Stand } from './runner.js';
import type { Shells } from './shells.js';
import type { StepBoard } from './step-status.js';
import { createStop, type LiveStop } from './stop.js';
import { createFailureBook, culpritOf, describeStumble, tellBroken, tellFailure } from './stumble.js';
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
  /** Runs up to a point and stops nowhere on the way; then it stands there, or goes on. */
  fastForward(point: Point, then: 'stand' | 'continue'): void;
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
  readonly program: Program;
  readonly #runner: Runner;
  readonly #gate: Gate;
  #live: LiveStop | undefined;
  #at: { readonly point: Point; readonly after: boolean } | undefined;
  readonly #way: WayBack;
  readonly #failures = createFailureBook();
  #running: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;
  #left: Promise<void> = Promise.resolve();
  #failed = false;
  #over = false;
  #disposed = false;

  constructor(input: ThreadInput) {
    this.#input = input;
    this.program = input.program;
    const { program, attempt, settings } = input;
    this.#way = createWayBack(program.points);
    this.#gate = input.gate((point, signal) => this.#runner.isCached(point, signal));
    this.#runner = createRunner({
      program,
      attempt,
      gate: this.#gate,
      stopAtEnd: settings.stopAtEnd && !settings.noDebug,
      culprit: (error) => culpritOf(attempt, error),
    });
  }

  get id(): number {
    return this.#input.id;
  }

  get platform(): string {
    return this.#input.program.platform;
  }

  get stop(): Stop | undefined {
    return this.#live?.stop;
  }

  get point(): Point | undefined {
    return this.#live === undefined ? undefined : this.#at?.point;
  }

  get failed(): boolean {
    return this.#failed;
  }

  get over(): boolean {
    return this.#over;
  }

  enter(): void {
    const [first] = this.#input.program.points;
    if (first !== undefined) this.#jumpTo(first, { kind: 'entry' });
  }

  resume(how: Going): void {
    const [failedHere, from] = [this.#live?.stop.reason.kind === 'failed', this.#at?.point];
    this.#go(async (signal) => {
      if (failedHere) return this.#nextFailure(signal);
      const outcome = await this.#runner.run(how, signal);
      if (how !== 'continue' && outcome.kind === 'stands') this.#way.note(from, outcome.stand.point);
      return outcome;
    });
  }

  goBack(how: GoingBack): void {
    const at = this.#at;
    if (at === undefined || this.#live === undefined) return;
    const { points } = this.#input.program;
    if (how === 'continue') return this.#reverse(at);
    if (how === 'step') return this.#jumpTo(this.#way.take(at), { kind: 'step' });
    let point: Point | undefined = at.point;
    for (let frame = 0; frame < how.frame && point !== undefined; frame++) point = point.caller;
    const start = point && stageStart(points, point);
    if (start !== undefined) this.#jumpTo(start, { kind: 'goto' });
  }

  jump(instruction: Instruction): void {
    const { points } = this.#input.program;
    const met = points.find((point) => point.instruction === instruction);
    if (met === undefined) {
      const place = `${instruction.keyword} (line ${instruction.startLine})`;
      throw new UserError('goto-not-reached', `${place} is not part of this build: its target does not need it.`);
    }
    const here = this.#at?.point.index ?? -1;
    if (met.index <= here) this.#jumpTo(met, { kind: 'goto' });
    else this.fastForward(met, 'stand');
  }

  fastForward(point: Point, then: 'stand' | 'continue'): void {
    this.#go(async (signal) => {
      const outcome = await this.#runner.runTo(point, signal);
      const arrived = outcome.kind === 'stands' && outcome.stand.why.kind === 'reason' && !signal.aborted;
      return arrived && then === 'continue' ? this.#runner.run('continue', signal) : outcome;
    });
  }

  refresh(): void {
    this.#runner.refresh();
  }

  async pause(): Promise<void> {
    this.#running?.controller.abort();
    await this.#running?.done;
  }

  async drop(): Promise<void> {
    await this[Symbol.asyncDispose]();
    this.#end({ kind: 'dropped' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#running?.controller.abort();
    await this.#running?.done;
    this.#leave();
    await this.#left;
  }

  /** Leaves the stop and runs something; where that ends it stands, or is over. */
  #go(work: (signal: AbortSignal) => Promise<Outcome>): void {
    if (this.#over || this.#running !== undefined || this.#disposed) return;
    this.#leave();
    const controller = new AbortController();
    this.#running = { controller, done: this.#work(work, controller.signal) };
  }

  async #work(work: (signal: AbortSignal) => Promise<Outcome>, signal: AbortSignal): Promise<void> {
    const { progress } = this.#input;
    progress.begin();
    await this.#left;
    const outcome = await work(signal).catch((error: unknown): Outcome => ({ kind: 'broken', error }));
    this.#running = undefined;
    progress.end();
    if (!this.#disposed) await this.#arrive(outcome);
  }

  /** At a failure the build is over, unless others failed with it: then those are shown first. */
  async #nextFailure(signal: AbortSignal): Promise<Outcome> {
    for (let point = this.#failures.next(); point !== undefined; point = this.#failures.next()) {
      const outcome = await this.#runner.runStep(point, signal);
      if (outcome !== undefined) return outcome;
    }
    return { kind: 'finished' };
  }

  async #arrive(outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case 'finished':
        return this.#end({ kind: this.#failed ? 'failed' : 'finished' });
      case 'broken':
        tellBroken(this.#input.events, outcome.error);
        return this.#end({ kind: 'broken', error: outcome.error });
      case 'stands':
        if (outcome.stand.why.kind === 'failed') return this.#stumble(outcome.stand, outcome.stand.why);
        this.#stand(outcome.stand, outcome.stand.why.reason);
    }
  }

  async #stumble(stand: Stand, { error, digest }: { readonly error: unknown; readonly digest: string }): Promise<void> {
    const { program, board } = this.#input;
    const { point } = stand;
    const step = program.steps.get(point.instruction.index);
    if (step === undefined || !(error instanceof EngineError)) return this.#arrive({ kind: 'broken', error });
    const stumble = await describeStumble(this.#input, point, digest, error);
    if (this.#disposed || stumble === undefined) return;
    this.#failed = true;
    this.#failures.note(point, stumble.others);
    board.fail(program, step);
    tellFailure(this.#input, stumble.failure);
    if (!this.#input.stopsOnFailure(stumble.failure, point)) return this.#end({ kind: 'failed' });
    this.#stand(stand, { kind: 'failed', failure: stumble.failure });
  }

  #reverse(at: { readonly point: Point; readonly after: boolean }): void {
    const { points } = this.#input.program;
    this.#way.forget();
    this.#go(async (signal) => {
      const halt = await lastHalt(points, this.#gate, at, signal);
      const point = halt?.point ?? (signal.aborted ? at.point : (points[0] ?? at.point));
      this.#runner.jump(point, halt?.after ?? false);
      const reason = halt?.reason ?? { kind: signal.aborted ? 'pause' : 'entry' };
      return { kind: 'stands', stand: { point, after: halt?.after ?? false, why: { kind: 'reason', reason } } };
    });
  }

  #jumpTo(point: Point, reason: StopReason): void {
    if (this.#over || this.#running !== undefined || this.#disposed) return;
    this.#leave();
    this.#runner.jump(point, false);
    this.#stand({ point, after: false, why: { kind: 'reason', reason } }, reason);
  }

  #stand({ point, after, why }: Stand, reason: StopReason): void {
    const { id, program, board, events } = this.#input;
    this.#at = { point, after };
    const live = createStop({
      ...this.#input,
      thread: id,
      reason,
      point,
      after,
      failure: why.kind === 'failed' && why.error instanceof EngineError ? why.error.details.failure : undefined,
      stepFact: (instruction) => board.of(program, instruction),
      onState: (stop) => events.emit('state', { thread: id, state: stop.state, available: stop.states }),
    });
    this.#live = live;
    this.#input.attempt.timeline.flush();
    events.emit('stopped', { thread: id, stop: live.stop });
    events.emit('state', { thread: id, state: live.stop.state, available: live.stop.states });
  }

  /** The stop dies; its containers are gone before anything runs again, for they may hold a locked cache. */
  #leave(): void {
    const live = this.#live;
    this.#live = undefined;
    if (live !== undefined) this.#left = Promise.resolve(live[Symbol.asyncDispose]()).catch(() => undefined);
  }

  #end(end: ThreadEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#input.events.emit('thread', { thread: this.id, status: 'exited' });
    this.#input.onEnd(end);
  }
}
