/** The Dockerfile joined with the LLB of one platform. Immutable; a restart makes a new one. */
import type { Dockerfile, Evaluation, Instruction } from '../../dockerfile/model.js';
import type { LinkedVertex } from '../build-settings.js';
import type { Definition, OpMetadata } from '../../buildkit/gen/ops.js';
import type { Llb, LlbLocation, LlbVertex } from '../../buildkit/llb.js';
import { prune } from '../../buildkit/llb-prune.js';
import { instructionAt } from '../../dockerfile/locate.js';
import { line1 } from '../../dockerfile/parse.js';
import { fromOfTrigger } from './triggers.js';
import { walk, type Point } from './walk.js';

/** Output of a vertex; undefined stands for an empty file system (scratch). */
export interface Result {
  readonly digest: string;
  readonly index: number;
}

/** An instruction of this platform with the vertices that carry it out. */
export interface Step {
  readonly instruction: Instruction;
  readonly stage: number;
  /** Dependency order; empty for ENV, ARG, CMD … */
  readonly vertices: readonly LlbVertex[];
  readonly before: Result | undefined;
  readonly after: Result | undefined;
  /** What has failed of another build, which this step takes from; `before` is then the state before that. */
  readonly brought?: LlbVertex;
}

export interface Program {
  readonly platform: string;
  readonly dockerfile: Dockerfile;
  readonly target: number;
  readonly llb: Llb;
  /** The frontend's own ref of the whole build. */
  readonly ref: string;
  readonly points: readonly Point[];
  /** By index of the instruction; only those that the target needs. */
  readonly steps: ReadonlyMap<number, Step>;
  /** By digest: the first step of the walk that the vertex belongs to. */
  readonly owners: ReadonlyMap<string, Step>;
  /** Vertices of builds that this one takes from, by digest; not what this one does too. */
  readonly linked: ReadonlyMap<string, LinkedVertex>;
  /** Digests of vertices that are to run though the engine has their results. */
  readonly forced: ReadonlySet<string>;
}

export interface ProgramInput {
  readonly platform: string;
  readonly dockerfile: Dockerfile;
  readonly target: number;
  readonly evaluation: Evaluation;
  readonly llb: Llb;
  readonly ref: string;
  /** Stage names that a named context stands in for. */
  readonly replaced: ReadonlySet<string>;
  /** Vertices of builds that this one takes from, by digest. */
  readonly linked: ReadonlyMap<string, LinkedVertex>;
  /** Steps that are to run though the engine has their results. */
  readonly forces: (instruction: Instruction) => boolean;
}

/** Joins by the source map: every range of every location counts, for identical instructions share one vertex. */
export function createProgram(input: ProgramInput): Program {
  const { dockerfile, evaluation, llb, replaced, target } = input;
  const callees = (instruction: Instruction): readonly number[] =>
    evaluation.callees(instruction).filter((stage) => !replaced.has(dockerfile.stages[stage]?.name ?? ''));
  const points = walk({ stages: dockerfile.stages, target, callees });
  const linked = new Map<string, LinkedVertex>();
  const joined = join(input, new Set(points.map(({ instruction }) => instruction.index)), linked);
  const steps = new Map<number, Step>();
  const owners = new Map<string, Step>();
  for (const { instruction, stage, phase } of points) {
    if (phase === 'call') continue;
    const vertices = joined.get(instruction.index) ?? [];
    const before = beforeOf(instruction, dockerfile, stage, steps, evaluation.baseStage(stage));
    const own = vertices.at(-1);
    const after = own === undefined ? (before ?? lateBase(dockerfile, stage, instruction, joined, llb)) : rootOf(own);
    const step: Step = { instruction, stage, vertices, before, after };
    steps.set(instruction.index, step);
    for (const vertex of vertices) if (!owners.has(vertex.digest)) owners.set(vertex.digest, step);
  }
  return { ...input, points, steps, owners, linked, forced: forcedVertices(steps, input.forces) };
}

/** What a step takes from outside (an image, a folder) is never forced: only what it does. */
function forcedVertices(
  steps: ReadonlyMap<number, Step>,
  forces: (instruction: Instruction) => boolean,
): ReadonlySet<string> {
  const own = [...steps.values()].filter(({ instruction }) => forces(instruction)).flatMap(({ vertices }) => vertices);
  return new Set(own.filter(({ op }) => op.op?.$case !== 'source').map(({ digest }) => digest));
}

/** What to ask of the engine for a result. */
export function definitionOf(program: Program, { digest, index }: Result): Definition {
  return markForced(program, prune(program.llb, digest, index));
}

/** The definition with the steps that are to run though the engine has their results marked, always in the same way. */
export function markForced(program: Program, definition: Definition): Definition {
  if (program.forced.size === 0) return definition;
  const metadata = Object.entries(definition.metadata).map(([key, value]): [string, OpMetadata] => [
    key,
    program.forced.has(key) ? { ...value, ignoreCache: true } : value,
  ]);
  return { ...definition, metadata: Object.fromEntries(metadata) };
}

/**
 * Vertices by index of the instruction, in dependency order.
 *
 * @param linked gets what another build does
 */
