/** What a build knows of those before it in the same debug session. */
import type { Instruction } from '../../dockerfile/model.js';
import type { StepFact } from '../api.js';
import { stageLabel } from '../../dockerfile/locate.js';
import type { Program } from '../program/program.js';

export interface Past {
  /**
   * Whether an earlier build had a result of the step; undefined when none came to it, or there was none. A step that
   * no earlier build had at all had no result.
   */
  hadResult(program: Program, instruction: Instruction): boolean | undefined;
}

/** Before the first build. */
export const noPast: Past = { hadResult: () => undefined };

/** Steps are known by their stage, platform and place, for their text may have been edited since. */
export function pastOf(
  programs: readonly {
    readonly program: Program;
    readonly status: (instruction: Instruction) => StepFact['status'];
  }[],
  before: Past,
): Past {
  const known = new Map<string, true | undefined>();
  for (const { program, status } of programs) {
    for (const { instruction } of program.steps.values()) {
      const had = /^(?:cached|done)$/.test(status(instruction)) || before.hadResult(program, instruction) === true;
      known.set(nameOf(program, instruction), had ? true : undefined);
    }
  }
  return {
    hadResult(program, instruction) {
      const name = nameOf(program, instruction);
      return known.has(name) ? known.get(name) : false;
    },
  };
}

/** The same step of an edited Dockerfile has the same name, unless instructions were added above it in its stage. */
function nameOf(program: Program, instruction: Instruction): string {
  const { dockerfile, platform } = program;
  const stage = instruction.stage ?? 0;
  const place = dockerfile.stages[stage]?.instructions.indexOf(instruction) ?? 0;
  return [platform, stageLabel(dockerfile, stage), place, instruction.keyword].join('\0');
}
