/**
 * What is kept of a build to tell the next one why a step was not in the cache. Values of variables and command lines are
 * kept as digests only: they may be nobody's business.
 */
import { digestOf } from '../../buildkit/digest.js';
import { type Mount, MountType, NetMode } from '../../buildkit/gen/ops.js';
import type { LlbVertex } from '../../buildkit/llb.js';
import type { Instruction } from '../../dockerfile/model.js';
import type { StepFact } from '../api.js';
import { inputOf, type Program, type Step } from '../program/program.js';

export interface BuildRecord {
  /** The Dockerfile. */
  readonly text: string;
  /** By platform, then by the instruction's index in the text. */
  readonly platforms: Readonly<Record<string, Readonly<Record<string, StepRecord>>>>;
}

export interface StepRecord {
  /** The engine had its result when the build ended. */
  readonly had: boolean;
  /** What a RUN runs. */
  readonly run?: RunRecord | undefined;
  /** Images that it takes from, e.g. `docker.io/library/busybox:latest@sha256:…`. */
  readonly images: readonly string[];
}

export interface RunRecord {
  readonly command: string;
  /** Digests of values, by name. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly user: string;
  readonly network: string;
  /** One for each, in words that only compare. */
  readonly mounts: readonly string[];
}

/** Of more steps no more is kept than whether they ran: each has the variables of all that are above it. */
const MANY = 300;

/** Of a build as it stands now. */
export function recordOf(
  programs: readonly Program[],
  status: (program: Program, instruction: Instruction) => StepFact['status'],
): BuildRecord {
  const platforms = programs.map((program) => {
    const isLarge = program.steps.size > MANY;
    const steps = [...program.steps.values()].filter(({ vertices }) => vertices.length > 0);
    const records = steps.map((step): [string, StepRecord] => {
      const had = /^(?:cached|done)$/.test(status(program, step.instruction));
      return [String(step.instruction.index), { had, ...(isLarge ? { images: [] } : detailsOf(program, step)) }];
    });
    return [program.platform, Object.fromEntries(records)] as const;
  });
  return { text: programs[0]?.dockerfile.text ?? '', platforms: Object.fromEntries(platforms) };
}

/** What a step would be recorded by. */
export function detailsOf(program: Program, step: Step): Omit<StepRecord, 'had'> {
  return { run: runOf(program, step.vertices.at(-1)), images: imagesOf(program, step) };
}

function runOf(program: Program, vertex: LlbVertex | undefined): RunRecord | undefined {
  const op = vertex?.op.op;
  if (vertex === undefined || op?.$case !== 'exec') return undefined;
  const { meta, network, mounts } = op.value;
  const env = (meta?.env ?? []).map((entry): [string, string] => {
    const [name = '', ...value] = entry.split('=');
    return [name, shortDigest(value.join('='))];
  });
  return {
    command: shortDigest(JSON.stringify(meta?.args ?? [])),
    env: Object.fromEntries(env),
    cwd: meta?.cwd ?? '',
    user: meta?.user ?? '',
    network: NetMode[network],
    mounts: mounts.filter(({ dest }) => dest !== '/').map((mount) => mountWords(program, vertex, mount)),
  };
}

function mountWords(program: Program, vertex: LlbVertex, mount: Mount): string {
  const input = inputOf(vertex, Number(mount.input));
  const from = input === undefined ? '' : (program.llb.vertices.get(input.digest)?.name ?? '');
  const { dest, selector, readonly, mountType, cacheOpt, secretOpt, SSHOpt } = mount;
  const id = cacheOpt?.ID ?? secretOpt?.ID ?? SSHOpt?.ID ?? '';
  return [MountType[mountType], dest, selector, readonly ? 'ro' : 'rw', id, from].join(' ');
}

/** Of this step alone, not of what it is built on. */
function imagesOf(program: Program, { vertices }: Step): readonly string[] {
  const sources = vertices.flatMap((vertex) => [
    vertex,
    ...vertex.inputs.map(({ digest }) => program.llb.vertices.get(digest)),
  ]);
  const names = sources.flatMap((vertex) => {
    const op = vertex?.op.op;
    const found = op?.$case === 'source' ? /^docker-image:\/\/(.+)$/.exec(op.value.identifier)?.[1] : undefined;
    return found ?? [];
  });
  return [...new Set(names)].sort();
}

function shortDigest(text: string): string {
  return digestOf(Buffer.from(text)).slice('sha256:'.length, 'sha256:'.length + 16);
}
