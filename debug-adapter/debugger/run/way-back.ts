/** Steps that the user took one by one: going back takes them in reverse, exactly. */
import type { Trail } from '../inside/insider.js';
import { callPoint, stepBackFrom, type Point } from '../program/walk.js';

/** Where a step came from. */
export interface Before {
  readonly point: Point;
  /** The place within its RUN. */
  readonly trail?: Trail | undefined;
}

export interface WayBack {
  /** The user stepped from one place, or from the beginning, to a point. */
  note(from: Before | undefined, to: Point): void;
  /** Where one step back leads. */
  take(here: { readonly point: Point; readonly after: boolean }): Before;
  forget(): void;
}

/** @param points the walk */
export function createWayBack(points: readonly Point[]): WayBack {
  let steps: { readonly from: Before | undefined; readonly to: Point }[] = [];
  return {
    note(from, to) {
      steps.push({ from, to });
    },
    take({ point, after }) {
      if (after) return { point: callPoint(points, point) };
      const last = steps.pop();
      if (last?.to === point && last.from !== undefined) return last.from;
      // It came here another way than by the last step.
      steps = [];
      return { point: stepBackFrom(points, point) ?? point };
    },
    forget() {
      steps = [];
    },
  };
}
