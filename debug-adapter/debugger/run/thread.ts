/** One platform as a thread: stands or runs; where it stands there is a stop that a user can look at. */
import type { Instruction } from '../../dockerfile/model.js';
import type { Going, GoingBack, Stop, StopReason } from '../api.js';
import type { Gate } from '../breakpoints/gate.js';
import { culpritOf } from './culprit.js';
import { EngineError, UserError } from '../errors.js';
import { createFailureBook } from './failure-book.js';
import { createInsider, type Insider, type Trail } from '../inside/insider.js';
import { loadStopped, type StoppedParts } from '../load-stopped.js';
import type { Program } from '../program/program.js';
import { standBefore } from './reverse.js';
import { createRunner, type Outcome, type Runner, type Stand } from './runner.js';
import { createStanding, type Standing } from './standing.js';
import { tellBroken } from '../progress/tell-broken.js';
import type { RunThread, ThreadEnd, ThreadInput } from './thread-api.js';
import { stageStart, type Point } from '../program/walk.js';
import { createWayBack, type WayBack } from './way-back.js';

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
  readonly #insider: Insider;
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
    this.#insider = createInsider(input, this.#gate);
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
    return this.stop === undefined ? undefined : this.#standing.stood?.stand.point;
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
    const { stood } = this.#standing;
    const { trail } = this.#insider;
    const isInside = trail !== undefined;
    this.#go(async (signal) => {
      const inside = await this.#insider.go(how, stood, signal);
      if (inside !== undefined) return inside;
      if (!isInside && stood?.reason.kind === 'failed') return this.#nextFailure(signal);
      const outcome = await this.#run(isInside && how !== 'continue' ? 'next' : how, signal);
      if (how === 'continue' || outcome.kind !== 'stands') return outcome;
      this.#way.note(stood && { point: stood.stand.point, trail }, outcome.stand.point);
      return outcome;
    });
  }

  goBack(how: GoingBack): void {
    const { stood } = this.#standing;
    if (stood === undefined || this.stop === undefined) return;
    const at = stood.stand;
    const { points } = this.program;
    if (this.#insider.visit !== undefined && (how === 'step' || (typeof how === 'object' && how.frame === 0)))
      return this.#go((signal) => this.#insider.back(how === 'step' ? how : 'first', signal));
    if (how === 'continue') return this.#reverse(at);
    if (how === 'step') {
      const { point: to, trail } = this.#way.take(at);
      if (trail !== undefined) return this.#backInto(to, trail);
      // Nothing is before the first one: that is said, for nothing else has changed.
      return this.#jumpTo(to, { kind: to === at.point && !at.after && to === points[0] ? 'entry' : 'step' });
    }
    let point: Point | undefined = at.point;
    const first = this.#insider.visit === undefined ? 0 : 1;
    for (let frame = first; frame < how.frame && point !== undefined; frame++) point = point.caller;
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
    const here = this.#standing.stood?.stand.point.index ?? -1;
    if (met.index <= here) this.#jumpTo(met, { kind: 'goto' });
    else this.fastForward(met, { kind: 'goto' });
  }

  fastForward(point: Point, then: StopReason | 'continue'): void {
    this.#go(async (signal) => {
      await this.#insider.leave();
      const outcome = await this.#runner.runTo(point, then === 'continue' ? { kind: 'goto' } : then, signal);
      const arrived = outcome.kind === 'stands' && outcome.stand.why.kind === 'reason' && !signal.aborted;
      return arrived && then === 'continue' ? this.#run('continue', signal) : outcome;
    });
  }

  refresh(): void {
    this.#runner.refresh();
    this.#insider.refresh();
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
    await this.#insider[Symbol.asyncDispose]();
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
    await Promise.all([this.#standing.left, this.#insider.left]);
    const outcome = await this.#outcomeOf(work(signal)).catch((error: unknown): Outcome => ({ kind: 'broken', error }));
    this.#running = undefined;
    progressing[Symbol.dispose]();
    if (!this.#disposed.signal.aborted) await this.#arrive(outcome);
  }

  /** Goes on from where it stands; into a RUN with breakpoints within it. */
  async #run(how: Going, signal: AbortSignal): Promise<Outcome> {
    let outcome = await this.#runner.run(how, signal);
    while (outcome.kind === 'stands') {
      const inside = await this.#insider.meet(outcome.stand, signal);
      if (inside !== undefined) return inside;
      outcome = await this.#runner.goOn(signal);
    }
    return outcome;
  }

  /** With what it needs to stand. */
  async #outcomeOf(work: Promise<Outcome>): Promise<Outcome> {
    const outcome = await work;
    if (outcome.kind === 'stands' || outcome.kind === 'again') this.#parts = await loadStopped();
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
      case 'again':
        return this.#standing.begin(this.#loaded, outcome.stand, outcome.reason);
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
    await rescueFiles(this.#input, stand, { error, digest, failure: stumble.failure }, left);
    if (left.aborted) return;
    if (!this.#input.stopsOnFailure(stumble.failure, point)) return this.#end({ kind: 'failed' });
    this.#standing.begin(this.#loaded, stand, { kind: 'failed', failure: stumble.failure });
  }

  #reverse(at: { readonly point: Point; readonly after: boolean }): void {
    const { points } = this.program;
    this.#way.forget();
    this.#go(async (signal) => {
      await this.#insider.leave();
      const stand = await standBefore(points, this.#gate, at, signal);
      this.#runner.jump(stand.point, stand.after);
      return { kind: 'stands', stand };
    });
  }

  /** To a place within a RUN, by which the user came. */
  #backInto(point: Point, trail: Trail): void {
    const reason = { kind: 'step' } as const;
    this.#go((signal) => {
      this.#runner.jump(point, false);
      const stand: Stand = { point, after: false, why: { kind: 'reason', reason } };
      return this.#insider.comeBack({ stand, reason }, trail, signal);
    });
  }

  #jumpTo(point: Point, reason: StopReason): void {
    if (this.#over || this.#running !== undefined || this.#disposed.signal.aborted) return;
    this.#standing.leave();
    void this.#insider.leave();
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
