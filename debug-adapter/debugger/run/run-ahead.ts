/** What may go on in the background while a thread stands: branches that need nothing of the stop and hold no other. */
import type { LlbVertex } from '../../buildkit/llb.js';
import { cover } from '../../buildkit/llb-prune.js';
import type { Attempt } from '../ask/attempt.js';
import type { Gate } from '../breakpoints/gate.js';
import type { Program, Result } from '../program/program.js';
import { materialize } from '../containers/scene.js';
import type { Point } from '../program/walk.js';

/** Runs until the signal; a step that fails waits for the walk to come to it. */
export async function runAhead(
  program: Program,
  attempt: Attempt,
  gate: Gate,
  from: Point,
  signal: AbortSignal,
): Promise<void> {
  const results = freeResults(program, gate, from);
  await Promise.all(
    results.map((result) => materialize(attempt.build.gateway, program, result, signal).catch(() => undefined)),
  );
}

/** The results that need every free step, each with what it needs. */
export function freeResults(program: Program, gate: Gate, from: Point): readonly Result[] {
  const held = heldSteps(program, gate, from);
  const covered = new Set<string>();
  const results: Result[] = [];
  for (const point of program.points.slice(from.index).reverse()) {
    const own = program.steps.get(point.instruction.index)?.after;
    if (point.phase === 'call' || own === undefined || held.has(point) || covered.has(own.digest)) continue;
    results.push(own);
    cover(program.llb, own.digest, covered);
  }
  return results.reverse();
}

/** Steps at which the walk stops or may stop, what comes after them in their stage, and all that needs one of them. */
function heldSteps(program: Program, gate: Gate, from: Point): ReadonlySet<Point> {
  const stages = new Set<number>();
  const digests = new Set<string>();
  const held = new Set<Point>();
  for (const point of program.points.slice(from.index)) {
    const stops = point === from || gate.watchesBefore(point) || gate.watchesCache(point) || gate.watchesAfter(point);
    if (stops) stages.add(point.stage);
    if (point.phase === 'call') continue;
    const vertices = program.steps.get(point.instruction.index)?.vertices ?? [];
    if (!stages.has(point.stage) && !vertices.some(({ digest }) => needsAny(program, digest, digests))) continue;
    held.add(point);
    // To have an image is no step that anybody stops before, and many stages begin with the same.
    for (const { digest, op } of vertices) if (!isImage(op)) digests.add(digest);
  }
  return held;
}

function isImage({ op }: LlbVertex['op']): boolean {
  return op?.$case === 'source' && op.value.identifier.startsWith('docker-image:');
}

function needsAny(program: Program, digest: string, wanted: ReadonlySet<string>): boolean {
  const needed = new Set<string>();
  cover(program.llb, digest, needed);
  return [...needed].some((each) => wanted.has(each));
}
