/** Which instruction of an edited Dockerfile is which of the one before: by content and order, not by line number. */
import type { Dockerfile } from '../../dockerfile/model.js';
import { type Pair, pairStages, wordsOf } from './match-stages.js';

export interface Match {
  /** Index before → index after, of instructions whose text is the same. */
  readonly same: ReadonlyMap<number, number>;
  /** Index before → index after, of instructions that were edited and stand in the same place. */
  readonly edited: ReadonlyMap<number, number>;
}

/**
 * Stage by stage the longest common run of instructions; what lies between its members is paired in order by its keyword.
 * An instruction that is found nowhere in its stage may have moved to another one.
 */
export function matchInstructions(before: Dockerfile, after: Dockerfile): Match {
  const pairs = pairStages(before, after);
  const same = new Map<number, number>();
  for (const pair of pairs) matchOf(pair, same);
  const taken = new Set(same.values());
  const homeless = new Map<string, number[]>();
  for (const instruction of after.instructions) {
    if (taken.has(instruction.index) || instruction.keyword === 'FROM') continue;
    const words = wordsOf(instruction);
    const found = homeless.get(words) ?? [];
    found.push(instruction.index);
    homeless.set(words, found);
  }
  for (const instruction of before.instructions) {
    const found = same.has(instruction.index) ? undefined : homeless.get(wordsOf(instruction))?.shift();
    if (found !== undefined) same.set(instruction.index, found);
  }
  const edited = new Map<number, number>();
  for (const pair of pairs) pairRest(pair, same, edited);
  return { same, edited };
}

function matchOf({ before: a, after: b }: Pair, same: Map<number, number>): void {
  const equal = (i: number, j: number): boolean => wordsOf(a[i]) === wordsOf(b[j]);
  const join = (i: number, j: number): void => {
    const [from, to] = [a[i], b[j]];
    if (from !== undefined && to !== undefined) same.set(from.index, to.index);
  };
  let [start, endA, endB] = [0, a.length, b.length];
  while (start < endA && start < endB && equal(start, start)) join(start, start++);
  while (endA > start && endB > start && equal(endA - 1, endB - 1)) join(--endA, --endB);
  for (const [i, j] of commonRun(start, endA, endB, equal)) join(i, j);
}

/** Longest common subsequence of `a[start..endA)` and `b[start..endB)`. */
function commonRun(
  start: number,
  endA: number,
  endB: number,
  equal: (i: number, j: number) => boolean,
): readonly (readonly [number, number])[] {
  const [rows, columns] = [endA - start, endB - start];
  const width = columns + 1;
  const lengths = new Uint32Array((rows + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const joined = equal(start + i, start + j);
      lengths[i * width + j] = joined ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    if (equal(start + i, start + j)) pairs.push([start + i++, start + j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

function pairRest({ before, after }: Pair, same: ReadonlyMap<number, number>, edited: Map<number, number>): void {
  const taken = new Set(same.values());
  let next = 0;
  for (const { index, keyword } of before) {
    const known = same.get(index);
    if (known !== undefined) {
      const place = known - (after[0]?.index ?? 0);
      if (place >= 0 && place < after.length) next = place + 1;
      continue;
    }
    for (let j = next; j < after.length; j++) {
      const candidate = after[j];
      if (candidate === undefined || taken.has(candidate.index)) break;
      if (candidate.keyword !== keyword) continue;
      edited.set(index, candidate.index);
      next = j + 1;
      break;
    }
  }
}

/** Instructions that say the same, but for what their stages and those that they name are called now; index after. */
export function renamedOnly(before: Dockerfile, after: Dockerfile, { same, edited }: Match): ReadonlySet<number> {
  const names = new Map<string, string>();
  for (const { name, instructions } of before.stages) {
    const from = instructions[0]?.index ?? -1;
    const index = same.get(from) ?? edited.get(from);
    const now = after.stages.find((stage) => stage.instructions[0]?.index === index)?.name;
    if (name !== undefined && now !== undefined) names.set(name, now);
  }
  const renamed = (text: string): string =>
    text.replace(stageNames, (_, lead: string, name: string) => `${lead}${names.get(name.toLowerCase()) ?? name}`);
  return new Set(
    [...edited].flatMap(([i, j]) => {
      const [a, b] = [before.instructions[i], after.instructions[j]];
      return a !== undefined && b !== undefined && renamed(a.text.trim()) === b.text.trim() ? [j] : [];
    }),
  );
}

/** Where an instruction names stages: FROM, AS, `--from=`, `--mount=from=`. */
const stageNames = /(\bfrom=|^FROM\s+(?:--\S+\s+)*|\sAS\s+)([\w.-]+)/gi;
