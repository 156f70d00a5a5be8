/**
 * What the steps of this build are called. The engine calls a vertex what the first build that asks for it does: another
 * project's stage, or one stage of several that share it.
 */
import { oneLine } from '../common/one-line.js';
import { stageLabel } from '../../dockerfile/locate.js';
import type { Program, Step } from './program.js';
import { isTrigger } from './triggers.js';

/** What is told of a vertex is told under this name, at this line. */
export interface Label {
  readonly line: number;
  /** `[build:7] RUN make`, with the platform before the stage when there are several. */
  readonly name: string;
  /** Digest of the vertex with which the step is done: what it fetches or copies before is a part of that. */
  readonly whole: string;
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
      const line = Number(step.instruction.startLine);
      const vertex = program.llb.vertices.get(digest);
      const own = vertex?.name ?? '';
      if (own.startsWith('[internal] ')) {
        labels.set(digest, { line, name: own, whole: digest, isOneOfSeveral });
        continue;
      }
      const context = program.linked.get(digest)?.context;
      const whole = context === undefined ? wholeOf(step, digest) : digest;
      const words = wordsOf(step, program.llb.vertices.get(whole)?.name ?? '', shared.has(whole));
      // Engines before BuildKit 0.17 do not say so.
      const onbuild = vertex !== undefined && isTrigger(step.instruction, vertex) && !begins(words, 'ONBUILD');
      const whose = context === undefined ? (onbuild ? 'ONBUILD ' : '') : `${context}: `;
      const name = `[${place}${stageLabel(program.dockerfile, step.stage)}:${line}] ${whose}${words}`;
      labels.set(digest, { line, name, whole, isOneOfSeveral });
    }
    labelFetched(program, labels);
  }
  return labels;
}

/** COPY and ADD may take several vertices: what is fetched, the copy of it, and its place among the layers (--link). */
function wholeOf({ instruction, vertices }: Step, digest: string): string {
  if (!/^(?:COPY|ADD)$/.test(instruction.keyword)) return digest;
  return vertices.findLast(({ name }) => !name.startsWith('[internal] '))?.digest ?? digest;
}

/** Old engines do not say on which line a file is fetched. */
function labelFetched({ steps, llb, owners }: Program, labels: Map<string, Label>): void {
  for (const { instruction, vertices } of steps.values()) {
    if (instruction.keyword !== 'ADD') continue;
    for (const { digest, inputs } of vertices) {
      const label = labels.get(digest);
      for (const input of inputs) {
        const source = llb.vertices.get(input.digest);
        const isFetched = source?.op.op?.$case === 'source' && /^(?:https?|git):/.test(source.op.op.value.identifier);
        const isOurs = isFetched && !source.name.startsWith('[internal] ') && !owners.has(input.digest);
        if (isOurs && label !== undefined && !labels.has(input.digest)) labels.set(input.digest, label);
      }
    }
  }
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
  const words = named.replace(/^\[[^\]]*\] (?:LINK )?/, '');
  const ownWords = words !== '' && (!isShared || instruction.keyword === 'FROM' || !begins(words, instruction.keyword));
  return ownWords ? words : oneLine(instruction.text);
}

/** What a base brings along (ONBUILD) and what is downloaded are not in the words of the instruction. */
function begins(words: string, keyword: string): boolean {
  return words.toUpperCase().startsWith(keyword);
}
