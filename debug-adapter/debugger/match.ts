/** Which instruction of an edited Dockerfile is which of the one before: by content and order, not by line number. */
import type { Dockerfile, Instruction } from '../dockerfile/model.js';

export interface Match {
  /** Index before → index after, of instructions whose text is the same. */
  readonly same: ReadonlyMap<number, number>;
  /** Index before → index after, of instructions that were edited and stand in the same place. */
  readonly edited: ReadonlyMap<number, number>;
}

/** Longest common run of instructions; what lies between its members is paired in order by its keyword. */
export function matchInstructions(before: Dockerfile, after: Dockerfile): Match {
  const [a, b] = [before.instructions, after.instructions];
  const equal = (i: number, j: number): boolean => key(a[i]) === key(b[j]);
  const same = new Map<number, number>();
  let [start, endA, endB] = [0, a.length, b.length];
  while (start < endA && start < endB && equal(start, start)) same.set(start, start++);
  while (endA > start && endB > start && equal(endA - 1, endB - 1)) same.set(--endA, --endB);
  for (const [i, j] of commonRun(start, endA, endB, equal)) same.set(i, j);
  return { same, edited: pairRest(a, b, same) };
}

/** What makes an instruction the same: its words, whatever the space around them. */
function key(instruction: Instruction | undefined): string {
  return instruction === undefined ? '' : instruction.text.trim();
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

function pairRest(
  a: readonly Instruction[],
  b: readonly Instruction[],
  same: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> {
  const edited = new Map<number, number>();
  const taken = new Set(same.values());
  let next = 0;
  for (const [i, instruction] of a.entries()) {
    const known = same.get(i);
    if (known !== undefined) {
      next = known + 1;
      continue;
    }
    for (let j = next; j < b.length && !taken.has(j); j++) {
      if (b[j]?.keyword !== instruction.keyword) continue;
      edited.set(i, j);
      next = j + 1;
      break;
    }
  }
  return edited;
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
