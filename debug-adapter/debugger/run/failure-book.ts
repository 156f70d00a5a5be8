import type { Point } from '../program/walk.js';

/** Steps of a build that failed and were not shown yet. */
export interface FailureBook {
  /** One is shown; the others wait. */
  note(shown: Point, others: readonly Point[]): void;
  next(): Point | undefined;
}

/** Nothing has failed yet. */
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
