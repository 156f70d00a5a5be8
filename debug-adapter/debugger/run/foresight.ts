/**
 * Results that the engine hears of before they are wanted: to ask for one is then a short question, however large the
 * build is. Nothing of them runs, and nothing is fetched, before somebody asks.
 */
import { cover } from '../../buildkit/llb-prune.js';
import type { Attempt } from '../ask/attempt.js';
import { frontier } from '../program/frontier.js';
import { definitionOf, type Program, type Result } from '../program/program.js';
import { materialize } from '../containers/scene.js';
import { destination } from '../program/walk.js';

/** So many milliseconds after a stop the engine is told: what the editor asks at a stop comes first. */
const LOOKS_AROUND = 2;
/** Steps that are told of at once, and how few of them may be left before it is told of more. */
const STEPS = 16;
const FEW = 4;

export interface Foresight {
  /** The user stands at that point of the walk, and may go on from there in steps. @param done digests that have run */
  standsAt(point: number, done: ReadonlySet<string>): void;
  /** Brings a result about. */
  bring(result: Result, signal: AbortSignal): Promise<void>;
}

/** Knows nothing yet. */
export function createForesight(program: Program, attempt: Pick<Attempt, 'build'>): Foresight {
  return new Ahead(program, attempt);
}

class Ahead implements Foresight {
  readonly #program: Program;
  readonly #build: Attempt['build'];
  readonly #refs = new Map<string, Promise<string>>();
  /** Steps from here on are not told of. */
  #told = 0;
  #telling = false;

  constructor(program: Program, { build }: Pick<Attempt, 'build'>) {
    this.#program = program;
    this.#build = build;
  }

  standsAt(point: number, done: ReadonlySet<string>): void {
    const few = this.#steps(point, FEW);
    if (this.#telling || (few.at(-1) ?? point) < this.#told) return;
    this.#telling = true;
    setTimeout(() => void this.#tell(point, done).finally(() => (this.#telling = false)), LOOKS_AROUND).unref();
  }

  async bring(result: Result, signal: AbortSignal): Promise<void> {
    const { gateway } = this.#build;
    const ref = await this.#refs.get(keyOf(result))?.catch(() => undefined);
    if (ref === undefined) await materialize(gateway, this.#program, result, signal);
    else await gateway.evaluate(ref, { signal });
  }

  /** One after the other: whatever else is asked meanwhile does not wait long. */
  async #tell(point: number, done: ReadonlySet<string>): Promise<void> {
    const soon = new Set(done);
    const mark = ({ digest }: Result): void => cover(this.#program.llb, digest, soon);
    frontier(this.#program, point, soon).forEach(mark);
    for (const goal of this.#steps(point, STEPS)) {
      const results = frontier(this.#program, goal, soon);
      results.forEach(mark);
      this.#told = goal;
      const isNew = (result: Result): boolean => !this.#refs.has(keyOf(result));
      // What cannot be prepared is asked for as a whole when it is wanted, and fails then.
      for (const result of results.filter(isNew)) await this.#prepare(result).catch(() => undefined);
    }
  }

  #prepare(result: Result): Promise<string> {
    const ref = this.#build.gateway.prepare(definitionOf(this.#program, result));
    ref.catch(() => this.#refs.delete(keyOf(result)));
    this.#refs.set(keyOf(result), ref);
    return ref;
  }

  /** Where so many steps would end. */
  #steps(from: number, count: number): readonly number[] {
    const { points } = this.#program;
    const goals: number[] = [];
    for (let at = from; goals.length < count && at < points.length; goals.push(at))
      at = destination(points, points[at], 'next');
    return goals;
  }
}

function keyOf({ digest, index }: Result): string {
  return `${digest}:${index}`;
}
