/** Small graphs that no frontend makes: files, images and folders that a build or a shell is given. */
import { digestOf } from './digest.js';
import { type Definition, type FileActionMkDir, type FileActionMkFile, Op, type Platform } from './gen/ops.js';

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
function single(op: Partial<Op>, name: string, caps: readonly string[]): Definition {
  const bytes = encode(op);
  const digest = digestOf(bytes);
  const metadata = {
    description: { 'llb.customname': name },
    caps: Object.fromEntries(caps.map((cap) => [cap, true])),
    ignoreCache: false,
  };
  return { def: [bytes, terminal(digest, 0)], metadata: { [digest]: metadata }, Source: undefined };
}

/** The op that ends a graph: its result is output `index` of the vertex `digest`. */
export function terminal(digest: string, index: number): Uint8Array {
  return encode({ inputs: [{ digest, index: BigInt(index) }] });
}

function encode(op: Partial<Op>): Uint8Array {
  return Op.encode({ inputs: [], ...op }).finish();
}
