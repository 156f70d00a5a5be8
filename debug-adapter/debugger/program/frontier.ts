/** What must be asked of the engine so that everything before a point of the walk has run. */
import { cover } from '../../buildkit/llb-prune.js';
import type { Point } from './walk.js';
import type { Program, Result } from './program.js';

/**
 * The smallest set of results that needs every step before `goal`: the engine runs what they need, in parallel.
 *
 * @param done digests that are known to have run; their inputs have too
 */
export function frontier(program: Program, goal: number, done: ReadonlySet<string>): readonly Result[] {
  const covered = new Set<string>();
  const results: Result[] = [];
  for (const point of program.points.slice(0, goal).reverse()) {
    const own = stepResult(program, point);
    if (own === undefined || covered.has(own.digest) || done.has(own.digest)) continue;
    results.push(own);
    cover(program.llb, own.digest, covered, done);
  }
  return results.reverse();
}

function stepResult(program: Program, point: Point): Result | undefined {
  if (point.phase === 'call') return undefined;
  const step = program.steps.get(point.instruction.index);
  return step === undefined || step.vertices.length === 0 ? undefined : step.after;
}

/**
 * The point at which the user should stand when a vertex fails: the first step of the walk that it belongs to, or
 * that needs it (a context, an image that a mount names).
 */
export function pointOfVertex(program: Program, digest: string): Point | undefined {
  const owner = program.owners.get(digest);
  if (owner !== undefined) return runPoint(program, owner.instruction.index);
  for (const point of program.points) {
    const result = stepResult(program, point);
    if (result === undefined) continue;
    const needed = new Set<string>();
    cover(program.llb, result.digest, needed);
    if (needed.has(digest)) return point;
  }
  return undefined;
}

/** The `run` point of an instruction. */
export function runPoint(program: Program, instruction: number): Point | undefined {
  return program.points.find((point) => point.phase === 'run' && point.instruction.index === instruction);
}
