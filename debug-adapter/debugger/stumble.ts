/** What is told about a step that failed, and which others failed with it. */
import { missingPath } from './copy-doctor.js';
import type { Engine } from '../buildkit/api.js';
import type { BuildSettings, DebuggerEvents, Failure } from './api.js';
import type { Attempt } from './attempt.js';
import { EngineError } from './errors.js';
import type { Emitter } from './events.js';
import { failureText } from './excerpt.js';
import { describeFailure } from './failure.js';
import { pointOfVertex } from './frontier.js';
import { limitsOf } from './limits.js';
import type { Program } from './program.js';
import type { Point } from './walk.js';

/** Longest that a failure waits for the last words of its step, in milliseconds. */
const LAST_WORDS = 250;
/** Longest that an engine without error details may take to say in its progress which step failed. */
const NAMED_LATE = 3000;

export interface Stumble {
  readonly failure: Failure;
  /** Where others failed in the same build, in the order of the walk. */
  readonly others: readonly Point[];
}

export interface StumbleInput {
  readonly program: Program;
  readonly attempt: Attempt;
  readonly settings: BuildSettings;
  readonly engine: Engine;
}

/** Words on the failure of a point's step. */
export async function describeStumble(
  { program, attempt, settings, engine }: StumbleInput,
  point: Point,
  digest: string,
  error: EngineError,
): Promise<Stumble | undefined> {
  const step = program.steps.get(point.instruction.index);
  if (step === undefined) return undefined;
  await attempt.timeline.settled(digest, LAST_WORDS);
  const others = otherFailures(program, attempt, point);
  const failure = await describeFailure({
    step,
    dockerfile: program.dockerfile,
    digest,
    error,
    timeline: attempt.timeline,
    settings,
    others: others.map(({ point: { instruction }, error: text }) => `line ${instruction.startLine}: ${inShort(text)}`),
    limits: limitsOf(engine, error, step),
  });
  return { failure, others: others.map((other) => other.point) };
}

/** What the engine says of a path that it did not find names digests, which say nothing. Old engines say nothing at all. */
export function inShort(error: string): string {
  if (error.trim() === '') return 'it failed';
  const path = missingPath(error);
  return path === undefined ? error : `${path} was not found`;
}

function otherFailures(
  program: Program,
  { timeline }: Attempt,
  point: Point,
): readonly { readonly point: Point; readonly error: string }[] {
  const found = new Map<Point, string>();
  for (const { digest, error } of timeline.failures()) {
    const owner = program.owners.has(digest) ? pointOfVertex(program, digest) : undefined;
    if (owner !== undefined && owner !== point && !found.has(owner)) found.set(owner, error);
  }
  return [...found].map(([at, error]) => ({ point: at, error })).sort((a, b) => a.point.index - b.point.index);
}

/** Digest of the vertex that an error is about. Engines that attach no details say in their progress which failed. */
export async function culpritOf({ timeline, ours }: Attempt, error: unknown): Promise<string | undefined> {
  if (!(error instanceof EngineError)) return undefined;
  const { vertex } = error.details;
  if (vertex !== undefined) return await ours(vertex);
  if (error.code === 14) return undefined;
  return (await timeline.firstFailure(NAMED_LATE))?.digest;
}

/** Tells a failure on its line and in the console. */
export function tellFailure(
  {
    settings,
    program,
    events,
  }: Pick<StumbleInput, 'settings' | 'program'> & { readonly events: Emitter<DebuggerEvents> },
  failure: Failure,
): void {
  const { code, summary, hint, place, fix } = failure;
  const more = { ...(hint === '' ? {} : { hint }), ...(fix === undefined ? {} : { fix }) };
  events.emit('problem', { severity: 'error', code, message: summary, ...more, ...place });
  events.emit('output', {
    category: 'stderr',
    text: failureText(settings, program.dockerfile.text, failure),
    line: place.line,
  });
}

/** Tells an error that belongs to no step. */
export function tellBroken(events: Emitter<DebuggerEvents>, error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  events.emit('output', { category: 'important', text: `The build ended: ${text}\n` });
}

/** Steps of a build that failed and were not shown yet. */
export interface FailureBook {
  /** One is shown; the others wait. */
  note(shown: Point, others: readonly Point[]): void;
  next(): Point | undefined;
}

export function createFailureBook(): FailureBook {
  const shown = new Set<Point>();
  let waiting: readonly Point[] = [];
  return {
    note(point, others) {
      shown.add(point);
      waiting = others.filter((other) => !shown.has(other));
    },
    next() {
      const [first, ...rest] = waiting;
      waiting = rest;
      return first;
    },
  };
}
