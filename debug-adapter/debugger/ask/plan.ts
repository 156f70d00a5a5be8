/** Where a build begins that follows another one: at the place where the user stood, found again in the edited text. */
import type { Dockerfile, Instruction } from '../../dockerfile/model.js';
import type { RestartPlan } from '../api.js';
import { matchInstructions, renamedOnly, type Match } from '../program/match.js';
import type { Program } from '../program/program.js';
import { callPoint, type Point } from '../program/walk.js';

export interface Plan {
  /** Where the thread of a program goes; undefined: it begins as any build does. */
  place(program: Program): Point | undefined;
  readonly then: 'stand' | 'continue';
  /** Steps that run without the cache. */
  readonly forces: (instruction: Instruction) => boolean;
  /** Instructions that were to run again and are in the Dockerfile no more. */
  readonly gone: readonly Instruction[];
}

/** Where a thread stood. */
export interface Stood {
  readonly platform: string;
  readonly instruction: Instruction;
  /** As `effectOf`, in the build in which it stood. */
  readonly effectOf: (index: number) => string | undefined;
}

/**
 * What an instruction makes, under whatever names: a digest, for FROM also a stage. Undefined for ENV, ARG, CMD …, of which
 * the engine has nothing, and which are what their words say.
 */
export function effectOf({ dockerfile, steps }: Program, index: number): string | undefined {
  const step = steps.get(index);
  if (step?.instruction.keyword === 'FROM') {
    const { baseStage, platform } = dockerfile.stages[step.stage] ?? {};
    if (baseStage !== undefined) return `${baseStage} ${platform}`;
  }
  return step === undefined || step.vertices.length === 0 ? undefined : step.after?.digest;
}

interface Between {
  readonly stood: readonly Stood[];
  /** Undefined when nothing was built. */
  readonly before: Dockerfile | undefined;
  readonly after: Dockerfile;
}

/** Undefined for a build from its beginning. */
export function createPlan(how: RestartPlan, { stood, before, after }: Between): Plan | undefined {
  if (how.kind === 'beginning' || before === undefined) return undefined;
  const match = matchInstructions(before, after);
  const found = (index: number): number | undefined => match.same.get(index) ?? match.edited.get(index);
  const anchorOf = ({ instruction }: Stood): Instruction =>
    how.kind === 'again' && how.instruction !== undefined ? how.instruction : instruction;
  const anchors = new Map(stood.map((each) => [each.platform, { ...each, instruction: anchorOf(each) }]));
  const again = how.kind === 'again' ? [...new Set([...anchors.values()].map(({ instruction }) => instruction))] : [];
  const forced = new Set(how.kind === 'again' && how.force ? again.map(({ index }) => found(index)) : []);
  return {
    gone: again.filter(({ index }) => found(index) === undefined),
    then: how.kind === 'again' ? 'continue' : 'stand',
    forces: ({ index }) => forced.has(index),
    place(program) {
      const anchor = anchors.get(program.platform);
      if (anchor === undefined) return undefined;
      return how.kind === 'again'
        ? pointOf(program, found(anchor.instruction.index))
        : firstEdited(program, anchor, match, renamedOnly(before, after, match));
    },
  };
}

/** The point at which the instruction itself is what is left to run. */
function pointOf(program: Program, index: number | undefined): Point | undefined {
  return program.points.findLast((point) => point.instruction.index === index);
}

/**
 * The instruction where the user stood, or the first one before it in the walk that is new or edited. Edits that change
 * nothing in the engine do not count: another name of a stage.
 */
function firstEdited(
  program: Program,
  stood: Stood,
  { same, edited }: Match,
  renamed: ReadonlySet<number>,
): Point | undefined {
  const { index } = stood.instruction;
  const kept = new Set([...same.values(), ...renamed]);
  for (const [before, after] of edited) {
    const effect = effectOf(program, after);
    if (effect !== undefined && effect === stood.effectOf(before)) kept.add(after);
  }
  const goal = same.get(index) ?? edited.get(index);
  const point = program.points.find(({ instruction }) => instruction.index === goal || !kept.has(instruction.index));
  if (point !== undefined) return callPoint(program.points, point);
  // It is gone, and nothing came in its place: what follows it.
  const before = [...same]
    .filter(([known]) => known < index)
    .reduce((last, next) => (next[0] > last[0] ? next : last), [-1, -1]);
  return pointOf(program, before[1] + 1);
}
