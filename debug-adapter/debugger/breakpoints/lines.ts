/**
 * Line breakpoints: any line of an instruction counts, a comment or empty line moves to the next instruction. One within a
 * RUN stays on its line: the build stops in the RUN, before the command that stands there.
 */
import { instructionAt, stageLabel } from '../../dockerfile/locate.js';
import type { Dockerfile, Instruction } from '../../dockerfile/model.js';
import { line1, parseDockerfile } from '../../dockerfile/parse.js';
import type { BreakpointFact, BuildSettings } from '../api.js';
import type { LinkedBuild } from '../build-settings.js';
import { type Match, matchInstructions } from '../program/match.js';

/** The Dockerfile that breakpoints are placed in. */
export interface Placement {
  readonly path: string;
  readonly dockerfile: Dockerfile;
  /** Whether the target needs the instruction; undefined before that is known. */
  readonly needed: ((instruction: Instruction) => boolean) | undefined;
  /** Builds that this one takes from. */
  readonly links?: BuildSettings['links'];
}

/** Also by way of others. */
function takenFrom(
  path: string,
  links: BuildSettings['links'],
  sameFile: (a: string, b: string) => boolean,
): LinkedBuild | undefined {
  for (const link of links.values()) {
    const { dockerfile, dockerfileIsLocal, links: below } = link.settings;
    const found = dockerfileIsLocal && sameFile(path, dockerfile) ? link : takenFrom(path, below, sameFile);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** How a breakpoint stands, as far as its line tells. */
export function factOfLine(
  requestedLine: number,
  path: string,
  placement: Placement | undefined,
  sameFile: (a: string, b: string) => boolean,
): Omit<BreakpointFact, 'id'> {
  if (placement === undefined) {
    return { requestedLine, verified: false, message: 'Takes effect when the build begins.' };
  }
  if (!sameFile(path, placement.path)) {
    const other = takenFrom(path, placement.links ?? new Map(), sameFile);
    const message =
      other === undefined
        ? `Not the Dockerfile that is built (${placement.path}).`
        : `This is the Dockerfile of ${other.name}, which the build takes from: debug that one to stop in it.`;
    return { requestedLine, verified: false, message };
  }
  if (requestedLine < 1) {
    return { requestedLine, verified: false, message: `There is no line ${requestedLine}: lines count from 1.` };
  }
  const { dockerfile, needed } = placement;
  const instruction = instructionAt(dockerfile, line1(requestedLine));
  if (instruction === undefined) {
    return { requestedLine, verified: false, message: 'No instruction on this line or below it.' };
  }
  const isInside = isWithin(requestedLine, instruction);
  const line = isInside ? requestedLine : Number(instruction.startLine);
  const range = { line, endLine: Number(instruction.endLine) };
  if (instruction.stage === undefined) {
    const message = 'An ARG before the first FROM is no step; the build never stands there.';
    return { requestedLine, verified: false, ...range, message };
  }
  if (needed?.(instruction) === false) {
    const message = notNeeded(stageLabel(dockerfile, instruction.stage));
    return { requestedLine, verified: false, ...range, message };
  }
  return { requestedLine, verified: true, ...range };
}

/** Whether a line belongs to one of the commands of a RUN, and not to its beginning. */
export function isWithin(line: number, { keyword, startLine, json }: Instruction): boolean {
  return keyword === 'RUN' && json === undefined && line > startLine;
}

/** @param stages what they are called */
export function notNeeded(stages: string): string {
  return `Not reached: the target of this build does not need ${stages}.`;
}

const matched = new WeakMap<
  Dockerfile,
  { readonly text: string; readonly before: Dockerfile; readonly match: Match }
>();

/** All breakpoints of a file were chosen by the same text. */
function matchWith(text: string, dockerfile: Dockerfile): { readonly before: Dockerfile; readonly match: Match } {
  const known = matched.get(dockerfile);
  if (known?.text === text) return known;
  const before = parseDockerfile(text);
  const found = { text, before, match: matchInstructions(before, dockerfile) };
  matched.set(dockerfile, found);
  return found;
}

/** Where a line that was chosen by an earlier text is now: it moves with its instruction. */
export function movedLine(line: number, text: string, dockerfile: Dockerfile): number {
  if (text === dockerfile.text || line < 1) return line;
  const { before, match } = matchWith(text, dockerfile);
  const instruction = instructionAt(before, line1(line));
  if (instruction === undefined) return line;
  const index = match.same.get(instruction.index) ?? match.edited.get(instruction.index);
  const now = index === undefined ? undefined : dockerfile.instructions[index];
  if (now === undefined) return line;
  return Math.min(Number(now.startLine) + Math.max(0, line - instruction.startLine), Number(now.endLine));
}
