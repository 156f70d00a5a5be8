/** Function breakpoints: `build` (a stage), `RUN` (an instruction), `build:RUN`, `*`, with `*` for any letters. */
import { nearest, stageLabel } from '../../dockerfile/locate.js';
import type { Dockerfile, Instruction } from '../../dockerfile/model.js';
import { notNeeded, type Placement } from './lines.js';

/** Every word that can begin an instruction of a stage. */
const keywords: ReadonlySet<string> = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);

/** Whether the breakpoint of this name holds the instruction. */
export function namesInstruction(name: string, instruction: Instruction, dockerfile: Dockerfile): boolean {
  const { stage, word } = readName(name, dockerfile);
  if (instruction.stage === undefined) return false;
  if (stage !== undefined && !namesStage(stage, instruction.stage, dockerfile)) return false;
  // A stage alone is stood at once, where it begins.
  if (word === undefined) return dockerfile.stages[instruction.stage]?.instructions[0] === instruction;
  return glob(word).test(instruction.keyword);
}

/** Why the build never stands at anything of this name; undefined when it may. */
export function neverMet(name: string, { dockerfile, needed }: Omit<Placement, 'path'>): string | undefined {
  if (name.trim() === '') return 'Give the name of a stage, an instruction such as RUN, or stage:RUN.';
  const named = dockerfile.instructions.filter((instruction) => namesInstruction(name, instruction, dockerfile));
  if (needed === undefined ? named.length > 0 : named.some(needed)) return undefined;
  if (named.length > 0) {
    const labels = named.map(({ stage = 0 }) => stageLabel(dockerfile, stage));
    return notNeeded([...new Set(labels)].join(', '));
  }
  const numbered = dockerfile.stages[Number(/^stage-(\d+)/i.exec(name)?.[1] ?? Number.NaN)];
  if (numbered?.name !== undefined) return `Stage ${numbered.index} is called "${numbered.name}".`;
  const stages = dockerfile.stages.map(({ index }) => stageLabel(dockerfile, index));
  const near = nearest(name, [...stages, ...keywords]);
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  return `No stage or instruction of this Dockerfile is called "${name}".${hint}`;
}

function readName(name: string, dockerfile: Dockerfile): { readonly stage?: string; readonly word?: string } {
  const colon = name.lastIndexOf(':');
  if (colon >= 0) return { stage: name.slice(0, colon).trim(), word: name.slice(colon + 1).trim() };
  const bare = name.trim();
  if (bare === '*') return { word: bare };
  const isStage = dockerfile.stages.some(({ index }) => namesStage(bare, index, dockerfile));
  // A stage may be called as an instruction is; written in capitals it is the instruction.
  const isWord = keywords.has(bare.toUpperCase()) && (!isStage || bare === bare.toUpperCase());
  return isWord || !isStage ? { word: bare } : { stage: bare };
}

function namesStage(pattern: string, stage: number, dockerfile: Dockerfile): boolean {
  const wanted = glob(pattern);
  return wanted.test(String(stage)) || wanted.test(stageLabel(dockerfile, stage));
}

function glob(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`, 'i');
}
