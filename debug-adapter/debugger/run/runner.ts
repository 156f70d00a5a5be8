/** One platform of a build on its way through the walk: runs to the next stop, stands there, goes on or back. */
import type { Going, StopReason } from '../api.js';
import type { Attempt } from '../ask/attempt.js';
import type { Gate } from '../breakpoints/gate.js';
import { createForesight } from './foresight.js';
import { pointOfVertex } from '../program/frontier.js';
import { JOINED } from '../ask/head-start.js';
import { createItinerary, type Moment } from './itinerary.js';
import type { Visit } from '../inside/visit.js';
import type { Program } from '../program/program.js';
import { runAhead } from './run-ahead.js';
import { type Course, keepBegun, peek, runTo, type RunResult } from './run-to.js';
import { materialize } from '../containers/scene.js';
import { destination, type Point } from '../program/walk.js';

/** Where a runner stands. */
export interface Stand {
  readonly point: Point;
  /** The state after the step is meant: it changed something that is watched, or it was the last one. */
  readonly after: boolean;
  readonly why:
    | { readonly kind: 'reason'; readonly reason: StopReason }
    | { readonly kind: 'failed'; readonly error: unknown; readonly digest: string };
  /** Within its RUN: before one of the commands there. */
  readonly inside?: Visit | undefined;
}

/** A stand that was told, to stand there again. */
export interface Stood {
  readonly stand: Stand;
  readonly reason: StopReason;
}

/** How a run ended. */
export type Outcome =
  | { readonly kind: 'stands'; readonly stand: Stand }
  /** As before: all that was told of it still holds. */
  | ({ readonly kind: 'again' } & Stood)
  /** Everything has run. */
  | { readonly kind: 'finished' }
  /** The error belongs to no instruction: the engine is gone, the build was cancelled, … */
  | { readonly kind: 'broken'; readonly error: unknown };

export interface RunnerInput {
  readonly program: Program;
  readonly attempt: Attempt;
  readonly gate: Gate;
  readonly stopAtEnd: boolean;
  /** Digest of the vertex that the error is about; undefined when it is about none. */
  readonly culprit: (error: unknown) => Promise<string | undefined>;
}

export interface Runner {
  /** Goes on from where it stands. The signal pauses it. */
  run(how: Going, signal: AbortSignal): Promise<Outcome>;
  /** Goes on where the last run stands, to where that led: what it met on the way is no stop. */
  goOn(signal: AbortSignal): Promise<Outcome>;
  /** Runs what lies before a point, and stops nowhere on the way but where a step fails. */
  runTo(point: Point, reason: StopReason, signal: AbortSignal): Promise<Outcome>;
  /** Runs the step of a point and what it needs, to see it fail: answers how, or undefined when it does not. */
  runStep(point: Point, signal: AbortSignal): Promise<Outcome | undefined>;
  /** Stands somewhere without running anything. */
  jump(point: Point, after: boolean): void;
  /** Breakpoints have changed: a run that is under way heeds them, for steps that have not begun. */
  refresh(): void;
  /** Whether the engine has the step in its cache; what lies before it has run. */
  isCached(point: Point, signal: AbortSignal): Promise<boolean>;
}

/** Starts before the first point. */
export function createRunner(input: RunnerInput): Runner {
  return new BuildRunner(input);
}

interface Reached {
  /** Undefined: the limit was reached. */
  readonly moment: Moment | undefined;
  readonly result: RunResult;
}

class BuildRunner implements Runner {
  readonly #input: RunnerInput;
  readonly #course: Course;
  readonly #itinerary;
  #atEnd = false;
  /** Index to which the last run goes. */
  #limit = 0;
  #wake: (() => void) | undefined;

  constructor(input: RunnerInput) {
    this.#input = input;
    const { program, gate, attempt } = input;
    const done = new Set<string>();
    this.#course = { program, attempt, foresight: createForesight(program, attempt), done };
    this.#itinerary = createItinerary({ program, gate, timeline: attempt.timeline, done });
  }

  refresh(): void {
    this.#wake?.();
  }

  jump(point: Point, after: boolean): void {
    this.#atEnd = after && point.index === this.#input.program.points.length - 1;
    this.#itinerary.jump(point, after ? 'after' : 'before');
    this.#course.foresight.standsAt(point.index, this.#course.done);
  }

