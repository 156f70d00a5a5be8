/** `:since` at a stop: what it asks, and with which mounts. */
import { CacheSharingOpt, MountType } from '../../buildkit/gen/ops.js';
import type { Frame, ProbeResult, Since, SinceOptions, StateName } from '../api.js';
import type { Workshop } from '../containers/opening.js';
import { keepText, limited, probe } from '../containers/probe.js';
import { type Scene, setScene, usualNetwork } from '../containers/scene.js';
import type { Point } from '../program/walk.js';
import { blankStep, configOf } from './frame.js';
import { since } from './since.js';
import type { StopInput } from './stop.js';

/** Most answers are near, and each takes a container. */
const usuallyAtOnce = 4;

/** What a user asks may be a test that takes its time; Ctrl-C cancels it. */
const limitMs = 10 * 60_000;

type SinceHere = StopInput & { readonly workshop: Workshop };

/** Which state of a step is meant. */
interface Which {
  readonly point: Point;
  readonly state: StateName;
  readonly after: boolean;
  /** It is the step of the stop itself. */
  readonly isOwn: boolean;
}

/**
 * What a frame sees came step by step. The mounts of its step are there in all states: those of each step are no part of
 * what it leaves, and would be taken for that.
 */
export async function sinceIn(
  input: SinceHere,
  frame: Frame,
  command: string,
  { byOutput, state, signal }: SinceOptions,
): Promise<Since> {
  let point = input.point;
  while (point.instruction !== frame.instruction && point.caller !== undefined) point = point.caller;
  const isOwn = point === input.point;
  // Within a RUN, what its commands have done so far is looked at.
  const isInside = isOwn && input.inside !== undefined;
  const after = isOwn && (input.after || isInside || state === 'failed');
  const own = { point, after: isOwn && input.after, isOwn };
  const here = await sceneOf(input, { ...own, state }, signal);
  // What a failed step has written to its mounts was not there before.
  const mounted = state === 'initial' ? here : await sceneOf(input, { ...own, state: 'initial' }, signal);
  const run = (scene: Scene, text: string, own: AbortSignal): Promise<ProbeResult> =>
    probe({ ...input, scene }, text, { signal: own, limitMs });
  return await since(
    {
      ...input,
      point,
      after,
      atOnce: takesTurns(here) ? 1 : usuallyAtOnce,
      probe: (text, either) => (isInside ? inShell(frame, text, either) : run(here, text, either)),
      probeBefore: async (at, text, either) => {
        const there = await sceneOf(input, { point: at, state: 'initial', after: false, isOwn: false }, either);
        return await run(mountedAs(mounted, there), text, either);
      },
    },
    command,
    { byOutput, signal },
  );
}

function sceneOf(input: SinceHere, { point, state, after, isOwn }: Which, signal: AbortSignal): Promise<Scene> {
  const { attempt, program, failure } = input;
  const step = program.steps.get(point.instruction.index) ?? blankStep(point);
  const scene = {
    gateway: attempt.build.gateway,
    network: usualNetwork(input.settings),
    failure: isOwn ? failure : undefined,
  };
  return configOf({ ...input, after }, step, signal).then((config) =>
    setScene({ ...input, ...scene, step, point, state, after, config, signal }),
  );
}

/** The root, environment, user and directory of a state, with the mounts, secrets and network of the step that asks. */
function mountedAs(here: Scene, there: Scene): Scene {
  const { network, security, secretEnv, lockedCaches } = here;
  const [root, mounts] = [
    there.mounts.filter(({ dest }) => dest === '/'),
    here.mounts.filter(({ dest }) => dest !== '/'),
  ];
  return { ...there, mounts: [...root, ...mounts], network, security, secretEnv, lockedCaches };
}

/** A cache that one container holds at a time is another one, or none, in the next. */
function takesTurns({ mounts }: Scene): boolean {
  return mounts.some(
    ({ mountType, cacheOpt }) => mountType === MountType.CACHE && cacheOpt?.sharing !== CacheSharingOpt.SHARED,
  );
}

/** In a copy of the shell in which the script stands. */
async function inShell(frame: Frame, command: string, signal: AbortSignal): Promise<ProbeResult> {
  const kept = keepText();
  return await limited(command, { signal, limitMs }, async (own) => ({
    exitCode: await frame.run(command, (piece) => kept.sink(piece), own, { forget: true }),
    output: kept.text(),
  }));
}
