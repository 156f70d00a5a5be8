/** The way into a RUN. */
import { stepInto } from '../../dockerfile/script/step-into.js';
import { createBenches } from '../containers/benches.js';
import { configOf } from '../stop/frame.js';
import { execVertex, setScene, usualNetwork } from '../containers/scene.js';
import type { ThreadInput } from '../run/thread-api.js';
import type { Point } from '../program/walk.js';
import { grammarFiles } from './grammar-files.js';
import { startLiveShell } from './live-shell.js';
import type { ScriptOutput } from './live-shell-api.js';
import { createVisit, toldOutput, type Visit } from './visit.js';

export { insideConfig } from './frame.js';

/** One command is the RUN itself: there is nothing in it to go through. */
const FEW = 2;

/**
 * Makes the container of a RUN, in which its script stands at its beginning. Undefined where it cannot be gone
 * through, which is told; `single` where it is one command.
 *
 * @param point where the RUN is all that is left to do
 * @param hears whether what it writes is told
 */
export async function enterRun(
  input: ThreadInput,
  point: Point,
  hears: () => boolean,
  signal: AbortSignal,
): Promise<Visit | 'single' | undefined> {
  const { program, attempt, locks, shells, onNote, evaluation, events, settings } = input;
  const step = program.steps.get(point.instruction.index);
  if (step === undefined || execVertex(step) === undefined) return undefined;
  const { shell: words, os } = (await evaluation(signal)).before(point.instruction);
  const place = { shell: words, os, escape: program.dockerfile.escape };
  const script = await stepInto(point.instruction, place, grammarFiles);
  if ('reason' in script) {
    const { keyword, startLine } = point.instruction;
    onNote(`${keyword} (line ${startLine}) runs as a whole: ${script.reason}`);
    return undefined;
  }
  if (script.statements.length < FEW) return 'single';
  const { gateway } = attempt.build;
  const benches = createBenches({ workshop: { gateway, toolbox: attempt.toolbox }, locks, shells, onNote });
  const end = async (): Promise<void> => await benches[Symbol.asyncDispose]();
  try {
    const config = await configOf({ after: false, evaluation }, step, signal);
    const network = usualNetwork(settings);
    const state = { state: 'initial', failure: undefined, after: false } as const;
    const bench = await benches.at(
      'inside',
      (own) => setScene({ ...state, gateway, attempt, program, step, point, config, network, signal: own }),
      signal,
    );
    const told = toldOutput(events);
    const lineOf = (statement = 0): number =>
      Number(script.statements[statement]?.startLine ?? point.instruction.startLine);
    const output: ScriptOutput = (piece, statement) => (hears() ? told(piece, lineOf(statement)) : undefined);
    const shell = await startLiveShell(bench, script, output, signal);
    const leave = async (): Promise<void> => {
      shell.end();
      await end();
    };
    return createVisit({ statements: script.statements, passed: script.passed, shell, bench, end: leave });
  } catch (error) {
    await end();
    throw error;
  }
}
