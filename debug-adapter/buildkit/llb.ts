/** The graph that a frontend makes of a Dockerfile: read it, cut it short. */
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { digestOf } from './digest.js';
import {
  type Definition,
  ExecOp,
  type Input,
  Meta,
  Op,
  type OpMetadata,
  type Platform,
  type Source,
} from './gen/ops.js';
import { terminal } from './llb-make.js';

/** Lines of one instruction, counted from 1, all of them inclusive. */
export interface LlbLocation {
  readonly sourceIndex: number;
  readonly filename: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** One vertex of the graph. */
export interface LlbVertex {
  readonly digest: string;
  readonly op: Op;
  readonly inputs: readonly { readonly digest: string; readonly index: number }[];
  /** What progress calls it, e.g. `[build 2/3] RUN make`; '' when it has no name of its own. */
  readonly name: string;
  /** The instruction as it is written, where the frontend tells it (FROM and RUN). */
  readonly command: string;
  /** One per instruction: identical instructions of several stages share one vertex. Empty for internal steps. */
  readonly locations: readonly LlbLocation[];
  readonly platform: Platform | undefined;
  readonly metadata: OpMetadata | undefined;
}

/** A definition to look things up in. */
export interface Llb {
  readonly definition: Definition;
  /** In the order of dependency: inputs first. */
  readonly vertices: ReadonlyMap<string, LlbVertex>;
  /** Absent for scratch. */
  readonly result: { readonly digest: string; readonly index: number } | undefined;
}

/** Reads a definition. Ops are decoded for reading only: their bytes are what the engine knows them by. */
export function readLlb(definition: Definition): Llb {
  const ops = definition.def.map((bytes) => ({ bytes, op: readOp(bytes) }));
  const last = ops.at(-1);
  if (last === undefined || ops.length < 2) return { definition, vertices: new Map(), result: undefined };
  const vertices = new Map<string, LlbVertex>();
  for (const { bytes, op } of ops.slice(0, -1)) {
    const digest = digestOf(bytes);
    vertices.set(digest, readVertex(definition, digest, op));
  }
  const [result] = last.op.inputs.map(readInput);
  return { definition, vertices, result };
}

/** Tags of `Op.exec` and `ExecOp.meta`. */
const [execTag, metaTag] = [2, 1];

/**
 * An op whose process is read when it is asked for: each RUN has all variables that were set above it, which may be
 * thousands of texts, and few are ever looked at.
 */
function readOp(bytes: Uint8Array): Op {
  const { field: exec, rest } = cut(bytes, execTag);
  if (exec === undefined) return Op.decode(bytes);
  const { field: meta, rest: others } = cut(exec, metaTag);
  const value = ExecOp.decode(others);
  let known: Meta | undefined;
  if (meta !== undefined)
    Object.defineProperty(value, 'meta', { enumerable: true, get: () => (known ??= Meta.decode(meta)) });
  return { ...Op.decode(rest), op: { $case: 'exec', value } };
}

/** A field that is a message, and the message that it is in without it. */
function cut(bytes: Uint8Array, tag: number): { readonly field: Uint8Array | undefined; readonly rest: Uint8Array } {
  const reader = new BinaryReader(bytes);
  const rest: Uint8Array[] = [];
  let field: Uint8Array | undefined;
  while (reader.pos < reader.len) {
    const begin = reader.pos;
    const [number, type] = reader.tag();
    if (number === tag) field = reader.bytes();
    else {
      reader.skip(type);
      rest.push(bytes.subarray(begin, reader.pos));
    }
  }
  return { field, rest: Buffer.concat(rest) };
}

function readVertex(definition: Definition, digest: string, op: Op): LlbVertex {
  const metadata = definition.metadata[digest];
  const description = metadata?.description ?? {};
  return {
    digest,
    op,
    inputs: op.inputs.map(readInput),
    name: description['llb.customname'] ?? '',
    command: description['com.docker.dockerfile.v1.command'] ?? '',
    locations: readLocations(definition.Source, digest),
    platform: op.platform,
    metadata,
  };
}

function readInput({ digest, index }: Input) {
  return { digest, index: Number(index) };
}

/** Locations without ranges say nothing: images of `--mount` have such. */
function readLocations(source: Source | undefined, digest: string): LlbLocation[] {
  return (source?.locations[digest]?.locations ?? []).flatMap(({ sourceIndex, ranges }) => {
    const lines = ranges.flatMap(({ start, end }) => [start?.line ?? 0, end?.line ?? 0]).filter((line) => line > 0);
    if (lines.length === 0) return [];
    const filename = source?.infos[sourceIndex]?.filename ?? '';
    return [{ sourceIndex, filename, startLine: Math.min(...lines), endLine: Math.max(...lines) }];
  });
}

/** The same graph with another result: output `index` of the vertex `digest`. */
export function truncate(definition: Definition, digest: string, index: number): Definition {
  return { ...definition, def: [...definition.def.slice(0, -1), terminal(digest, index)] };
}

/** Without the text of the Dockerfile, which the engine would send back with every error; digests stay. */
export function stripSources(definition: Definition): Definition {
  const { Source: source } = definition;
  if (source === undefined) return definition;
  const infos = source.infos.map((info) => ({ ...info, data: new Uint8Array(), definition: undefined }));
  return { ...definition, Source: { ...source, infos } };
}
