/** What each line of the Dockerfile is doing, from what its vertices do. */
import type { Instruction } from '../../dockerfile/model.js';
import type { StepFact } from '../api.js';
import { oneLine } from '../common/one-line.js';
import { stageLabel } from '../../dockerfile/locate.js';
import type { Program, Step } from '../program/program.js';
import { isCancellation, type Timeline, type VertexRecord } from './timeline.js';

export interface StepBoard {
  /** A vertex changed: tells the steps that it belongs to. */
  advance(record: VertexRecord): void;
  /** The engine said which vertex failed. */
  fail(program: Program, step: Step): void;
  of(program: Program, instruction: Instruction): Pick<StepFact, 'status' | 'durationMs'>;
}

/** @param records where the vertices' records are looked up */
export function createStepBoard(
  programs: readonly Program[],
  records: Pick<Timeline, 'record'>,
  emit: (fact: StepFact) => void,
): StepBoard {
  const users = new Map<string, { readonly program: Program; readonly step: Step }[]>();
  for (const program of programs) {
    for (const step of program.steps.values()) {
      for (const { digest } of step.vertices) {
        const known = users.get(digest);
        if (known === undefined) users.set(digest, [{ program, step }]);
        else known.push({ program, step });
      }
    }
  }
  const failed = new Set<Step>();
  const told = new Map<Step, StepFact['status']>();
  const tell = (program: Program, step: Step): void => {
    const fact = statusOf(step, records, failed.has(step));
    // Between two of its vertices a step does not wait again; it does when it was only cancelled.
    const stopped = told.has(step) && step.vertices.some(({ digest }) => isStopped(records.record(digest)));
    if (fact.status === told.get(step) || (fact.status === 'waiting' && !stopped)) return;
    told.set(step, fact.status);
    const { instruction, stage } = step;
    const range = { line: Number(instruction.startLine), endLine: Number(instruction.endLine) };
    const text = oneLine(instruction.text);
    emit({ ...range, text, stage: stageLabel(program.dockerfile, stage), platform: program.platform, ...fact });
  };
  return {
    advance(record) {
      for (const { program, step } of users.get(record.digest) ?? []) tell(program, step);
    },
    fail(program, step) {
      failed.add(step);
      tell(program, step);
    },
    of(program, instruction) {
      const step = program.steps.get(instruction.index);
      return step === undefined ? { status: 'skipped' } : statusOf(step, records, failed.has(step));
    },
  };
}

function isStopped(record: VertexRecord | undefined): boolean {
  return record?.completed === true && isCancellation(record.error);
}

function statusOf(
  step: Step,
  records: Pick<Timeline, 'record'>,
  failed: boolean,
): Pick<StepFact, 'status' | 'durationMs'> {
  const found = step.vertices.flatMap(({ digest }) => records.record(digest) ?? []);
  const durationMs = found.reduce((sum, record) => sum + record.durationMs, 0);
  if (failed) return { status: 'failed', durationMs };
  const complete =
    found.length === step.vertices.length && found.every((record) => record.completed && record.error === '');
  if (step.vertices.length === 0) return { status: 'waiting' };
  if (complete) return found.every((record) => record.cached) ? { status: 'cached' } : { status: 'done', durationMs };
  return found.some((record) => record.startedAt !== undefined && !record.completed)
    ? { status: 'running' }
    : { status: 'waiting' };
}
