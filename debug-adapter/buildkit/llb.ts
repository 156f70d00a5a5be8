/** The graph that a frontend makes of a Dockerfile: read it, cut it short, make small ones from scratch. */
import { digestOf } from './digest.js';
import { Definition, Op, type OpMetadata, type Platform, type Source } from './gen/ops.js';
import type { FileActionMkDir, FileActionMkFile, Input } from './gen/ops.js';

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
  const ops = definition.def.map((bytes) => ({ bytes, op: Op.decode(bytes) }));
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

function terminal(digest: string, index: number): Uint8Array {
  return encode({ inputs: [{ digest, index: BigInt(index) }] });
}

function encode(op: Parameters<typeof Op.fromPartial>[0]): Uint8Array {
  return Op.encode(Op.fromPartial(op)).finish();
}

/** A file to put into an otherwise empty root. */
export interface ScratchFile {
  /** Absolute; parents are made. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode: number;
}

/** A root with nothing but these files, always the same for the same files. */
export function scratchFiles(files: readonly ScratchFile[], name = 'helper files'): Definition {
  const none = BigInt(-1);
  const timestamp = BigInt(0);
  const folders = [...new Set(files.flatMap(({ path }) => parents(path)))];
  const mkdirs = folders.map((path) => {
    const value: FileActionMkDir = { path, mode: 0o755, makeParents: true, timestamp, owner: undefined };
    return { $case: 'mkdir' as const, value };
  });
  const mkfiles = files.map(({ path, mode, content }) => {
    const value: FileActionMkFile = { path, mode, data: content, timestamp, owner: undefined };
    return { $case: 'mkfile' as const, value };
  });
  const steps = [...mkdirs, ...mkfiles];
  // Each action works on the result of the one before; only the last one is an output.
  const actions = steps.map((action, at) => ({
    input: at === 0 ? none : BigInt(at - 1),
    secondaryInput: none,
    output: at === steps.length - 1 ? BigInt(0) : none,
    action,
  }));
  return single({ op: { $case: 'file', value: { actions } } }, name, ['file.base']);
}

/** Folders to make before a file, outermost first. */
function parents(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`);
}

/**
 * An image of a registry.
 *
 * @param prefer `local`: as far as the engine has the image it asks no registry
 */
export function dockerImage(ref: string, platform?: Platform, prefer: 'registry' | 'local' = 'registry'): Definition {
  const attrs: Record<string, string> = prefer === 'local' ? { 'image.resolvemode': 'local' } : {};
  const source = { identifier: `docker-image://${ref}`, attrs };
  const caps = ['source.image', ...(prefer === 'local' ? ['source.image.resolvemode'] : [])];
  return single({ op: { $case: 'source', value: source }, platform }, `[helper] ${ref}`, caps);
}

/** What to take of a folder that a session serves. */
export interface LocalSourceOptions {
  readonly includePatterns?: readonly string[];
  readonly excludePatterns?: readonly string[];
  readonly followPaths?: readonly string[];
  /** Names the content for reuse across sessions. */
  readonly sharedKeyHint?: string;
}

/** A folder of the session, by the name under which it serves it. */
export function localSource(name: string, sessionId: string, options: LocalSourceOptions = {}): Definition {
  const lists = {
    'local.includepattern': options.includePatterns,
    'local.excludepatterns': options.excludePatterns,
    'local.followpaths': options.followPaths,
  };
  const attrs: Record<string, string> = { 'local.session': sessionId };
  for (const [key, list] of Object.entries(lists)) if (list !== undefined) attrs[key] = JSON.stringify(list);
  if (options.sharedKeyHint !== undefined) attrs['local.sharedkeyhint'] = options.sharedKeyHint;
  const source = { identifier: `local://${name}`, attrs };
  return single({ op: { $case: 'source', value: source } }, `[helper] ${name}`, ['source.local']);
}

/** A graph of one vertex. */
function single(op: Parameters<typeof Op.fromPartial>[0], name: string, caps: readonly string[]): Definition {
  const bytes = encode(op);
  const digest = digestOf(bytes);
  const metadata = {
    description: { 'llb.customname': name },
    caps: Object.fromEntries(caps.map((cap) => [cap, true])),
  };
  return Definition.fromPartial({ def: [bytes, terminal(digest, 0)], metadata: { [digest]: metadata } });
}
