/** Back to where the build would have stopped last: nothing runs, for everything before has run. */
import type { StopReason } from './api.js';
import type { Gate } from './breakpoints/gate.js';
import { callPoint, type Point } from './walk.js';

export interface Halt {
  readonly point: Point;
  readonly after: boolean;
  readonly reason: StopReason;
}

/** The last place before `from` at which the gate stops; undefined when there is none. */
export async function lastHalt(
  points: readonly Point[],
  gate: Gate,
  from: { readonly point: Point; readonly after: boolean },
  signal: AbortSignal,
): Promise<Halt | undefined> {
  const here = from.point.index;
  for (let index = from.after ? here : here - 1; index >= 0; index--) {
    const point = points[index];
    if (point === undefined) break;
    if (index < here && gate.watchesAfter(point)) {
      const reason = await gate.after(point, signal);
      if (reason !== undefined) return { point, after: true, reason };
    }
    // An instruction that calls is met at its call: going back it is stood at once too.
    const isReturn = callPoint(points, point) !== point;
    if (isReturn || !gate.watchesBefore(point) || point.instruction === from.point.instruction) continue;
    const reason = await gate.before(point, signal);
    if (reason !== undefined) return { point, after: false, reason };
  }
  return undefined;
}
