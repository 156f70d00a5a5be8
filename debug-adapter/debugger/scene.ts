/** What a container of a step is made of: its mounts in the chosen state, and how its processes run. */
import type { Gateway } from '../buildkit/api.js';
import type { FailureState } from '../buildkit/errors.js';
import {
  CacheSharingOpt,
  Meta,
  Mount,
  MountType,
  type NetMode,
  type Platform,
  type SecretEnv,
  SecurityMode,
} from '../buildkit/gen/ops.js';
import type { LlbVertex } from '../buildkit/llb.js';
import type { StateName, StepConfig } from './api.js';
import { definitionOf, inputOf, type Program, type Result, type Step } from './program.js';

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
}

export interface SceneInput {
  readonly gateway: Gateway;
  readonly program: Program;
  readonly step: Step;
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
  const ref = await gateway.solve(definitionOf(program, result), { signal });
  if (ref !== '') await gateway.evaluate(ref, { signal });
  return ref;
}

/** Vertex of a RUN. */
export function execVertex(step: Step): LlbVertex | undefined {
  const vertex = step.vertices.at(-1);
  return step.instruction.keyword !== 'FROM' && vertex?.op.op?.$case === 'exec' ? vertex : undefined;
}

/** Everything is evaluated first, so that a failure is told by the step that failed and not by the container. */
export async function setScene(input: SceneInput): Promise<Scene> {
  const vertex = input.after ? undefined : execVertex(input.step);
  return vertex === undefined ? plainScene(input) : execScene(input, vertex);
}

async function execScene(input: SceneInput, vertex: LlbVertex): Promise<Scene> {
  const op = vertex.op.op;
  if (op?.$case !== 'exec') return plainScene(input);
  const exec = op.value;
  const ids = await mountIds(input, vertex, exec.mounts);
  return {
    mounts: exec.mounts.map((mount, index) => ({ ...mount, resultID: ids[index] ?? '' })),
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
    shell: input.config.shell,
  };
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

async function plainScene(input: SceneInput): Promise<Scene> {
  const { config, step, program, gateway, signal } = input;
  const left = input.state === 'failed' ? input.failure?.mountIds.find((id) => id !== '') : undefined;
  const root = left ?? (await materialize(gateway, program, input.after ? step.after : step.before, signal));
  return {
    mounts: [Mount.fromPartial({ dest: '/', resultID: root, input: -1n, output: 0n })],
    meta: Meta.fromPartial({ env: [...config.processEnv], cwd: config.workdir, user: config.user }),
    network: input.network,
    security: SecurityMode.SANDBOX,
    secretEnv: [],
    platform: step.vertices.at(-1)?.op.platform,
    lockedCaches: [],
    shell: config.shell,
  };
}

/** States that a stop offers: `failed` only where the engine kept what the step left. */
export function statesOf(failure: FailureState | undefined): readonly StateName[] {
  if (failure === undefined || failure.subject.kind === 'cache') return ['initial'];
  return failure.mountIds.some((id) => id !== '') ? ['initial', 'failed'] : ['initial'];
}
