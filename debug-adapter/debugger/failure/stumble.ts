/** What is told about a step that failed, and which others failed with it. */
import { copySource, listOf, sourceNamed } from './copy-source.js';
import type { Engine } from '../../buildkit/api.js';
import type { BuildSettings, DebuggerEvents, Failure } from '../api.js';
import type { Attempt } from '../ask/attempt.js';
import type { EngineError } from '../errors.js';
import type { Emitter } from '../events.js';
import { failureText } from '../common/excerpt.js';
import { describeFailure, inShort } from './failure.js';
import { whereNamed } from './linked-words.js';
import { pointOfVertex } from '../program/frontier.js';
import { limitsOf } from '../progress/limits.js';
import type { Program } from '../program/program.js';
import { initialResult } from '../containers/scene.js';
import { whereItFailed } from '../stop/linked-step.js';
import type { Point } from '../program/walk.js';

/** Longest that a failure waits for the last words of its step, in milliseconds. */
const LAST_WORDS = 250;

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
  const taker = program.steps.get(point.instruction.index);
  if (taker === undefined) return undefined;
  const step = whereItFailed(taker, program, digest);
  const named = whereNamed(program, settings, digest);
  const { gateway } = attempt.build;
  await attempt.timeline.settled(digest, LAST_WORDS);
  const others = otherFailures(program, attempt, point);
  const failure = await describeFailure({
    step,
    program,
    digest,
    vertex: program.llb.vertices.get(digest)?.name ?? '',
    error,
    timeline: attempt.timeline,
    settings,
    others: others.map(({ point: { instruction }, error: text }) => {
      return `line ${instruction.startLine}: ${inShort(instruction, text)}`;
    }),
    sourceOf: (from, missing) => {
      const source = { program: { ...program, dockerfile: named.dockerfile }, step, gateway };
      return copySource(source, named.settings, from, missing);
    },
    before: listOf(gateway, program, initialResult(step)),
    mounts: {
      named: (from) => sourceNamed(from, named.dockerfile, named.settings),
      list: (result) => listOf(gateway, program, result),
    },
    limits: limitsOf(engine, error, step),
  });
  return { failure, others: others.map((other) => other.point) };
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
    failure: true,
  });
}
