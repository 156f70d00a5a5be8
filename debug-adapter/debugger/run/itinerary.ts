/** The way through the walk: where it stands, and at which moments on the way the gate wants to be asked. */
import type { Instruction } from '../../dockerfile/model.js';
import type { Gate } from '../breakpoints/gate.js';
import type { Program } from '../program/program.js';
import type { Timeline } from '../progress/timeline.js';
import type { Point } from '../program/walk.js';

/** Moments at one point, in their order: before the step; when it shows whether it is cached; after it. */
const kinds = ['before', 'cache', 'after'] as const;

export interface Moment {
  readonly point: Point;
  readonly kind: (typeof kinds)[number];
  /** Index of the walk: what lies before it has to run first. */
  readonly goal: number;
}

export interface ItineraryInput {
  readonly program: Program;
  readonly gate: Gate;
  readonly timeline: Pick<Timeline, 'record'>;
  /** Digests that have run. */
  readonly done: ReadonlySet<string>;
}

export interface Itinerary {
  /** Undefined before the first. */
  readonly point: Point | undefined;
  /** Goes on to a moment. */
  place(point: Point, kind: Moment['kind']): void;
  /** Goes to a moment out of order: what was met on the way counts no more. */
  jump(point: Point, kind: Moment['kind']): void;
  /** The next moment before the point at `limit`. `running`: steps that have begun are left out, they cannot be held. */
  next(limit: number, running: boolean): Moment | undefined;
  /** Whether the user was at this instruction before, when the stages it calls had not run. */
  passed(point: Point): boolean;
  /** Where a pause stands: the first step that was running, else the first that had not run. */
  pausedAt(running: ReadonlySet<string>): Point;
}

/** Starts before the first point. */
export function createItinerary(input: ItineraryInput): Itinerary {
  return new Way(input);
}

class Way implements Itinerary {
  readonly #input: ItineraryInput;
  readonly #calls: ReadonlyMap<Instruction, Point>;
  #here: Point | undefined;
  #at = -1;
  /** Index from which the way here had no jump in it. */
  #since = 0;

  constructor(input: ItineraryInput) {
    this.#input = input;
    const calls = input.program.points.filter(({ phase }) => phase === 'call');
    this.#calls = new Map(calls.map((point) => [point.instruction, point]));
  }

  get point(): Point | undefined {
    return this.#here;
  }

  place(point: Point, kind: Moment['kind']): void {
    this.#at = ordinal(point.index, kind);
    this.#here = point;
  }

  jump(point: Point, kind: Moment['kind']): void {
    this.place(point, kind);
    this.#since = point.index;
  }

  next(limit: number, running: boolean): Moment | undefined {
    const { points } = this.#input.program;
    for (let index = Math.max(0, Math.floor(this.#at / kinds.length)); index < limit; index++) {
      const point = points[index];
      if (point === undefined) return undefined;
      for (const kind of kinds) {
        if (ordinal(index, kind) <= this.#at || !this.#wanted(point, kind) || (running && this.#late(point, kind)))
          continue;
        return { point, kind, goal: kind === 'after' ? index + 1 : index };
      }
    }
    return undefined;
  }

  passed(point: Point): boolean {
    const call = point.phase === 'run' ? this.#calls.get(point.instruction) : undefined;
    return call !== undefined && call.index >= this.#since;
  }

  pausedAt(running: ReadonlySet<string>): Point {
    const { program, done } = this.#input;
    const runs = program.points.filter(({ phase }) => phase === 'run');
    const from = this.#here?.index ?? 0;
    const busy = runs.find((point) => this.#digests(point).some((digest) => running.has(digest)));
    const open = runs.find((point) => point.index >= from && this.#digests(point).some((digest) => !done.has(digest)));
    const found = busy ?? open ?? this.#here ?? program.points[0];
    if (found === undefined) throw new RangeError('A build without instructions cannot be paused.');
    return found;
  }

  #wanted(point: Point, kind: Moment['kind']): boolean {
    const { gate, done } = this.#input;
    if (kind === 'before') return gate.watchesBefore(point) && (!this.passed(point) || gate.entry(point) !== undefined);
    if (kind === 'after') return gate.watchesAfter(point);
    return !this.#digests(point).every((digest) => done.has(digest)) && gate.watchesCache(point);
  }

  /** Too late to be held: what comes after a step can be asked until it is over. */
  #late(point: Point, kind: Moment['kind']): boolean {
    const { timeline } = this.#input;
    if (kind !== 'after' || this.#digests(point).length === 0) return this.#begun(point);
    return this.#digests(point).every((digest) => timeline.record(digest)?.completed === true);
  }

  /** An instruction without a step of its own begins with the next one of its stage that has. */
  #begun({ stage, index }: Point): boolean {
    const { program, timeline } = this.#input;
    const step = program.points.find(
      (each) => each.stage === stage && each.phase === 'run' && each.index >= index && this.#digests(each).length > 0,
    );
    const digests = step === undefined ? [] : this.#digests(step);
    return digests.some((digest) => timeline.record(digest)?.startedAt !== undefined);
  }

  #digests({ instruction }: Point): readonly string[] {
    return (this.#input.program.steps.get(instruction.index)?.vertices ?? []).map(({ digest }) => digest);
  }
}

function ordinal(index: number, kind: Moment['kind']): number {
  return index * kinds.length + kinds.indexOf(kind);
}
