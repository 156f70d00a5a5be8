/** Which instruction wrote a path last. */
import type { Blame, FileFact, StateFiles } from '../api.js';
import type { Program, Result, Step } from '../program/program.js';
import { instructionName } from './names.js';
import { isSameTime } from './same-time.js';
import { inParallel } from './walk-files.js';

/** A file system of the past, oldest first. */
export interface PastState {
  /** What made it; undefined for the base. */
  readonly step: Step | undefined;
  readonly files: StateFiles;
}

/** The states that a step's file system went through, from the base image on; through the stages it is made from. */
export function pastOf(program: Program, last: Step, filesOf: (result: Result) => StateFiles): readonly PastState[] {
  const { dockerfile, steps } = program;
  const own = dockerfile.stages[last.stage]?.instructions ?? [];
  const [from] = own;
  const first = from === undefined ? undefined : steps.get(from.index);
  const states: PastState[] = first?.before === undefined ? [] : [...pastOfBase(program, first.before, filesOf)];
  for (const instruction of own) {
    const step = steps.get(instruction.index);
    if (step?.after !== undefined && (step.vertices.length > 0 || states.length === 0)) {
      const isBase = instruction.keyword === 'FROM';
      if (!isBase || states.length === 0) states.push({ step: isBase ? undefined : step, files: filesOf(step.after) });
    }
    if (instruction === last.instruction) break;
  }
  return states;
}

function pastOfBase(
  program: Program,
  { digest }: Result,
  filesOf: (result: Result) => StateFiles,
): readonly PastState[] {
  const owner = program.owners.get(digest);
  return owner === undefined ? [] : pastOf(program, owner, filesOf);
}

/**
 * States are halved until the one is found from which on the path is as it is now: a path that is written twice in the
 * same way, with the same time, counts as written once.
 *
 * @param now the file system that is looked at, and what made it when it is no state of the past
 */
export async function blame(
  past: readonly PastState[],
  now: { readonly files: StateFiles; readonly step: Step | undefined },
  path: string,
  signal: AbortSignal,
): Promise<Blame> {
  const current = await now.files.stat(path, signal);
  if (current === undefined) return blameMissing(past, now.step, path, signal);
  const isNow = async (state: PastState): Promise<boolean> => isSame(await state.files.stat(path, signal), current);
  let [low, high] = [0, past.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const state = past[middle];
    if (state !== undefined && (await isNow(state))) high = middle;
    else low = middle + 1;
  }
  const state = past[low];
  const step = state === undefined ? now.step : state.step;
  if (step === undefined) return { text: `${path} comes with the base image.`, place: undefined };
  const before = await past[low - 1]?.files.stat(path, signal);
  return told(path, before === undefined ? 'created' : 'changed', step);
}

/** What is not there may have been there once, and more than once. */
async function blameMissing(
  past: readonly PastState[],
  last: Step | undefined,
  path: string,
  signal: AbortSignal,
): Promise<Blame> {
  const found = await inParallel(past, async ({ files }) => (await files.stat(path, signal)) !== undefined);
  const lastSeen = found.lastIndexOf(true);
  const step = past[lastSeen + 1]?.step ?? last;
  if (lastSeen < 0 || step === undefined)
    return { text: `There is no ${path}, and no instruction above has written one.`, place: undefined };
  return told(path, 'deleted', step);
}

function told(path: string, what: string, { instruction }: Step): Blame {
  return {
    text: `${path} was ${what} by ${instructionName(instruction)}.`,
    place: { line: instruction.startLine, endLine: instruction.endLine },
  };
}

/** Whether nobody has written a file in between, as far as can be told. */
export function isSame(left: FileFact | undefined, right: FileFact): boolean {
  if (left === undefined) return false;
  const isFolder = right.type === 'folder';
  return (
    left.type === right.type &&
    (isFolder || left.size === right.size) &&
    left.mode === right.mode &&
    left.uid === right.uid &&
    left.gid === right.gid &&
    left.linkTarget === right.linkTarget &&
    isSameTime(left.modified, right.modified)
  );
}
