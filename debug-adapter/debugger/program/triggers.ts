/** ONBUILD commands of a base, at work where it is built on: which vertices they are, and which FROM brings them. */
import type { LlbVertex } from '../../buildkit/llb.js';
import { stageLabel } from '../../dockerfile/locate.js';
import type { Dockerfile, Instruction, Stage } from '../../dockerfile/model.js';

const counts = /^(?:RUN|COPY|ADD|WORKDIR)$/;

/** What a vertex does, not what it takes from outside. */
function acts({ op: { op } }: LlbVertex): boolean {
  return op?.$case === 'exec' || op?.$case === 'file' || op?.$case === 'merge';
}

/** FROM only takes an image: what is done there is done for the ONBUILD of it. */
export function isTrigger({ keyword }: Instruction, vertex: LlbVertex): boolean {
  return keyword === 'FROM' && acts(vertex);
}

/**
 * Engines before BuildKit 0.17 place such a vertex on the first line of the Dockerfile, whichever FROM brings it, and
 * tell the stage in its name only. Undefined for all others.
 */
export function fromOfTrigger(dockerfile: Dockerfile, vertex: LlbVertex): Instruction | undefined {
  const isFirst = vertex.locations.length > 0 && vertex.locations.every(({ startLine }) => startLine === 1);
  // What stands there is an ARG, a FROM, or a comment: none of them does anything.
  if (!isFirst || !acts(vertex)) return undefined;
  return stageOf(dockerfile, vertex.name)?.instructions[0];
}

/** One stage alone is not named; one that does nothing itself does not count its steps, and is not named either. */
function stageOf(dockerfile: Dockerfile, named: string): Stage | undefined {
  const { stages } = dockerfile;
  const [counted, words = ''] = /^\[(?:(.*) )? *\d+\/\d+\] /.exec(named) ?? [];
  const name = words.trim().split(' ').at(-1)?.toLowerCase();
  if (stages.length === 1) return stages[0];
  if (counted !== undefined) return stages.find(({ index }) => stageLabel(dockerfile, index) === name);
  const idle = stages.filter(({ instructions }) => !instructions.some(({ keyword }) => counts.test(keyword)));
  const brings = ({ baseStage }: Stage): boolean =>
    baseStage !== undefined && stages[baseStage]?.instructions.some(({ keyword }) => keyword === 'ONBUILD') === true;
  return idle.findLast(brings) ?? idle.findLast(({ baseStage }) => baseStage === undefined);
}
