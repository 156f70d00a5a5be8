/** Back to where the build would have stopped last: nothing runs, for everything before has run. */
import type { StopReason } from '../api.js';
import type { Gate } from '../breakpoints/gate.js';
import type { Stand } from './runner.js';
import { callPoint, type Point } from '../program/walk.js';

interface Place {
  readonly point: Point;
  readonly after: boolean;
}

/** The last place before `from` at which the gate stops, else the first of the walk; `from` itself when it is paused. */
export async function standBefore(
  points: readonly Point[],
  gate: Gate,
  from: Place,
  signal: AbortSignal,
): Promise<Stand> {
  const halt = await lastHalt(points, gate, from, signal);
  if (halt !== undefined) return halt;
  if (signal.aborted) return standing(from, { kind: 'pause' });
  return standing({ point: points[0] ?? from.point, after: false }, { kind: 'entry' });
}

function standing(place: Place, reason: StopReason): Stand {
  return { ...place, why: { kind: 'reason', reason } };
}

async function lastHalt(
  points: readonly Point[],
  gate: Gate,
  from: Place,
  signal: AbortSignal,
): Promise<Stand | undefined> {
  const here = from.point.index;
  for (let index = from.after ? here : here - 1; index >= 0; index--) {
    const point = points[index];
    if (point === undefined) break;
    if (index < here && gate.watchesAfter(point)) {
      const reason = await gate.after(point, signal);
      if (reason !== undefined) return standing({ point, after: true }, reason);
    }
    // An instruction that calls is met at its call: going back it is stood at once too.
    const isReturn = callPoint(points, point) !== point;
    if (isReturn || !gate.watchesBefore(point) || point.instruction === from.point.instruction) continue;
    const reason = (await gate.before(point, signal)) ?? gate.entry(runOf(points, point));
    const writes = reason?.kind === 'breakpoint' && reason.ids.length === 0;
    if (reason !== undefined && !writes) return standing({ point, after: false }, reason);
  }
  return undefined;
}

function runOf(points: readonly Point[], point: Point): Point {
  return points.find(({ instruction, phase }) => instruction === point.instruction && phase === 'run') ?? point;
}
