/** Builds that go to where this one stands: commands of the console and requests of our own ask for them. */
import type { RestartPlan } from '../debugger/api.js';
import { UserError } from '../debugger/errors.js';
import { instructionAt } from '../dockerfile/locate.js';
import type { Instruction } from '../dockerfile/model.js';
import { line1 } from '../dockerfile/parse.js';
import type { FrameReference } from './references.js';
import type { Session } from './session.js';
import { instructionLine } from './state/step.js';

/** The instruction at a line of the Dockerfile, or words why the build cannot stand there. */
export function instructionAtLine(session: Session, line: number): Instruction {
  const { dockerfile } = session.debugger;
  const found = dockerfile === undefined ? undefined : instructionAt(dockerfile, line1(line));
  if (found?.stage !== undefined) return found;
  throw new UserError('no-instruction', `The build cannot stand at line ${line}: there is no step.`);
}

/** Refuses an instruction that the target of the build does not need. */
export function requireReached(session: Session, instruction: Instruction): void {
  if (session.debugger.reaches(instruction)) return;
  const place = instructionLine(instruction);
  throw new UserError('not-reached', `${place} is not part of this build: its target does not need that stage.`);
}

/**
 * Runs a step for real, or without the cache, and goes on: the instruction that is given, else that of the frame; from
 * the innermost frame each platform runs the one where it stands.
 */
export function runAgain(session: Session, at: FrameReference, force: boolean, given?: Instruction): Rebuild {
  const { stop, frame } = at;
  const instruction = given ?? (frame === stop.frames[0] ? undefined : frame.instruction);
  if (instruction !== undefined) requireReached(session, instruction);
  const runs = instruction ?? frame.instruction;
  const title = `${instructionLine(runs)} (line ${runs.startLine})`;
  return rebuild(session, title, { kind: 'again', force, ...(instruction !== undefined && { instruction }) });
}

/** Takes saved edits, and comes back; refuses when there are none. */
export async function applyEdits(session: Session, signal: AbortSignal): Promise<Rebuild> {
  session.lifecycle.requireStarted();
  if (!(await session.debugger.edited(signal))) {
    const hint = 'Save your edits first; :restart builds again all the same.';
    throw new UserError('nothing-to-apply', 'There is nothing to apply: no file of this build has changed.', hint);
  }
  return rebuild(session, 'Building with the edits.', { kind: 'apply' });
}

/** A build that was asked for; it begins once the answer is out. */
export interface Rebuild {
  /** E.g. `RUN make (line 7)`. */
  readonly title: string;
  readonly begin: () => void;
}

function rebuild(session: Session, title: string, plan: RestartPlan): Rebuild {
  session.lifecycle.requireStarted();
  return { title, begin: () => session.lifecycle.restart({ plan }) };
}
