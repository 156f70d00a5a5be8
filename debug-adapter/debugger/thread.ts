/** One platform as a thread: stands or runs; where it stands there is a stop that a user can look at. */
import type { Engine } from '../buildkit/api.js';
import type { Evaluation, Instruction } from '../dockerfile/model.js';
import type { BuildSettings, DebuggerEvents, Failure, Stop, StopReason } from './api.js';
import type { Attempt } from './attempt.js';
import type { CacheLocks } from './cache-locks.js';
import { EngineError } from './errors.js';
import type { Emitter } from './events.js';
import { failureText } from './excerpt.js';
import { describeFailure } from './failure.js';
import { limitsOf } from './limits.js';
import type { Program } from './program.js';
import type { ProgressReporter } from './progress.js';
import { createRunner, type Outcome, type Runner, type Stand } from './runner.js';
import type { Shells } from './shells.js';
import type { StepBoard } from './step-status.js';
import { createStop, type LiveStop } from './stop.js';
import type { Going } from './walk.js';

/** Longest that a failure waits for the last words of its step, in milliseconds. */
const LAST_WORDS = 250;
/** Longest that an engine without error details may take to say in its progress which step failed. */
const NAMED_LATE = 3000;

export type ThreadEnd = { readonly kind: 'finished' | 'failed' } | { readonly kind: 'broken'; readonly error: unknown };

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
  readonly holds: (instruction: Instruction) => boolean;
  readonly linesOf: (instruction: Instruction) => readonly number[];
  readonly stopsOnFailure: () => boolean;
  readonly evaluation: (signal: AbortSignal) => Promise<Evaluation>;
  readonly onEnd: (end: ThreadEnd) => void;
}

export interface RunThread extends AsyncDisposable {
  readonly id: number;
  readonly platform: string;
  readonly stop: Stop | undefined;
  readonly failed: boolean;
  /** Nothing more will run. */
  readonly over: boolean;
  /** Stands before the first instruction. */
  enter(): void;
  resume(how: Going): void;
  pause(): Promise<void>;
}

/** Stands nowhere yet. */
export function createThread(input: ThreadInput): RunThread {
  return new BuildThread(input);
}

class BuildThread implements RunThread {
  readonly #input: ThreadInput;
  readonly #runner: Runner;
  #live: LiveStop | undefined;
  #running: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;
  #left: Promise<void> = Promise.resolve();
  #failed = false;
  #over = false;
  #disposed = false;

  constructor(input: ThreadInput) {
    this.#input = input;
    const { program, attempt, holds, settings } = input;
    const stopAtEnd = settings.stopAtEnd && !settings.noDebug;
    this.#runner = createRunner({ program, attempt, holds, stopAtEnd, culprit: (error) => this.#culprit(error) });
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

  get failed(): boolean {
    return this.#failed;
  }

  get over(): boolean {
    return this.#over;
  }

  enter(): void {
    this.#stand(this.#runner.enter(), { kind: 'entry' });
  }

  resume(how: Going): void {
    if (this.#over || this.#running !== undefined || this.#disposed) return;
    this.#leave();
    if (this.#failed) return this.#end({ kind: 'failed' });
    const controller = new AbortController();
    const done = this.#go(how, controller.signal);
    this.#running = { controller, done };
  }

  async pause(): Promise<void> {
    this.#running?.controller.abort();
    await this.#running?.done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#running?.controller.abort();
    await this.#running?.done;
    this.#leave();
    await this.#left;
  }

  async #go(how: Going, signal: AbortSignal): Promise<void> {
    const { progress } = this.#input;
    progress.begin();
    await this.#left;
    const outcome = await this.#runner.run(how, signal).catch((error: unknown): Outcome => ({ kind: 'broken', error }));
    this.#running = undefined;
    progress.end();
    if (!this.#disposed) await this.#arrive(outcome);
  }

  async #arrive(outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case 'finished':
        return this.#end({ kind: 'finished' });
      case 'broken':
        this.#tellBroken(outcome.error);
        return this.#end({ kind: 'broken', error: outcome.error });
      case 'stands':
        if (outcome.stand.why.kind === 'failed') return this.#stumble(outcome.stand);
        this.#stand(outcome.stand, this.#reasonOf(outcome.stand));
    }
  }

  #reasonOf({ why }: Stand): StopReason {
    if (why.kind === 'breakpoint') return { kind: 'breakpoint', lines: this.#input.linesOf(why.instruction) };
    if (why.kind === 'failed') return { kind: 'pause' };
    return { kind: why.kind };
  }

  async #stumble(stand: Stand): Promise<void> {
    const { why, point } = stand;
    const { program, attempt, settings, engine, board } = this.#input;
    const step = point === undefined ? undefined : program.steps.get(point.instruction.index);
    if (why.kind !== 'failed' || step === undefined || !(why.error instanceof EngineError)) return;
    await attempt.timeline.settled(why.digest, LAST_WORDS);
    const others = why.others.map((error) => (error instanceof Error ? error.message : String(error)));
    const { error, digest } = why;
    const limits = limitsOf(engine, error, step);
    const failure = await describeFailure({
      step,
      digest,
      error,
      timeline: attempt.timeline,
      settings,
      others,
      limits,
    });
    if (this.#disposed) return;
    this.#failed = true;
    board.fail(program, step);
    this.#tellFailure(failure);
    if (!this.#input.stopsOnFailure()) return this.#end({ kind: 'failed' });
    this.#stand(stand, { kind: 'failed', failure });
  }

  #tellFailure(failure: Failure): void {
    const { events, settings, program } = this.#input;
    const { code, summary, hint, place } = failure;
    events.emit('problem', { severity: 'error', code, message: summary, ...(hint === '' ? {} : { hint }), ...place });
    events.emit('output', {
      category: 'stderr',
      text: failureText(settings, program.dockerfile.text, failure),
      line: place.line,
    });
  }

  #tellBroken(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    this.#input.events.emit('output', { category: 'important', text: `The build ended: ${text}\n` });
  }

  #stand(stand: Stand, reason: StopReason): void {
    const { id, program, attempt, settings, evaluation, board, locks, shells, events } = this.#input;
    const error = stand.why.kind === 'failed' ? stand.why.error : undefined;
    const live = createStop({
      thread: id,
      program,
      attempt,
      settings,
      reason,
      point: stand.point,
      failure: error instanceof EngineError ? error.details.failure : undefined,
      evaluation,
      stepFact: (instruction) => board.of(program, instruction),
      locks,
      shells,
      onState: (stop) => events.emit('state', { thread: id, state: stop.state, available: stop.states }),
      onNote: (note) => events.emit('output', { category: 'console', text: `${note}\n` }),
    });
    this.#live = live;
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

  /** Engines that attach no details say in their progress which vertex failed. */
  async #culprit(error: unknown): Promise<string | undefined> {
    if (!(error instanceof EngineError)) return undefined;
    const { vertex } = error.details;
    if (vertex !== undefined) return vertex;
    if (error.code === 14) return undefined;
    return (await this.#input.attempt.timeline.firstFailure(NAMED_LATE))?.digest;
  }
}
