/**
 * The order in which the debugger goes through a program: depth first from the target, in the order of the text,
 * a called stage before the instruction that needs it.
 *
 * An instruction that calls stages not seen before has two points: `call`, where the user can step into the stage,
 * and `run`, when those stages are done and only the instruction itself is left.
 */
import type { Instruction, Stage } from '../dockerfile/model.js';

export interface Point {
  /** Position in the walk. */
  readonly index: number;
  readonly instruction: Instruction;
  readonly stage: number;
  readonly phase: 'call' | 'run';
  /** 0 in the target stage. */
  readonly depth: number;
  /** Call point of the instruction that called this stage. */
  readonly caller: Point | undefined;
}

export interface WalkInput {
  readonly stages: readonly Stage[];
  readonly target: number;
  /** Stages that an instruction needs, in order. */
  readonly callees: (instruction: Instruction) => readonly number[];
}

/** Every instruction that the target needs, each once. */
export function walk({ stages, target, callees }: WalkInput): readonly Point[] {
  const points: Point[] = [];
  const seen = new Set<number>();
  const push = (instruction: Instruction, stage: number, phase: Point['phase'], caller: Point | undefined): Point => {
    const depth = caller === undefined ? 0 : caller.depth + 1;
    const point: Point = { index: points.length, instruction, stage, phase, depth, caller };
    points.push(point);
    return point;
  };
  const visit = (stage: number, caller: Point | undefined): void => {
    seen.add(stage);
    for (const instruction of stages[stage]?.instructions ?? []) {
      const unseen = callees(instruction).filter((callee) => !seen.has(callee));
      if (unseen.length > 0) {
        const call = push(instruction, stage, 'call', caller);
        for (const callee of unseen) {
          if (!seen.has(callee)) visit(callee, call);
        }
      }
      push(instruction, stage, 'run', caller);
    }
  };
  visit(target, undefined);
  return points;
}

/** How the user wants to go on. */
export type Going = 'continue' | 'next' | 'stepIn' | 'stepOut';

/**
 * Where going on from `from` would stand without breakpoints: an index of the walk, or its length for the end.
 * `from` is undefined before the first point.
 */
export function destination(points: readonly Point[], from: Point | undefined, how: Going): number {
  if (how === 'continue') return points.length;
  if (from === undefined) return 0;
  for (const point of points.slice(from.index + 1)) {
    if (how === 'stepIn') return point.index;
    if (how === 'stepOut' && point.depth < from.depth) return point.index;
    if (how === 'next' && point.depth <= from.depth && point.instruction !== from.instruction) return point.index;
  }
  return points.length;
}

/**
 * First point after `from` and before `limit` whose instruction holds a breakpoint. An instruction that was passed
 * or stood at on the way at its `call` point does not stop again at its `run` point.
 */
export function nextBreakpoint(
  points: readonly Point[],
  from: Point | undefined,
  limit: number,
  holds: (instruction: Instruction) => boolean,
): Point | undefined {
  for (let index = from === undefined ? 0 : from.index + 1; index < limit; index++) {
    const point = points[index];
    if (point === undefined || !holds(point.instruction)) continue;
    if (point.phase === 'run' && point.instruction === from?.instruction) continue;
    return point;
  }
  return undefined;
}
