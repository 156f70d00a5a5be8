/** A stop as its user sees it: frames over the snapshots of one runner, with containers made when first wanted. */
import type { FailureState } from '../../buildkit/errors.js';
import type { Instruction } from '../../dockerfile/model.js';
import type { Evaluation } from '../../dockerfile/model.js';
import type { Frame, StateName, Stop, StopReason } from '../api.js';
import { sinceIn } from './since-here.js';
import type { Attempt } from '../ask/attempt.js';
import { createBenches } from '../containers/benches.js';
import type { CacheLocks } from '../containers/cache-locks.js';
import { createFrame } from './frame.js';
import { insideBenches, insideFrames } from '../inside/frame.js';
import type { Visit } from '../inside/visit.js';
import type { Program } from '../program/program.js';
import { statesOf, usualNetwork } from '../containers/scene.js';
import type { Shells } from '../containers/shells.js';
import { stepInTargets, type Point } from '../program/walk.js';
import type { BuildSettings, StepFact } from '../api.js';

export interface StopInput {
  readonly thread: number;
  readonly program: Program;
  readonly attempt: Attempt;
  readonly settings: BuildSettings;
  readonly reason: StopReason;
  readonly point: Point;
  /** The state after the step is meant. */
  readonly after: boolean;
  /** The RUN is gone through, and stands before one of its commands. */
  readonly inside: Visit | undefined;
  /** What the failed step left. */
  readonly failure: FailureState | undefined;
  /** Digest of what has failed. */
  readonly failed?: string | undefined;
  readonly evaluation: (signal: AbortSignal) => Promise<Evaluation>;
  readonly stepFact: (instruction: Instruction) => Pick<StepFact, 'status' | 'durationMs'>;
  readonly locks: CacheLocks;
  readonly shells: Shells;
  readonly onState: (stop: Stop) => void;
  /** What a user has to know about a container that was just made. */
  readonly onNote: (note: string) => void;
}

/** A stop that can be left: what it holds in the engine is given back. */
export interface LiveStop extends AsyncDisposable {
  readonly stop: Stop;
}

/** Asks the engine for nothing yet. */
export function createStop(input: StopInput): LiveStop {
  const { program, reason, failure } = input;
  const states = reason.kind === 'failed' ? statesOf(failure) : (['initial'] as const);
  let state: StateName = states.at(-1) ?? 'initial';
  const { attempt, locks, shells, onNote } = input;
  const workshop = { gateway: attempt.build.gateway, toolbox: attempt.toolbox };
  const own = createBenches({ workshop, locks, shells, onNote });
  const { inside } = input;
  const benches = inside === undefined ? own : insideBenches(own, inside);
  const frames: Frame[] = [];
  for (let point: Point | undefined = input.point; point !== undefined; point = point.caller) {
    const innermost = frames.length === 0;
    frames.push(
      createFrame({
        ...input,
        point,
        key: String(frames.length),
        after: innermost && input.after,
        inside: innermost ? inside : undefined,
        failure: innermost ? failure : undefined,
        failed: innermost ? input.failed : undefined,
        state: () => (innermost ? state : 'initial'),
        benches,
        shells,
        network: usualNetwork(input.settings),
      }),
    );
  }
  const [innermost] = frames;
  if (inside !== undefined && innermost !== undefined) frames.splice(0, 1, ...insideFrames(innermost, inside));
  const stop: Stop = {
    thread: input.thread,
    platform: program.platform,
    reason,
    frames,
    stepInTargets: stepInTargets(program.points, input.point),
    get state() {
      return state;
    },
    states,
    setState(chosen) {
      if (!states.includes(chosen) || chosen === state) return;
      state = chosen;
      input.onState(stop);
    },
    since: (frame, command, options) => sinceIn({ ...input, workshop }, frame, command, options),
  };
  return { stop, [Symbol.asyncDispose]: () => own[Symbol.asyncDispose]() };
}
