/** Where a thread is inside of a RUN: how it comes in, goes through, and leaves. */
import type { BreakpointFact, Going, StepConfig, StopReason } from '../api.js';
import type { Instruction } from '../../dockerfile/model.js';
import type { Statement } from '../../dockerfile/script/model.js';
import { EngineError, UserError } from '../errors.js';
import type { Gate } from '../breakpoints/gate.js';
import { isWithin } from '../breakpoints/lines.js';
import type { Probed } from '../breakpoints/probed.js';
import { keepText, limited } from '../containers/probe.js';
import type { Outcome, Stand, Stood } from '../run/runner.js';
import type { ThreadInput } from '../run/thread-api.js';
import type { Point } from '../program/walk.js';
import { mayCome, passedAt, statementOf } from './lines.js';
import type { Spot, Stops, Visit, Went } from './visit.js';

/** A place within a RUN: where one stood on the way to it, the last one there itself. */
export type Trail = readonly Spot[];

export interface Insider extends AsyncDisposable {
  /** The RUN that the thread is in. */
  readonly visit: Visit | undefined;
  /** Undefined outside. */
  readonly trail: Trail | undefined;
  /**
   * Goes on inside, or comes in. Undefined where the thread has to go on by itself: it is in no RUN, or no more.
   *
   * @param from where it stands
   */
  go(how: Going, from: Stood | undefined, signal: AbortSignal): Promise<Outcome | undefined>;
  /**
   * Looks at where the thread has come to: goes into a RUN for the breakpoints within it. Answers where that leads, which
   * is that place itself where there is nothing to go into; undefined when the thread has to go on.
   */
  meet(stand: Stand, signal: AbortSignal): Promise<Outcome | undefined>;
  /** To where it stood before, within the RUN or before it; or to its first command. In a fresh container. */
  back(how: 'step' | 'first', signal: AbortSignal): Promise<Outcome>;
  /** Comes to a place again, from before the RUN: the commands up to it run once more. */
  comeBack(from: Stood, trail: Trail, signal: AbortSignal): Promise<Outcome>;
  /** Breakpoints may have changed. */
  refresh(): void;
  /** Gives up the container. */
  leave(): Promise<void>;
  /** Resolves when the container that was left last is gone. */
  readonly left: Promise<void>;
}

/** Where to: as a user goes, or to a place where it was. */
type Inward = Exclude<Going, object> | Trail | 'first';

/** Is in no RUN yet. */
export function createInsider(input: ThreadInput, gate: Gate): Insider {
  return new ThreadInsider(input, gate);
}

class ThreadInsider implements Insider {
  readonly #input: ThreadInput;
  readonly #gate: Gate;
  visit: Visit | undefined;
  left: Promise<void> = Promise.resolve();
  /** Where it stood when it came in. */
  #from: Stood | undefined;
  #trail: Trail = [];
  /** One that could not be gone into: its breakpoints do not hold it up once more. */
  #notEntered: Instruction | undefined;
  /** What runs has run before, and was told then. */
  #replays = false;

  constructor(input: ThreadInput, gate: Gate) {
    this.#input = input;
    this.#gate = gate;
  }

  get trail(): Trail | undefined {
    return this.visit === undefined ? undefined : this.#trail;
  }

