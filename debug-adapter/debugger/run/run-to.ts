/** Asks the engine for what lies before a point of the walk. */
import { cover } from '../../buildkit/llb-prune.js';
import type { Attempt } from '../ask/attempt.js';
import type { Foresight } from './foresight.js';
import { frontier } from '../program/frontier.js';
import type { Program, Result } from '../program/program.js';
import { materialize } from '../containers/scene.js';
import type { Point } from '../program/walk.js';

/** Longest that a stop waits for what its last step has to say, in milliseconds: progress comes on a stream of its own. */
const LAST_WORDS = 100;

export type RunResult = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly error: unknown };

/** One program in one build. */
export interface Course {
  readonly program: Program;
  readonly attempt: Pick<Attempt, 'build' | 'timeline' | 'headStart'>;
  readonly foresight: Foresight;
  /** Digests that are known to have run; grows. */
  readonly done: Set<string>;
}

/** Runs everything before `goal` at once, as far as it depends on each other; the first failure cancels the rest. */
export async function runTo(course: Course, goal: number, signal: AbortSignal): Promise<RunResult> {
  const { program, attempt, foresight, done } = course;
  const whole = goal >= program.points.length;
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const errors: unknown[] = [];
  const guard = (work: Promise<unknown>): Promise<void> =>
    work.then(
      () => undefined,
      (error: unknown) => {
        if (!either.aborted) errors.push(error);
        failed.abort();
      },
    );
  const bring = async (result: Result): Promise<void> => {
    await foresight.bring(result, either);
    cover(program.llb, result.digest, done);
    await attempt.timeline.settled(result.digest, LAST_WORDS);
  };
  if (whole) {
    // The frontend's own ref knows nothing of steps that are to run without the cache: they have run before it is asked.
    await Promise.all(forcedResults(program, done).map((result) => guard(bring(result))));
    if (errors.length === 0 && program.ref !== '') await guard(attempt.headStart.evaluate(program.ref, either));
  } else {
    attempt.headStart.abandon(program.ref);
    await Promise.all(frontier(program, goal, done).map((result) => guard(bring(result))));
  }
  if (errors.length > 0) return { kind: 'failed', error: errors[0] };
  return signal.aborted ? { kind: 'failed', error: signal.reason } : { kind: 'done' };
}

/** Steps that run now go on until the signal, though nobody else wants them any more: what they have done is not lost. */
export function keepBegun(program: Program, attempt: Pick<Attempt, 'build' | 'timeline'>, signal: AbortSignal): void {
  for (const { digest } of attempt.timeline.running()) {
    if (!program.llb.vertices.has(digest)) continue;
    materialize(attempt.build.gateway, program, { digest, index: 0 }, signal).catch(() => undefined);
  }
}

function forcedResults(program: Program, done: ReadonlySet<string>): readonly Result[] {
  const steps = [...program.steps.values()].filter(({ vertices }) =>
    vertices.some(({ digest }) => program.forced.has(digest) && !done.has(digest)),
  );
  return steps.flatMap(({ after }) => after ?? []);
}

/** How a step would come about: from the cache, or by running it. */
export type Peeked = 'cached' | 'uncached' | { readonly error: unknown };

/**
 * Asks for a step, and takes the question back as soon as the engine begins to run it: what it did till then is thrown
 * away. A step that is over before the question can be taken back has run.
 */
export async function peek({ program, attempt, done }: Course, point: Point, signal: AbortSignal): Promise<Peeked> {
  const { build, timeline } = attempt;
  const step = program.steps.get(point.instruction.index);
  const own = (step?.vertices ?? []).filter(({ op, digest }) => op.op?.$case !== 'source' && !done.has(digest));
  const result = step?.after;
  if (result === undefined || own.length === 0) return 'cached';
  const taken = new AbortController();
  const either = AbortSignal.any([signal, taken.signal]);
  const begun = own.map(({ digest }) => timeline.begun(digest, either));
  const solved = materialize(build.gateway, program, result, either).then(
    () => 'solved' as const,
    (error: unknown) => ({ error }),
  );
  const first = await Promise.race([solved, ...begun.map((each) => each.then(() => 'begun' as const))]);
  taken.abort();
  if (typeof first === 'object') return first;
  if (first === 'begun') {
    await solved;
    return 'uncached';
  }
  cover(program.llb, result.digest, done);
  await Promise.all(own.map(({ digest }) => timeline.settled(digest, LAST_WORDS)));
  return own.every(({ digest }) => timeline.record(digest)?.cached !== false) ? 'cached' : 'uncached';
}
