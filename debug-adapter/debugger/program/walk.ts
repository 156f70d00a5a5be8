/**
 * The order in which the debugger goes through a program: depth first from the target, in the order of the text,
 * a called stage before the instruction that needs it.
 *
 * An instruction that calls stages not seen before has two points: `call`, where the user can step into the stage,
 * and `run`, when those stages are done and only the instruction itself is left.
 */
import type { Instruction, Stage } from '../../dockerfile/model.js';
import type { Going } from '../api.js';

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

/**
 * Where going on from `from` would stand without breakpoints: an index of the walk, or its length for the end.
 * `from` is undefined before the first point.
 */
export function destination(points: readonly Point[], from: Point | undefined, how: Going): number {
  if (how === 'continue') return points.length;
  if (from === undefined) return 0;
  for (const point of points.slice(from.index + 1)) {
    if (typeof how === 'object' ? point.stage === how.stage : reaches(from, point, how)) return point.index;
  }
  return points.length;
}

function reaches(from: Point, point: Point, how: 'next' | 'stepIn' | 'stepOut'): boolean {
  if (how === 'stepIn') return true;
  if (how === 'stepOut') return point.depth < from.depth;
  return point.depth <= from.depth && point.instruction !== from.instruction;
}

/** The stages that stepping in at a point can choose from, in the order in which they run. */
export function stepInTargets(points: readonly Point[], from: Point): readonly number[] {
  if (from.phase !== 'call') return [];
  const called = points.filter(({ caller }) => caller === from).map(({ stage }) => stage);
  return [...new Set(called)];
}

/** The point before, for a user who steps over calls; the first point has none. */
export function stepBackFrom(points: readonly Point[], from: Point): Point | undefined {
  for (const point of points.slice(0, from.index).reverse()) {
    if (point.depth > from.depth || point.instruction === from.instruction) continue;
    return callPoint(points, point);
  }
  return undefined;
}

/** Where an instruction is met first: its call point if it has one. */
export function callPoint(points: readonly Point[], point: Point): Point {
  if (point.phase === 'call') return point;
  return points.slice(0, point.index).findLast(({ instruction }) => instruction === point.instruction) ?? point;
}

/** Where the stage of a point begins. */
export function stageStart(points: readonly Point[], { stage }: Point): Point | undefined {
  return points.find((point) => point.stage === stage);
}
