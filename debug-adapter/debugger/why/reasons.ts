/** Why steps of one build ran, and what is kept of it for the next one. Read when one of both is wanted. */
import type { Instruction } from '../../dockerfile/model.js';
import type { BuildSettings, StepFact, Surroundings } from '../api.js';
import type { Taken } from '../sources/edits.js';
import { stageLabel } from '../../dockerfile/locate.js';
import type { Program } from '../program/program.js';
import { type BuildRecord, recordOf } from './record.js';
import { createRecords } from './records.js';
import { whyAnyRan, type WhyInput, whyItRuns } from './why.js';

export interface ReasonsInput {
  readonly programs: readonly Program[];
  readonly status: (program: Program, instruction: Instruction) => StepFact['status'];
  readonly settings: BuildSettings;
  readonly taken: Pick<Taken, 'listings'>;
  readonly surroundings: Pick<Surroundings, 'env' | 'homeDir'>;
  /** Address of the engine. */
  readonly engine: string;
}

export interface Reasons {
  /** Reads the record of the build before. */
  prepare(): void;
  /** In sentences, of a step that has run or is about to; undefined where no earlier build is known. */
  why(program: Program, instruction: Instruction): Promise<string | undefined>;
  /** The same of all that has run, in lines; none where no earlier build is known. */
  summary(): Promise<readonly string[]>;
  /** For the next build. */
  keep(): Promise<void>;
}

/** The record of the build before is read when it is wanted first, which has to be before this one is kept. */
export function createReasons(input: ReasonsInput): Reasons {
  const { programs, status, settings, taken, surroundings, engine } = input;
  const records = createRecords(surroundings, settings, engine);
  let before: Promise<BuildRecord | undefined> | undefined;
  const read = (): Promise<BuildRecord | undefined> => (before ??= records.read());
  const inputOf = (program: Program, before: BuildRecord): WhyInput => ({
    program,
    before,
    status: (each) => status(program, each),
    sent: taken.listings.findLast(({ name }) => name === 'context')?.sent,
    refusesCache: (each) => refusesCache(program, each, settings),
  });
  return {
    prepare: () => void read(),
    async why(program, instruction) {
      const record = await read();
      return record === undefined ? undefined : whyItRuns(inputOf(program, record), instruction);
    },
    async summary() {
      const record = await read();
      if (record === undefined) return [];
      return [...new Set(programs.flatMap((program) => whyAnyRan(inputOf(program, record))))];
    },
    async keep() {
      await read();
      await records.keep(recordOf(programs, status));
    },
  };
}

function refusesCache(program: Program, instruction: Instruction, { frontendAttrs }: BuildSettings): boolean {
  const vertices = program.steps.get(instruction.index)?.vertices ?? [];
  if (vertices.some(({ digest }) => program.forced.has(digest))) return true;
  const asked = frontendAttrs['no-cache'];
  if (asked === undefined) return false;
  const stage = stageLabel(program.dockerfile, instruction.stage ?? 0);
  return asked === '' || asked.split(',').some((name) => name.toLowerCase() === stage.toLowerCase());
}
