/** What a container of a step is made of: its mounts in the chosen state, and how its processes run. */
import type { Gateway } from '../../buildkit/api.js';
import type { FailureState } from '../../buildkit/errors.js';
import {
  CacheSharingOpt,
  Meta,
  Mount,
  MountType,
  NetMode,
  type Platform,
  type SecretEnv,
  SecurityMode,
} from '../../buildkit/gen/ops.js';
import type { LlbVertex } from '../../buildkit/llb.js';
import { cleanPath } from '../../patterns/clean-path.js';
import type { BuildSettings, StateName, StepConfig } from '../api.js';
import type { Attempt } from '../ask/attempt.js';
import { EngineError, UserError } from '../errors.js';
import { runPoint } from '../program/frontier.js';
import { stageLabel } from '../../dockerfile/locate.js';
import { definitionOf, inputOf, rootOf, type Program, type Result, type Step } from '../program/program.js';
import type { Point } from '../program/walk.js';

export interface Scene {
  readonly mounts: readonly Mount[];
  /** `args` is empty: who starts a process says which. */
  readonly meta: Meta;
  readonly network: NetMode;
  readonly security: SecurityMode;
  readonly secretEnv: readonly SecretEnv[];
  readonly platform: Platform | undefined;
  /** Ids of cache mounts that only one container can hold at a time. */
  readonly lockedCaches: readonly string[];
  /** Shell form of the step: `/bin/sh -c`. */
  readonly shell: readonly string[];
  /** Ref id of a file system in which its programs can be looked up: the root, or the root before the step; '' for none. */
  readonly lookup: string;
  /** `linux`, `windows` … */
  readonly os: string;
  /** E.g. `linux/arm64`. */
  readonly platformName: string;
  /** What a user has to know about it. */
  readonly notes: readonly string[];
}

export interface SceneInput {
  readonly gateway: Gateway;
  readonly attempt: Pick<Attempt, 'ours'>;
  readonly program: Program;
  readonly step: Step;
  readonly point: Point;
  readonly state: StateName;
  /** What the failed step left, when it is this step that failed. */
  readonly failure: FailureState | undefined;
  /** True at the end of the build: the state after the step. */
  readonly after: boolean;
  readonly config: StepConfig;
  readonly network: NetMode;
  readonly signal: AbortSignal;
}

/** The ref id of a result, evaluated; '' for an empty file system. */
export async function materialize(
  gateway: Gateway,
  program: Program,
  result: Result | undefined,
  signal: AbortSignal,
): Promise<string> {
  if (result === undefined) return '';
  return await gateway.solve(definitionOf(program, result), { signal });
}

/** File system that a user sees before a step. At FROM it is the base itself, for before it there is nothing to see. */
export function initialResult(step: Step): Result | undefined {
  if (step.instruction.keyword !== 'FROM' || step.before !== undefined) return step.before;
  const image = step.vertices.find((vertex) => vertex.op.op?.$case === 'source');
  return image === undefined ? step.after : rootOf(image);
}

/**
 * Name of the stage that makes this result, where the walk has it still to come: looking at a state must not run what the
 * user has not stepped over.
 */
export function stageToCome(program: Program, point: Point, digest: string): string | undefined {
  const owner = program.owners.get(digest);
  const made = owner === undefined ? undefined : runPoint(program, owner.instruction.index);
  if (owner === undefined || made === undefined || made.index < point.index || owner.stage === point.stage)
    return undefined;
  return stageLabel(program.dockerfile, owner.stage);
}

/** Vertex of a RUN; where it failed in another build, that of the RUN there, if it is one. */
export function execVertex(step: Step): LlbVertex | undefined {
  const own = step.instruction.keyword === 'FROM' ? undefined : step.vertices.at(-1);
  const vertex = step.brought ?? own;
  return vertex?.op.op?.$case === 'exec' ? vertex : undefined;
}

/** Root of the state before a step (or after it), evaluated; with words where it is not what one would expect. */
export async function rootOfState(
  input: Pick<SceneInput, 'attempt' | 'program' | 'step' | 'point' | 'after' | 'gateway' | 'signal'>,
): Promise<{ readonly ref: string; readonly notes: readonly string[] }> {
  const { program, step, point, gateway, signal } = input;
  if (input.after) return { ref: await materialize(gateway, program, step.after, signal), notes: [] };
  const initial = initialResult(step);
  const late = initial === undefined ? undefined : stageToCome(program, point, initial.digest);
  if (late !== undefined)
    return { ref: '', notes: [`The stage ${late} has not run yet: this is an empty file system, and root.`] };
  try {
    return { ref: await materialize(gateway, program, initial, signal), notes: [] };
  } catch (error) {
    const worded = await wordsBelow(error, input);
    if (!(worded instanceof EngineError) || step.instruction.keyword !== 'FROM') throw worded;
    return { ref: '', notes: [`The base cannot be had: this is an empty file system. (${worded.message})`] };
  }
}

/** Why a state cannot be had, in words where it is that a step which makes it has failed. */
export async function wordsBelow(
  error: unknown,
  { attempt, program, step }: Pick<SceneInput, 'attempt' | 'program' | 'step'>,
): Promise<unknown> {
  if (!(error instanceof EngineError) || error.details.vertex === undefined) return error;
  const culprit = await attempt.ours(error.details.vertex);
  const owner = culprit === undefined ? undefined : program.owners.get(culprit);
  return owner === undefined || owner === step ? error : failedBelow(step, owner, error);
}

