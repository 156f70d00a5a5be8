/** One platform of a build on its way through the walk: runs to the next stop, stands there, goes on. */
import { cover } from '../buildkit/llb-prune.js';
import type { Instruction } from '../dockerfile/model.js';
import type { Attempt } from './attempt.js';
import { frontier, pointOfVertex } from './frontier.js';
import type { Program } from './program.js';
import { materialize } from './scene.js';
import { destination, nextBreakpoint, type Going, type Point } from './walk.js';

/** Where a runner stands; `point` is undefined after the last instruction. */
export interface Stand {
  readonly point: Point | undefined;
  readonly why:
    | { readonly kind: 'entry' | 'step' | 'pause' | 'end' }
    | { readonly kind: 'breakpoint'; readonly instruction: Instruction }
    | {
        readonly kind: 'failed';
        readonly error: unknown;
        readonly digest: string;
        readonly others: readonly unknown[];
      };
}

/** How a run ended. */
export type Outcome =
  | { readonly kind: 'stands'; readonly stand: Stand }
  /** Everything has run. */
  | { readonly kind: 'finished' }
  /** The error belongs to no instruction: the engine is gone, the build was cancelled, … */
  | { readonly kind: 'broken'; readonly error: unknown };

export interface RunnerInput {
  readonly program: Program;
  readonly attempt: Attempt;
  readonly holds: (instruction: Instruction) => boolean;
  readonly stopAtEnd: boolean;
  /** Digest of the vertex that the error is about; undefined when it is about none. */
  readonly culprit: (error: unknown) => Promise<string | undefined>;
}

export interface Runner {
  /** Goes on from where it stands. The signal pauses it. */
  run(how: Going, signal: AbortSignal): Promise<Outcome>;
  /** Stands before the first instruction. */
  enter(): Stand;
}

/** Starts before the first point. */
export function createRunner(input: RunnerInput): Runner {
  const { program, attempt, holds } = input;
  const { points } = program;
  const done = new Set<string>();
  let from: Point | undefined;
  let atEnd = false;

  const stand = (point: Point | undefined, why: Stand['why']): Outcome => {
    from = point ?? from;
    atEnd = point === undefined;
    return { kind: 'stands', stand: { point, why } };
  };
  const arrive = (goal: number, how: Going, byBreakpoint: boolean): Outcome => {
    const point = points[goal];
    if (point === undefined) {
      return input.stopAtEnd ? stand(undefined, { kind: 'end' }) : { kind: 'finished' };
    }
    const held = byBreakpoint || (how !== 'continue' && holds(point.instruction));
    return stand(point, held ? { kind: 'breakpoint', instruction: point.instruction } : { kind: 'step' });
  };
  const stumble = async (error: unknown, others: readonly unknown[]): Promise<Outcome> => {
    const digest = await input.culprit(error);
    const point = digest === undefined ? undefined : pointOfVertex(program, digest);
    if (digest === undefined || point === undefined) return { kind: 'broken', error };
    return stand(point, { kind: 'failed', error, digest, others });
  };

  return {
    enter() {
      from = points[0];
      return { point: from, why: { kind: 'entry' } };
    },
    async run(how, signal) {
      if (atEnd) return { kind: 'finished' };
      const limit = destination(points, from, how);
      const breakpoint = nextBreakpoint(points, from, limit, holds);
      const goal = breakpoint?.index ?? limit;
      const running = runningAtAbort(attempt, signal);
      const result = await runTo(program, attempt, goal, done, signal);
      if (result.kind === 'done') return arrive(goal, how, breakpoint !== undefined);
      if (signal.aborted) return stand(pausedAt(program, running(), from, done), { kind: 'pause' });
      return stumble(result.error, result.others);
    },
  };
}

/** Asked at the moment of the pause: a moment later the engine has ended what was running. */
function runningAtAbort(attempt: Attempt, signal: AbortSignal): () => ReadonlySet<string> {
  let running: ReadonlySet<string> = new Set();
  const note = (): void => {
    running = new Set(attempt.timeline.running().map((record) => record.digest));
  };
  signal.addEventListener('abort', note, { once: true });
  return () => running;
}

/** Longest that a stop waits for what its last step has to say, in milliseconds: progress comes on a stream of its own. */
const LAST_WORDS = 100;

type RunResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: unknown; readonly others: readonly unknown[] };

/** Runs everything before `goal` at once, as far as it depends on each other; the first failure cancels the rest. */
async function runTo(
  program: Program,
  { build: { gateway }, timeline }: Attempt,
  goal: number,
  done: Set<string>,
  signal: AbortSignal,
): Promise<RunResult> {
  const whole = goal >= program.points.length;
  const results = whole ? [] : frontier(program, goal, done);
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
  await Promise.all([
    ...results.map((result) =>
      guard(
        materialize(gateway, program, result, either).then(() => {
          cover(program.llb, result.digest, done);
          return timeline.settled(result.digest, LAST_WORDS);
        }),
      ),
    ),
    ...(whole && program.ref !== '' ? [guard(gateway.evaluate(program.ref, { signal: either }))] : []),
  ]);
  if (errors.length > 0) return { kind: 'failed', error: errors[0], others: errors.slice(1) };
  return signal.aborted ? { kind: 'failed', error: signal.reason, others: [] } : { kind: 'done' };
}

/** The first step that was running, else the first that had not run. */
function pausedAt(
  program: Program,
  running: ReadonlySet<string>,
  from: Point | undefined,
  done: ReadonlySet<string>,
): Point | undefined {
  const runs = program.points.filter((point) => point.phase === 'run');
  const digests = (point: Point): readonly string[] =>
    (program.steps.get(point.instruction.index)?.vertices ?? []).map((vertex) => vertex.digest);
  const busy = runs.find((point) => digests(point).some((digest) => running.has(digest)));
  const open = runs.find(
    (point) => point.index >= (from?.index ?? 0) && digests(point).some((digest) => !done.has(digest)),
  );
  return busy ?? open ?? from ?? program.points[0];
}
