/** Since which instruction a command answers as it does: it is run in the states before, until it answers otherwise. */
import type { Evaluation } from '../../dockerfile/model.js';
import type { ProbeResult, Since, SinceOptions } from '../api.js';
import type { Program } from '../program/program.js';
import type { Point } from '../program/walk.js';

export interface SinceInput {
  readonly program: Pick<Program, 'points'>;
  readonly evaluation: (signal: AbortSignal) => Promise<Pick<Evaluation, 'baseStage'>>;
  /** Where the frame stands. */
  readonly point: Point;
  /** The state that is looked at has more than what was before the instruction: what it did. */
  readonly after: boolean;
  /** Runs a command in the state that is looked at. */
  readonly probe: (command: string, signal: AbortSignal) => Promise<ProbeResult>;
  /** Runs a command in the state before the instruction of a point, with what holds there. */
  readonly probeBefore: (point: Point, command: string, signal: AbortSignal) => Promise<ProbeResult>;
  /** So many states are asked at once. */
  readonly atOnce: number;
}

/** What a state answered, or why it could not be asked. */
type Answer =
  | { readonly kind: 'answer'; readonly result: ProbeResult }
  | { readonly kind: 'none'; readonly why: string };

/**
 * Rejects where the command cannot be run in the state that is looked at. A state before in which it cannot be run, for
 * want of a shell for instance, answers otherwise.
 */
export async function since(
  input: SinceInput,
  command: string,
  { byOutput, signal }: Omit<SinceOptions, 'state'>,
): Promise<Since> {
  const { point: here, atOnce } = input;
  const now = await input.probe(command, signal);
  const isSame = (answer: Answer): boolean =>
    answer.kind === 'answer' &&
    answer.result.exitCode === now.exitCode &&
    (!byOutput || answer.result.output === now.output);
  const points = pointsBefore(input.program, here, await input.evaluation(signal));
  // The state before the instruction is what is looked at; at FROM that is the base, and it is none of them.
  const asked = points.filter(({ instruction }) => input.after || instruction !== here.instruction);
  const ask = (point: Point): Promise<Answer> => answerOf(() => input.probeBefore(point, command, signal), signal);
  for (let at = 0; at < asked.length; at += atOnce) {
    const some = asked.slice(at, at + atOnce);
    const answers = await Promise.all(some.map(ask));
    const other = answers.findIndex((answer) => !isSame(answer));
    const [answer, point] = [answers[other], some[other]];
    if (answer === undefined || point === undefined) continue;
    const before = answer.kind === 'answer' ? answer.result : undefined;
    return { now, instruction: point.instruction, before, why: answer.kind === 'none' ? answer.why : '' };
  }
  return { now, instruction: undefined, before: undefined, why: '' };
}

async function answerOf(probe: () => Promise<ProbeResult>, signal: AbortSignal): Promise<Answer> {
  try {
    return { kind: 'answer', result: await probe() };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'none', why: error instanceof Error ? error.message : String(error) };
  }
}

/** Instructions that made what is seen at a point, the last one first; before FROM there is nothing to run in. */
function pointsBefore(
  { points }: Pick<Program, 'points'>,
  { stage, index }: Point,
  evaluation: Pick<Evaluation, 'baseStage'>,
): readonly Point[] {
  const own = points.filter((point) => point.stage === stage && point.phase === 'run' && point.index <= index);
  const acting = own.filter(({ instruction }) => instruction.keyword !== 'FROM').reverse();
  const base = evaluation.baseStage(stage);
  // What the stage of the base has still to do made nothing yet.
  const last = points.findLast((point) => point.stage === base && point.phase === 'run' && point.index <= index);
  return base === undefined || last === undefined ? acting : [...acting, ...pointsBefore({ points }, last, evaluation)];
}
