/** From a line or a name to what it means. */
import type { Dockerfile, Instruction, Line1, Stage } from './model.js';

export { nearest } from '../patterns/nearest.js';

/**
 * The instruction at a line, continuation lines and here-documents included. A comment or blank line between two
 * instructions means the next one; after the last there is none.
 */
export function instructionAt(dockerfile: Dockerfile, line: Line1): Instruction | undefined {
  const { instructions } = dockerfile;
  let low = 0;
  let high = instructions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const instruction = instructions[middle];
    if (instruction !== undefined && instruction.endLine < line) low = middle + 1;
    else high = middle;
  }
  return instructions[low];
}

/**
 * The stage that a name or number means in `COPY --from`: names in any case, the last one of a name; a number counts
 * from 0. `--target` and mounts know no numbers: they want `findStageByName`.
 */
export function findStage(dockerfile: Pick<Dockerfile, 'stages'>, nameOrIndex: string | number): Stage | undefined {
  if (typeof nameOrIndex === 'number') return dockerfile.stages[nameOrIndex];
  if (/^[+-]?\d+$/.test(nameOrIndex)) return dockerfile.stages[Number(nameOrIndex)];
  return findStageByName(dockerfile, nameOrIndex);
}

/** The last stage of that name, in any case. */
export function findStageByName(dockerfile: Pick<Dockerfile, 'stages'>, name: string): Stage | undefined {
  const lower = name.toLowerCase();
  return dockerfile.stages.findLast((stage) => stage.name === lower);
}

/** What a stage is called: its name, or as the engine calls one without, e.g. `stage-0`. */
export function stageLabel({ stages }: Dockerfile, stage: number): string {
  return stages[stage]?.name ?? `stage-${stage}`;
}
