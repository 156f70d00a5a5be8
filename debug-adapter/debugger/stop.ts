/** A stop as its user sees it: frames over the snapshots of one runner, with containers made when first wanted. */
import type { FailureState } from '../buildkit/errors.js';
import type { Instruction } from '../dockerfile/model.js';
import type { Evaluation } from '../dockerfile/model.js';
import { NetMode } from '../buildkit/gen/ops.js';
import type { Frame, StateName, Stop, StopReason } from './api.js';
import type { Attempt } from './attempt.js';
import { createBench, type Bench } from './bench.js';
import type { CacheLocks } from './cache-locks.js';
import { createFrame } from './frame.js';
import type { Program } from './program.js';
import { statesOf } from './scene.js';
import type { Shells } from './shells.js';
import type { Scene } from './scene.js';
import { stepInTargets, type Point } from './walk.js';
import type { BuildSettings, StepFact } from './api.js';

export interface StopInput {
  readonly thread: number;
  readonly program: Program;
  readonly attempt: Attempt;
  readonly settings: BuildSettings;
  readonly reason: StopReason;
  readonly point: Point;
  /** The state after the step is meant. */
  readonly after: boolean;
  /** What the failed step left. */
  readonly failure: FailureState | undefined;
  readonly evaluation: (signal: AbortSignal) => Promise<Evaluation>;
  readonly stepFact: (instruction: Instruction) => Pick<StepFact, 'status' | 'durationMs'>;
  readonly locks: CacheLocks;
  readonly shells: Shells;
  readonly onState: (stop: Stop) => void;
}

/** A stop that can be left: what it holds in the engine is given back. */
export interface LiveStop extends AsyncDisposable {
  readonly stop: Stop;
}

/** Containers of a stop by frame and state. */
export interface Benches {
  at(key: string, scene: () => Promise<Scene>): Promise<Bench>;
}

/** Asks the engine for nothing yet. */
export function createStop(input: StopInput): LiveStop {
  const { program, reason, failure, shells } = input;
  const states = reason.kind === 'failed' ? statesOf(failure) : (['initial'] as const);
  let state: StateName = states.at(-1) ?? 'initial';
  const { benches, dispose } = createBenches(input);
  const frames: Frame[] = [];
  for (let point: Point | undefined = input.point; point !== undefined; point = point.caller) {
    const innermost = frames.length === 0;
    frames.push(
      createFrame({
        ...input,
        point,
        key: String(frames.length),
        after: innermost && input.after,
        failure: innermost ? failure : undefined,
        state: () => (innermost ? state : 'initial'),
        benches,
        shells,
        network: input.settings.frontendAttrs['force-network-mode'] === 'host' ? NetMode.HOST : NetMode.UNSET,
      }),
    );
  }
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
  };
  return { stop, [Symbol.asyncDispose]: dispose };
}

function createBenches({ attempt, locks, shells }: StopInput): {
  readonly benches: Benches;
  readonly dispose: () => Promise<void>;
} {
  const made = new Map<string, Promise<Bench>>();
  const make = async (key: string, scene: () => Promise<Scene>): Promise<Bench> => {
    const bench = createBench(attempt.build.gateway, await scene());
    const release = async (): Promise<void> => {
      made.delete(key);
      await bench[Symbol.asyncDispose]();
    };
    const holder = {
      label: 'a shell or command at this stop',
      get busy() {
        return bench.busy > 0;
      },
      release,
    };
    await locks.claim(bench.scene.lockedCaches, holder);
    const free = async (): Promise<void> => {
      shells.endIn(bench, 'The stop of this shell was left, and its locked cache mount is needed elsewhere.');
      locks.free(holder);
      await bench[Symbol.asyncDispose]();
    };
    return {
      ...bench,
      get busy() {
        return bench.busy;
      },
      [Symbol.asyncDispose]: free,
    };
  };
  return {
    benches: {
      at(key, scene) {
        const bench = made.get(key) ?? make(key, scene);
        made.set(key, bench);
        bench.catch(() => made.delete(key));
        return bench;
      },
    },
    async dispose() {
      const all = [...made.values()];
      made.clear();
      await Promise.all(all.map(async (bench) => (await bench.catch(() => undefined))?.[Symbol.asyncDispose]()));
    },
  };
}
