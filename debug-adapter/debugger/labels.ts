/**
 * What the steps of this build are called. The engine calls a vertex what the first build that asks for it does: another
 * project's stage, or one stage of several that share it.
 */
import { oneLine } from './one-line.js';
import { stageLabel } from '../dockerfile/locate.js';
import type { Program, Step } from './program.js';

/** What is told of a vertex is told under this name, at this line. */
export interface Label {
  readonly line: number;
  /** `[build:7] RUN make`, with the platform before the stage when there are several. */
  readonly name: string;
  /** Others are built beside it, whose lines come between. */
  readonly isOneOfSeveral: boolean;
}

/** By digest; vertices that carry out no instruction have none. Of several that share a vertex it is the first one's. */
export function labelsOf(programs: readonly Program[]): ReadonlyMap<string, Label> {
  const labels = new Map<string, Label>();
  for (const program of programs) {
    const shared = sharedVertices(program);
    const isOneOfSeveral = programs.length > 1;
    const place = isOneOfSeveral ? `${program.platform} ` : '';
    for (const [digest, step] of program.owners) {
      if (labels.has(digest)) continue;
      const { instruction, stage } = step;
      const line = Number(instruction.startLine);
      const own = program.llb.vertices.get(digest)?.name ?? '';
      const name = `[${place}${stageLabel(program.dockerfile, stage)}:${line}] ${wordsOf(step, own, shared.has(digest))}`;
      labels.set(digest, { line, name: own.startsWith('[internal] ') ? own : name, isOneOfSeveral });
    }
  }
  return labels;
}

/** Digests of vertices that carry out several instructions. */
function sharedVertices({ steps }: Program): ReadonlySet<string> {
  const [met, shared] = [new Set<string>(), new Set<string>()];
  for (const { digest } of [...steps.values()].flatMap(({ vertices }) => vertices)) {
    if (met.has(digest)) shared.add(digest);
    met.add(digest);
  }
  return shared;
}

/** As the frontend names it, with variables filled in; where that may be another stage's wording, as it is written. */
function wordsOf({ instruction }: Step, named: string, isShared: boolean): string {
  const words = named.replace(/^\[[^\]]*\] /, '');
  const ownWords = words !== '' && (!isShared || instruction.keyword === 'FROM' || !begins(words, instruction.keyword));
  return ownWords ? words : oneLine(instruction.text);
}

/** What a base brings along (ONBUILD) and what is downloaded are not in the words of the instruction. */
function begins(words: string, keyword: string): boolean {
  return words.toUpperCase().startsWith(keyword);
}
