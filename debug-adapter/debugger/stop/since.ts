/** Since which instruction a command answers as it does: it is run in the states before, until it answers otherwise. */
import type { Evaluation } from '../../dockerfile/model.js';
import type { Frame, ProbeResult, Since, SinceOptions } from '../api.js';
import type { Program } from '../program/program.js';
import type { Point } from '../program/walk.js';

/** So many states are asked at once: most answers are near, and each takes a container. */
const atOnce = 4;

export interface SinceInput {
  readonly program: Pick<Program, 'points'>;
  readonly evaluation: (signal: AbortSignal) => Promise<Pick<Evaluation, 'baseStage'>>;
  /** Where the frame stands. */
  readonly point: Point;
  readonly frame: Pick<Frame, 'probe'>;
  /** The state that is looked at has more than what was before the instruction: what it did. */
  readonly after: boolean;
  /** Runs a command in the state before the instruction of a point, with what holds there. */
  readonly probeBefore: (point: Point, command: string, signal: AbortSignal) => Promise<ProbeResult>;
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
  { byOutput, state, signal }: SinceOptions,
): Promise<Since> {
  const now = await input.frame.probe(command, { signal, state });
  const isSame = (answer: Answer): boolean =>
    answer.kind === 'answer' &&
    answer.result.exitCode === now.exitCode &&
    (!byOutput || answer.result.output === now.output);
  const points = pointsBefore(input.program, input.point, await input.evaluation(signal));
  const asked = input.after ? points : points.slice(1);
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
  const last = points.findLast((point) => point.stage === base && point.phase === 'run');
  return base === undefined || last === undefined ? acting : [...acting, ...pointsBefore({ points }, last, evaluation)];
}
