/** Steps that the user took one by one: going back takes them in reverse, exactly. */
import { callPoint, stepBackFrom, type Point } from './walk.js';

export interface WayBack {
  /** The user stepped from one point, or from the beginning, to the other. */
  note(from: Point | undefined, to: Point): void;
  /** Where one step back leads. */
  take(here: { readonly point: Point; readonly after: boolean }): Point;
  forget(): void;
}

/** @param points the walk */
export function createWayBack(points: readonly Point[]): WayBack {
  let steps: { readonly from: Point | undefined; readonly to: Point }[] = [];
  return {
    note(from, to) {
      steps.push({ from, to });
    },
    take({ point, after }) {
      if (after) return callPoint(points, point);
      const last = steps.pop();
      if (last?.to === point && last.from !== undefined) return last.from;
      // It came here another way than by the last step.
      steps = [];
      return stepBackFrom(points, point) ?? point;
    },
    forget() {
      steps = [];
    },
  };
}
