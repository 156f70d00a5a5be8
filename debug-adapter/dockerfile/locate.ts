/** From a line or a name to what it means. */
import type { Dockerfile, Instruction, Line1, Stage } from './model.js';

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

/** The word that was probably meant: the nearest in letters typed, if it is near at all. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  const limit = Math.max(1, Math.floor(Math.min(lower.length, 12) / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of words) {
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from.charAt(row - 1) === to.charAt(column - 1);
      let cost = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      const swapped = from.charAt(row - 1) === to.charAt(column - 2) && from.charAt(row - 2) === to.charAt(column - 1);
      if (swapped && row > 1 && column > 1) cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? 0;
}
