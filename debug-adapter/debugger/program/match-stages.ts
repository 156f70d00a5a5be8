/** Which stage of an edited Dockerfile is which of the one before: they may have been swapped, renamed, or split. */
import type { Dockerfile, Instruction, Stage } from '../../dockerfile/model.js';

/** Instructions of one stage, before and after; those before the first FROM are a group of their own. */
export interface Pair {
  readonly before: readonly Instruction[];
  readonly after: readonly Instruction[];
}

/** Stages that have the most in common, their name included, are the same; what is left is paired in order. */
export function pairStages(before: Dockerfile, after: Dockerfile): readonly Pair[] {
  const head = ({ instructions }: Dockerfile): readonly Instruction[] =>
    instructions.filter(({ stage }) => stage === undefined);
  return [
    { before: head(before), after: head(after) },
    ...pairsOf(before.stages, after.stages).map(([a, b]) => ({ before: a.instructions, after: b.instructions })),
  ];
}

/** What makes an instruction the same: its words, whatever the space around them. */
export function wordsOf(instruction: Instruction | undefined): string {
  return instruction === undefined ? '' : instruction.text.trim();
}

function pairsOf(before: readonly Stage[], after: readonly Stage[]): readonly (readonly [Stage, Stage])[] {
  const scored = before.flatMap((a) => {
    const words = count(a);
    return after.map((b) => ({ a, b, score: score(a, b, words) }));
  });
  // Of those that are as alike, the ones that have moved least.
  const moved = ({ a, b }: { readonly a: Stage; readonly b: Stage }): number => Math.abs(a.index - b.index);
  scored.sort((p, q) => q.score - p.score || moved(p) - moved(q));
  const pairs = new Map<Stage, Stage>();
  const taken = new Set<Stage>();
  for (const { a, b, score: alike } of scored) {
    if (alike === 0 || pairs.has(a) || taken.has(b)) continue;
    pairs.set(a, b);
    taken.add(b);
  }
  const left = after.filter((stage) => !taken.has(stage));
  for (const stage of before) {
    const next = pairs.has(stage) ? undefined : left.shift();
    if (next !== undefined) pairs.set(stage, next);
  }
  return [...pairs];
}

function count({ instructions }: Stage): ReadonlyMap<string, number> {
  const words = new Map<string, number>();
  for (const instruction of instructions.slice(1)) {
    const key = wordsOf(instruction);
    words.set(key, (words.get(key) ?? 0) + 1);
  }
  return words;
}

/** Instructions that both have; a name that stays weighs as much as half of them and one more. */
function score(a: Stage, b: Stage, words: ReadonlyMap<string, number>): number {
  const left = new Map(words);
  let common = 0;
  for (const instruction of b.instructions.slice(1)) {
    const key = wordsOf(instruction);
    const more = left.get(key) ?? 0;
    if (more === 0) continue;
    left.set(key, more - 1);
    common++;
  }
  const named = a.name !== undefined && a.name === b.name;
  const longest = Math.max(a.instructions.length, b.instructions.length) - 1;
  return common + (named ? longest / 2 + 1 : 0) + (wordsOf(a.instructions[0]) === wordsOf(b.instructions[0]) ? 0.5 : 0);
}
