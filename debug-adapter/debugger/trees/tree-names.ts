/** Names of file systems, as users write them. */
import { findStage } from '../../dockerfile/locate.js';
import { UserError } from '../errors.js';
import type { Program, Step } from '../program/program.js';
import { instructionName } from './names.js';

/** In front of a stage whose name a file system has too. */
const STAGE = 'stage:';

export interface Naming {
  readonly program: Program;
  /** The step of the stop: its own line is the failed state, where there is one. */
  readonly step: Step;
  /** The file systems that have names of their own. */
  readonly trees: readonly string[];
}

/**
 * The file system that is meant: the end of a stage is that of its last line. Where a name is that of a file system and
 * that of a stage, it is the file system; `stage:NAME` is always the stage, and takes its number too.
 */
export function treeOf(name: string, { program, step, trees }: Naming): string {
  const isLine = /^\d+$/.test(name);
  if (isLine && instructionOfLine(program, name) === step.instruction && trees.includes('failed')) return 'failed';
  if (isLine || name === 'base' || trees.includes(name)) return name;
  const stage = name.startsWith(STAGE) ? name.slice(STAGE.length) : name;
  const last = findStage(program.dockerfile, stage)?.instructions.at(-1);
  if (last !== undefined) return String(last.startLine);
  const own = [...trees, 'base', 'a line'];
  const stages = program.dockerfile.stages.flatMap((each) => each.name ?? []);
  const all = [...own, ...stages.map((each) => (own.includes(each) ? `${STAGE}${each}` : each))];
  throw unknownTree(name, `There are: ${[...new Set(all)].join(', ')}.`);
}

/** The name in a sentence. */
export function spokenTree(name: string): string {
  if (/^\d+$/.test(name)) return `line ${name}`;
  return name.startsWith(STAGE) ? `stage ${name.slice(STAGE.length)}` : name;
}

/** Of the instruction that has the line. */
export function instructionOfLine(program: Program, line: string): Step['instruction'] | undefined {
  const number = Number(line);
  return [...program.steps.values()].find(
    ({ instruction }) => instruction.startLine <= number && instruction.endLine >= number,
  )?.instruction;
}

/** @param hint what there is */
export function unknownTree(tree: string, hint: string): UserError {
  return new UserError('tree-unknown', `There is no file system "${tree}" here.`, hint);
}

/** Words for a line whose instruction has no step in this build. */
export function notReached({ dockerfile }: Program, line: string): UserError {
  const all = dockerfile.stages.flatMap(({ instructions }) => instructions);
  const left = all.find(({ startLine, endLine }) => startLine <= Number(line) && endLine >= Number(line));
  if (left === undefined) return unknownTree(line, 'A line of an instruction of this build is wanted.');
  const text = `${instructionName(left)} is not part of this build: its target does not need that stage.`;
  return new UserError('tree-not-reached', text, 'Choose a line of a stage that it needs.');
}