/** Of steps that ran at one time two have failed, and the other one makes what this one begins with. */
function failedBelow(step: Step, below: Step, cause: EngineError): UserError {
  const { keyword, startLine } = below.instruction;
  return new UserError(
    'failed-below',
    `There is no state before ${step.instruction.keyword} (line ${step.instruction.startLine}): ${keyword} (line ${startLine}), which makes it, failed too.`,
    `To stand there, jump to line ${startLine} (in the console :goto ${startLine}).`,
    undefined,
    { cause },
  );
}

/** Of containers for what is no RUN, or says nothing of it. */
export function usualNetwork({ frontendAttrs }: Pick<BuildSettings, 'frontendAttrs'>): NetMode {
  return frontendAttrs['force-network-mode'] === 'host' ? NetMode.HOST : NetMode.UNSET;
}

/** Everything is evaluated first, so that a failure is told by the step that failed and not by the container. */
export async function setScene(input: SceneInput): Promise<Scene> {
  const { program, step, config } = input;
  const vertex = input.after ? undefined : execVertex(step);
  const { ref: lookup, notes } = await rootOfState(input);
  const known: Known = { lookup, os: config.os, platformName: program.platform, shell: config.shell, notes };
  return vertex === undefined ? plainScene(input, known) : execScene(input, vertex, known);
}

type Known = Pick<Scene, 'lookup' | 'os' | 'platformName' | 'shell' | 'notes'>;

async function execScene(input: SceneInput, vertex: LlbVertex, known: Known): Promise<Scene> {
  const op = vertex.op.op;
  if (op?.$case !== 'exec') return plainScene(input, known);
  const exec = op.value;
  const come = (mount: Mount): string | undefined => {
    const has = mount.dest === '/' || input.failure !== undefined;
    const result = has ? undefined : inputOf(vertex, Number(mount.input));
    return result === undefined ? undefined : stageToCome(input.program, input.point, result.digest);
  };
  const there = exec.mounts.filter((mount) => come(mount) === undefined);
  const missing = exec.mounts.flatMap((mount) => {
    const stage = come(mount);
    return stage === undefined ? [] : [`${mount.dest} is not mounted: the stage ${stage} has not run yet.`];
  });
  const ids = await mountIds(input, vertex, there);
  const all = there.map((mount, index) => ({ ...mount, resultID: ids[index] ?? '' }));
  const lost = input.failure === undefined ? await lostMounts(input, all) : [];
  return {
    ...known,
    mounts: all.filter((mount) => !lost.includes(mount)),
    meta: { ...(exec.meta ?? Meta.fromPartial({ cwd: '/' })), args: [] },
    network: exec.network,
    security: exec.security,
    secretEnv: exec.secretenv,
    platform: vertex.op.platform,
    lockedCaches: exec.mounts.flatMap((mount) =>
      mount.mountType === MountType.CACHE && mount.cacheOpt?.sharing === CacheSharingOpt.LOCKED
        ? mount.cacheOpt.ID
        : [],
    ),
    notes: [...known.notes, ...missing, ...lost.map(wordsOnLost)],
  };
}

/** Those whose source is not there: an old engine never answers for a container that has one. */
async function lostMounts({ gateway, signal }: SceneInput, mounts: readonly Mount[]): Promise<readonly Mount[]> {
  const found = await Promise.all(
    mounts.map(async (mount) => {
      if (mount.selector === '' || mount.resultID === '') return [];
      const isThere = gateway.statFile(mount.resultID, cleanPath(`/${mount.selector}`), { signal }).then(
        () => true,
        (error: unknown) => !(error instanceof EngineError && /no such file|not found/.test(error.message)),
      );
      return (await isThere) ? [] : [mount];
    }),
  );
  return found.flat();
}

export function wordsOnLost({ dest, selector }: Mount): string {
  return `${dest} is not mounted: there is no ${cleanPath(`/${selector}`)} for it to show.`;
}

/** One result id per mount: of the failure where it is the state asked for, else of the inputs, each solved once. */
async function mountIds(input: SceneInput, vertex: LlbVertex, mounts: readonly Mount[]): Promise<readonly string[]> {
  const { failure, gateway, program, signal } = input;
  if (failure?.subject.kind === 'exec') {
    const ids = input.state === 'failed' ? failure.mountIds : failure.inputIds;
    if (ids.length > 0) return mounts.map((_, index) => ids[index] ?? '');
  }
  const solved = new Map<string, Promise<string>>();
  return Promise.all(
    mounts.map((mount) => {
      const result = inputOf(vertex, Number(mount.input));
      const key = result === undefined ? '' : `${result.digest}:${result.index}`;
      const id = solved.get(key) ?? materialize(gateway, program, result, signal);
      solved.set(key, id);
      return id;
    }),
  );
}

function plainScene({ config, step, state, failure, network }: SceneInput, known: Known): Scene {
  const left = state === 'failed' ? failure?.mountIds.find((id) => id !== '') : undefined;
  return {
    ...known,
    mounts: [Mount.fromPartial({ dest: '/', resultID: left ?? known.lookup, input: -1n, output: 0n })],
    meta: Meta.fromPartial({ env: [...config.processEnv], cwd: config.workdir, user: userIn(known, config.user) }),
    network,
    security: SecurityMode.SANDBOX,
    secretEnv: [],
    platform: step.vertices.at(-1)?.op.platform,
    lockedCaches: [],
  };
}

/** States that a stop offers: `failed` only where the engine kept what the step left. */
export function statesOf(failure: FailureState | undefined): readonly StateName[] {
  if (failure === undefined || failure.subject.kind === 'cache') return ['initial'];
  return failure.mountIds.some((id) => id !== '') ? ['initial', 'failed'] : ['initial'];
}

/** Where the stage that has the user's name has not run, that is no fault of the image. */
function userIn({ lookup, notes }: Known, user: string): string {
  return lookup === '' && notes.length > 0 && !/^\d/.test(user) ? '' : user;
}