function join(
  input: ProgramInput,
  reached: ReadonlySet<number>,
  linked: Map<string, LinkedVertex>,
): ReadonlyMap<number, readonly LlbVertex[]> {
  const joined = new Map<number, LlbVertex[]>();
  const placesOf = placing(input, reached, linked);
  for (const vertex of input.llb.vertices.values()) {
    for (const index of new Set(placesOf(vertex))) {
      if (index === undefined) continue;
      const known = joined.get(index);
      if (known === undefined) joined.set(index, [vertex]);
      else known.push(vertex);
    }
  }
  return joined;
}

/** Which instructions a vertex belongs to. */
function placing(
  { dockerfile, evaluation, llb, linked: candidates }: ProgramInput,
  reached: ReadonlySet<number>,
  linked: Map<string, LinkedVertex>,
): (vertex: LlbVertex) => readonly (number | undefined)[] {
  const at = ({ startLine }: LlbLocation): number | undefined => instructionAt(dockerfile, line1(startLine))?.index;
  const isOwn = candidates.size === 0 ? (): boolean => true : ownSources(dockerfile, llb);
  return (vertex) => {
    const other = candidates.get(vertex.digest);
    const from = other === undefined ? fromOfTrigger(dockerfile, vertex) : undefined;
    if (from !== undefined) return [from.index];
    const places = vertex.locations.filter(isOwn).map(at);
    if (other === undefined || places.some((index) => index !== undefined && reached.has(index))) return places;
    linked.set(vertex.digest, other);
    return [takerOf(dockerfile, evaluation, other.context)?.index];
  };
}

/** Whether a location is in this very Dockerfile: names of files may be the same. */
function ownSources(dockerfile: Dockerfile, { definition }: Llb): (location: LlbLocation) => boolean {
  const decoder = new TextDecoder();
  const own = definition.Source?.infos.map(({ data }) => decoder.decode(data) === dockerfile.text) ?? [];
  return ({ sourceIndex }) => own[sourceIndex] === true;
}

/** The first instruction that takes from a named context: what another build does for it is done there. */
function takerOf(
  { instructions }: Dockerfile,
  { base }: Pick<Evaluation, 'base'>,
  context: string,
): Instruction | undefined {
  const wanted = plainName(context);
  return instructions.find(({ keyword, stage, references }) => {
    const names = keyword === 'FROM' && stage !== undefined ? [base(stage)] : references;
    return names.some((name) => plainName(name) === wanted);
  });
}

/** Without what the frontend reads into a name, or out of it. */
function plainName(name: string): string {
  return name.toLowerCase().replace(/^docker\.io\/(?:library\/)?|:latest$/g, '');
}

function beforeOf(
  instruction: Instruction,
  dockerfile: Dockerfile,
  stage: number,
  steps: ReadonlyMap<number, Step>,
  baseStage: number | undefined,
): Result | undefined {
  if (instruction.keyword === 'FROM') {
    const last = baseStage === undefined ? undefined : dockerfile.stages[baseStage]?.instructions.at(-1);
    return last === undefined ? undefined : steps.get(last.index)?.after;
  }
  const previous = dockerfile.instructions[instruction.index - 1];
  return previous?.stage === stage ? steps.get(previous.index)?.after : undefined;
}

/** FROM without a vertex of its own (a named context stands in for the image): what the next instruction starts from. */
function lateBase(
  dockerfile: Dockerfile,
  stage: number,
  instruction: Instruction,
  joined: ReadonlyMap<number, readonly LlbVertex[]>,
  llb: Llb,
): Result | undefined {
  if (instruction.keyword !== 'FROM') return undefined;
  for (const next of dockerfile.stages[stage]?.instructions.slice(1) ?? []) {
    const vertex = joined.get(next.index)?.at(-1);
    if (vertex !== undefined) return baseOf(vertex);
  }
  // Nothing in the stage has an op: as the target it is the result itself, else it is only copied from.
  return stage === dockerfile.stages.length - 1 ? llb.result : undefined;
}

/** What the instruction writes onto. */
export function baseOf(vertex: LlbVertex): Result | undefined {
  const op = vertex.op.op;
  switch (op?.$case) {
    case 'exec': {
      const root = op.value.mounts.find((mount) => mount.dest === '/');
      return inputOf(vertex, root === undefined ? -1 : Number(root.input));
    }
    case 'file':
      return inputOf(vertex, Number(op.value.actions[0]?.input ?? -1));
    case 'merge':
      return inputOf(vertex, Number(op.value.inputs[0]?.input ?? -1));
    default:
      return undefined;
  }
}

/** The file system that the vertex makes. */
export function rootOf(vertex: LlbVertex): Result {
  const op = vertex.op.op;
  if (op?.$case !== 'exec') return { digest: vertex.digest, index: 0 };
  const root = op.value.mounts.find((mount) => mount.dest === '/');
  return { digest: vertex.digest, index: Math.max(0, Number(root?.output ?? 0)) };
}

/** Input of an op by position; undefined for none. */
export function inputOf(vertex: LlbVertex, position: number): Result | undefined {
  const input = vertex.inputs[position];
  return input === undefined ? undefined : { digest: input.digest, index: Number(input.index) };
}