  async go(how: Going, from: Stood | undefined, signal: AbortSignal): Promise<Outcome | undefined> {
    const { visit } = this;
    if (visit === undefined) return from === undefined ? undefined : await this.#comeIn(how, from, signal);
    const isOver = visit.code !== undefined || typeof how === 'object';
    // Nothing stops it any more: what its commands do here is done again when the step runs.
    if (isOver || (how === 'continue' && !this.#mayStop(visit))) return await this.#out();
    return await this.#move(visit, how, signal);
  }

  async meet(stand: Stand, signal: AbortSignal): Promise<Outcome | undefined> {
    const { why, point } = stand;
    if (why.kind === 'failed' || why.reason.kind !== 'breakpoint' || why.reason.within !== true)
      return { kind: 'stands', stand };
    const from: Stood = { stand, reason: { ...why.reason, within: false } };
    const inside = await this.#enter(from, 'continue', signal);
    if (inside !== 'not-entered') return inside;
    const reason = await this.#gate.whole(point, signal);
    return reason === undefined ? undefined : { kind: 'stands', stand: { ...stand, why: { kind: 'reason', reason } } };
  }

  async back(how: 'step' | 'first', signal: AbortSignal): Promise<Outcome> {
    const from = this.#from;
    if (from === undefined) throw new Error('A thread that is in no RUN cannot go back in it.');
    const trail = how === 'first' ? how : this.#trail.slice(0, -1);
    await this.leave();
    if (trail.length > 0) return await this.comeBack(from, trail, signal);
    return { kind: 'again', stand: from.stand, reason: from.reason.kind === 'failed' ? from.reason : { kind: 'step' } };
  }

  refresh(): void {
    this.visit?.refresh();
    this.#tellPassed();
  }

  async comeBack(from: Stood, trail: Trail | 'first', signal: AbortSignal): Promise<Outcome> {
    this.#replays = true;
    const outcome = await this.#enter(from, trail, signal).finally(() => (this.#replays = false));
    return outcome === undefined || outcome === 'not-entered' ? { kind: 'again', ...from } : outcome;
  }

  async leave(): Promise<void> {
    const { visit } = this;
    this.visit = undefined;
    this.#from = undefined;
    this.#trail = [];
    // With the build gone, its container is too.
    if (visit !== undefined) this.left = Promise.resolve(visit[Symbol.asyncDispose]()).catch(() => undefined);
    await this.left;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
  }

  /** As it is asked for, or for a breakpoint within the RUN before which it stands. */
  async #comeIn(how: Going, from: Stood, signal: AbortSignal): Promise<Outcome | undefined> {
    const hasFailed = from.reason.kind === 'failed';
    const { point } = from.stand;
    const { instruction } = point;
    const awaits = (): boolean =>
      !hasFailed &&
      instruction !== this.#notEntered &&
      this.#gate.held(point).some(({ line }) => isWithin(line, instruction));
    if (typeof how === 'object' || (how !== 'stepIn' && !awaits())) return undefined;
    const entered = await this.#enter(from, how === 'stepIn' ? how : 'continue', signal);
    if (entered !== 'not-entered') return entered;
    return how === 'stepIn' && hasFailed ? { kind: 'again', ...from } : undefined;
  }

  /** `not-entered` where there is nothing to go into. */
  async #enter(
    from: Stood,
    how: 'stepIn' | 'continue' | 'first' | Trail,
    signal: AbortSignal,
  ): Promise<Outcome | undefined | 'not-entered'> {
    const { point, after } = from.stand;
    if (after || point.phase !== 'run') return 'not-entered';
    try {
      const { enterRun } = await import('./enter.js');
      const entered = await enterRun(this.#input, point, () => !this.#replays, signal);
      if (entered === 'single' && from.reason.kind === 'failed') this.#tellSingle(point);
      this.visit = entered === 'single' ? undefined : entered;
    } catch (error) {
      return this.#refused(from, error, signal);
    }
    if (this.visit === undefined) {
      this.#notEntered = point.instruction;
      return 'not-entered';
    }
    this.#from = from;
    this.#tellPassed();
    return await this.#move(this.visit, how, signal);
  }

  async #move(visit: Visit, how: Inward, signal: AbortSignal): Promise<Outcome | undefined> {
    const from = this.#from;
    if (from === undefined) return undefined;
    const { point } = from.stand;
    const isGoing = typeof how === 'string' && how !== 'first';
    const going = isGoing
      ? visit.go(how, this.#stops(visit, point), signal)
      : visit.goTo(how === 'first' ? how : (how.at(-1) ?? 'first'), signal);
    const went = await going.catch((error: unknown) => ({ error }));
    if (typeof went === 'object' && 'error' in went && !signal.aborted) {
      await this.leave();
      return this.#refused(from, went.error, signal);
    }
    if (went === 'ended' && visit.code === 0) return await this.#out();
    // Of a run to a breakpoint no step leads back.
    const fresh = how === 'continue' || how === 'first';
    const here = visit.spot === undefined ? [] : [visit.spot];
    this.#trail = typeof how === 'object' ? how : fresh ? here : [...this.#trail, ...here];
    const reason = typeof went === 'object' ? ('error' in went ? paused : went) : reasonOf(went, visit);
    return { kind: 'stands', stand: { point, after: false, why: { kind: 'reason', reason }, inside: visit } };
  }

  #stops(visit: Visit, point: Point): Stops<StopReason> {
    const { startLine } = point.instruction;
    const meant = (line: number): Statement | undefined => (line > startLine ? statementOf(visit, line) : undefined);
    const at = (): ReadonlySet<number> =>
      new Set(this.#gate.held(point).flatMap(({ line }) => meant(line)?.index ?? []));
    const probe = (command: string, own: AbortSignal): Promise<Probed> =>
      limited(command, { signal: own }, async (either) => {
        const { sink, text } = keepText();
        const exitCode = await visit.run(command, { output: sink, signal: either, forget: true });
        return { exitCode, output: text() };
      });
    const config = async (outer: StepConfig, own: AbortSignal): Promise<StepConfig> =>
      (await import('./enter.js')).insideConfig(visit, outer, own);
    const why: Stops<StopReason>['why'] = (statement, signal) =>
      this.#gate.within(point, (line) => meant(line) === statement, { probe, config }, signal);
    return { at, why };
  }

  /** Breakpoints that never stop are shown as that. */
  #tellPassed(): void {
    const { visit } = this;
    const { point } = this.#from?.stand ?? {};
    if (visit === undefined || point === undefined) return;
    const facts = this.#gate.held(point).flatMap(({ id, line }): BreakpointFact[] => {
      const { name } = passedAt(visit.passed, line) ?? {};
      if (name === undefined || statementOf(visit, line) !== undefined) return [];
      const message = `Nothing stops in ${name}: it runs in the background, in a pipeline or in another shell. Stop where it is called.`;
      return [{ id, requestedLine: line, line, verified: false, message }];
    });
    const { events, settings } = this.#input;
    if (facts.length > 0) events.emit('breakpoints', { path: settings.dockerfile, breakpoints: facts });
  }

  /** Whoever steps into a step that failed sees it stand as before: that is said. */
  #tellSingle({ instruction: { keyword, startLine } }: Point): void {
    this.#input.onNote(`${keyword} (line ${startLine}) is one command: there is nothing in it to step through.`);
  }

  /** The thread stands where it stood. */
  #refused(from: Stood, error: unknown, signal: AbortSignal): Outcome {
    if (signal.aborted) return { kind: 'again', stand: from.stand, reason: paused };
    this.#notEntered = from.stand.point.instruction;
    const { keyword, startLine } = this.#notEntered;
    const isKnown = error instanceof UserError || error instanceof EngineError;
    const why = isKnown ? error.message : `this is a bug of the debugger: ${String(error)}`;
    const text = `Stepping through ${keyword} (line ${startLine}) came to an end: ${why}\n`;
    this.#input.events.emit('output', { category: 'important', text });
    return { kind: 'again', ...from };
  }

  /** A step that has failed still has: the thread stands there as before. */
  async #out(): Promise<Outcome | undefined> {
    const from = this.#from;
    await this.leave();
    return from?.reason.kind === 'failed' ? { kind: 'again', ...from } : undefined;
  }

  /** Whether a breakpoint is on a command that may still come: below, in a loop around, in a function that is called. */
  #mayStop(visit: Visit): boolean {
    const { point } = this.#from?.stand ?? {};
    if (point === undefined) return false;
    const { startLine } = point.instruction;
    return this.#gate.held(point).some(({ line }) => line > startLine && mayCome(visit, visit.statement, line));
  }
}

const paused: StopReason = { kind: 'pause' };

function reasonOf(went: Went, { code = 0 }: Visit): StopReason {
  if (went === 'paused') return paused;
  return went === 'ended' ? { kind: 'exit', code } : { kind: 'step' };
}
