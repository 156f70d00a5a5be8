/** Line breakpoints: any line of an instruction counts, a comment or empty line moves to the next instruction. */
import type { Dockerfile, Instruction } from '../dockerfile/model.js';
import { instructionAt } from '../dockerfile/locate.js';
import { line1 } from '../dockerfile/parse.js';
import type { BreakpointFact } from './api.js';

export interface BreakpointBook {
  /** Replaces the breakpoints of a file and answers how they stand. */
  set(path: string, lines: readonly number[]): readonly BreakpointFact[];
  /** The Dockerfile, or what the target needs of it, became known: answers how the breakpoints stand now. */
  place(
    path: string,
    dockerfile: Dockerfile,
    needed: ((instruction: Instruction) => boolean) | undefined,
  ): readonly BreakpointFact[];
  /** Lines of the breakpoints that this instruction holds. */
  readonly at: (instruction: Instruction) => readonly number[];
}

interface Placement {
  readonly path: string;
  readonly dockerfile: Dockerfile;
  readonly needed: ((instruction: Instruction) => boolean) | undefined;
}

/** @param sameFile whether two paths name the same file */
export function createBreakpointBook(sameFile: (a: string, b: string) => boolean): BreakpointBook {
  const files = new Map<string, readonly number[]>();
  let placement: Placement | undefined;
  let held = new Map<number, number[]>();

  const linesOf = (path: string): readonly number[] =>
    [...files].filter(([file]) => sameFile(file, path)).flatMap(([, lines]) => lines);

  const refresh = (): void => {
    held = new Map();
    if (placement === undefined) return;
    for (const line of linesOf(placement.path)) {
      const instruction = instructionAt(placement.dockerfile, line1(line));
      if (instruction !== undefined) held.set(instruction.index, [...(held.get(instruction.index) ?? []), line]);
    }
  };

  return {
    set(path, lines) {
      for (const file of [...files.keys()]) if (sameFile(file, path)) files.delete(file);
      files.set(path, lines);
      refresh();
      return lines.map((line) => factOf(line, path, placement, sameFile));
    },
    place(path, dockerfile, needed) {
      placement = { path, dockerfile, needed };
      refresh();
      return linesOf(path).map((line) => factOf(line, path, placement, sameFile));
    },
    at: (instruction) => held.get(instruction.index) ?? [],
  };
}

function factOf(
  requestedLine: number,
  path: string,
  placement: Placement | undefined,
  sameFile: (a: string, b: string) => boolean,
): BreakpointFact {
  if (placement === undefined) {
    return { requestedLine, verified: false, message: 'Takes effect when the build begins.' };
  }
  if (!sameFile(path, placement.path)) {
    return { requestedLine, verified: false, message: `Not the Dockerfile that is built (${placement.path}).` };
  }
  const { dockerfile, needed } = placement;
  const instruction = instructionAt(dockerfile, line1(requestedLine));
  if (instruction === undefined) {
    return { requestedLine, verified: false, message: 'No instruction on this line or below it.' };
  }
  const range = { line: Number(instruction.startLine), endLine: Number(instruction.endLine) };
  if (instruction.stage === undefined) {
    const message = 'An ARG before the first FROM is no step; the build never stands there.';
    return { requestedLine, verified: false, ...range, message };
  }
  if (needed?.(instruction) === false) {
    const stage = dockerfile.stages[instruction.stage]?.name ?? `stage ${instruction.stage}`;
    const message = `Not reached: the target of this build does not need ${stage}.`;
    return { requestedLine, verified: false, ...range, message };
  }
  return { requestedLine, verified: true, ...range };
}