  async run(how: Going, signal: AbortSignal): Promise<Outcome> {
    if (this.#atEnd) return { kind: 'finished' };
    this.#limit = destination(this.#input.program.points, this.#itinerary.point, how);
    return this.#travel(this.#limit, signal);
  }

  async goOn(signal: AbortSignal): Promise<Outcome> {
    return this.#travel(this.#limit, signal);
  }

  async runTo(point: Point, reason: StopReason, signal: AbortSignal): Promise<Outcome> {
    const result = await this.#watchPause(signal, () => runTo(this.#course, point.index, signal));
    if (result.kind === 'paused') return result.outcome;
    if (result.value.kind === 'failed') return this.#stumble(result.value.error);
    this.jump(point, false);
    return this.#stand(point, reason);
  }

  async runStep(point: Point, signal: AbortSignal): Promise<Outcome | undefined> {
    const { program, attempt } = this.#input;
    const step = program.steps.get(point.instruction.index);
    try {
      await materialize(attempt.build.gateway, program, step?.after, signal);
      return undefined;
    } catch (error) {
      return this.#stumble(error);
    }
  }

  async isCached(point: Point, signal: AbortSignal): Promise<boolean> {
    return (await peek(this.#course, point, signal)) === 'cached';
  }

  /** From moment to moment, at each of which the gate is asked, up to the limit. */
  async #travel(limit: number, signal: AbortSignal): Promise<Outcome> {
    for (;;) {
      const reached = await this.#watchPause(signal, () => this.#reach(limit, signal));
      if (reached.kind === 'paused') return reached.outcome;
      const { moment, result } = reached.value;
      if (result.kind === 'failed') return this.#stumble(result.error);
      if (moment === undefined) return this.#arrive(limit, signal);
      const asked = await this.#watchPause(signal, () => this.#ask(moment, signal));
      if (asked.kind === 'paused') return asked.outcome;
      if (asked.value !== undefined) return asked.value;
    }
  }

  /** Runs up to the next moment, as breakpoints say while it runs. */
  async #reach(limit: number, signal: AbortSignal): Promise<Reached> {
    let moment = this.#itinerary.next(limit, false);
    if (moment !== undefined) this.#besides(moment.point, limit, signal);
    let errand = this.#errand(moment?.goal ?? limit, signal);
    for (;;) {
      const refreshed = new Promise<undefined>((resolve) => (this.#wake = () => resolve(undefined)));
      const result = await Promise.race([errand.result, refreshed]);
      this.#wake = undefined;
      if (result !== undefined) return { moment, result };
      moment = this.#itinerary.next(limit, true);
      const goal = moment?.goal ?? limit;
      if (goal === errand.goal) continue;
      const before = errand;
      errand = this.#errand(goal, signal);
      // What both need goes on without a break; what only the first needs goes on if it has begun, and else never will.
      setTimeout(before.abandon, JOINED);
    }
  }

  /** Where nothing but logpoints is left on the way to the end, what they do not hold up runs beside them. */
  #besides(from: Point, limit: number, signal: AbortSignal): void {
    const { program, attempt, gate } = this.#input;
    const left = program.points.slice(from.index);
    if (limit < program.points.length || left.some((point) => gate.mayStop(point))) return;
    void runAhead(program, attempt, gate, from, signal);
  }

  #errand(
    goal: number,
    signal: AbortSignal,
  ): { readonly goal: number; readonly result: Promise<RunResult>; readonly abandon: () => void } {
    const controller = new AbortController();
    const either = AbortSignal.any([signal, controller.signal]);
    const { program, attempt } = this.#input;
    if (goal < program.points.length) keepBegun(program, attempt, signal);
    const result = runTo(this.#course, goal, either);
    return { goal, result, abandon: () => controller.abort() };
  }

  async #ask(moment: Moment, signal: AbortSignal): Promise<Outcome | undefined> {
    const { gate } = this.#input;
    const { point, kind } = moment;
    this.#itinerary.place(point, kind);
    if (kind === 'cache') {
      const peeked = await peek(this.#course, point, signal);
      if (typeof peeked === 'object') return signal.aborted ? undefined : this.#stumble(peeked.error);
      return peeked === 'cached' ? undefined : this.#stand(point, await gate.uncached(point), 'cache');
    }
    const reason = await this.#reason(moment, signal);
    return reason === undefined || signal.aborted ? undefined : this.#stand(point, reason, kind);
  }

  async #reason({ point, kind }: Moment, signal: AbortSignal): Promise<StopReason | undefined> {
    const { gate } = this.#input;
    if (kind === 'after') return await gate.after(point, signal);
    return this.#itinerary.passed(point) ? gate.entry(point) : await gate.before(point, signal);
  }

  /** At the end of a step: a breakpoint that is there counts, though the step would stop anyway. */
  async #arrive(limit: number, signal: AbortSignal): Promise<Outcome> {
    const { program, gate, stopAtEnd } = this.#input;
    const point = program.points[limit];
    if (point === undefined) {
      const last = program.points.at(-1);
      return stopAtEnd && last !== undefined ? this.#stand(last, { kind: 'end' }, 'after') : { kind: 'finished' };
    }
    const asks = gate.watchesBefore(point) && !this.#itinerary.passed(point);
    const reason = asks ? await gate.before(point, signal).catch(() => undefined) : undefined;
    const isStep = reason === undefined || (reason.kind === 'breakpoint' && reason.within === true);
    return this.#stand(point, isStep ? { kind: 'step' } : reason);
  }

  #stand(point: Point, reason: StopReason, kind: Moment['kind'] = 'before'): Outcome {
    this.#itinerary.place(point, kind);
    this.#atEnd = kind === 'after' && point.index === this.#input.program.points.length - 1;
    this.#course.foresight.standsAt(point.index, this.#course.done);
    return { kind: 'stands', stand: { point, after: kind === 'after', why: { kind: 'reason', reason } } };
  }

  async #stumble(error: unknown): Promise<Outcome> {
    const digest = await this.#input.culprit(error);
    const point = digest === undefined ? undefined : pointOfVertex(this.#input.program, digest);
    if (digest === undefined || point === undefined) return { kind: 'broken', error };
    this.#itinerary.place(point, 'cache');
    return { kind: 'stands', stand: { point, after: false, why: { kind: 'failed', error, digest } } };
  }

  /** Work that a pause may cut short; then it stands at what was running when the pause came. */
  async #watchPause<T>(
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<{ readonly kind: 'value'; readonly value: T } | { readonly kind: 'paused'; readonly outcome: Outcome }> {
    const { attempt } = this.#input;
    let running: ReadonlySet<string> = new Set();
    // Asked at the moment of the pause: a moment later the engine has ended what was running.
    const note = (): void => {
      running = new Set(attempt.timeline.running().map((record) => record.digest));
    };
    if (signal.aborted) note();
    signal.addEventListener('abort', note, { once: true });
    try {
      const value = await work();
      if (!signal.aborted) return { kind: 'value', value };
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', note);
    }
    return { kind: 'paused', outcome: this.#stand(this.#itinerary.pausedAt(running), { kind: 'pause' }) };
  }
}
