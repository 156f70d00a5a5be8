/** Files of a state: read from the snapshot where there is one, from the stop's container where only that has them. */
import type { Container, Gateway } from '../../buildkit/api.js';
import type { DirEntry } from '../../buildkit/dir-entries.js';
import type { Stat } from '../../buildkit/gen/fsutil.js';
import type { FileFact, FileRange, StateFiles } from '../api.js';
import type { Bench } from '../containers/bench.js';
import { EngineError, UserError } from '../errors.js';
import { mountOf, type Mounted } from './mount-of.js';
import { OWN_NAMES } from '../containers/own-folder.js';
import { withoutLinks } from '../common/links.js';
import type { Workshop } from '../containers/opening.js';
import { listByShell, noFolder, readByShell } from './shell-files.js';
import { sooner } from '../common/sooner.js';
import { glance, glanceAtAll, glanceAtFirst, type GlanceRequest } from './glance.js';

export interface FilesInput {
  readonly gateway: Gateway;
  /** Ref id of the root when the state is a snapshot; undefined when only a container shows it. */
  readonly root: (signal: AbortSignal) => Promise<string | undefined>;
  readonly bench: (signal: AbortSignal) => Promise<Bench>;
  /** Nothing has run in that container, and nothing is to: it is asked without a process. */
  readonly still?: boolean;
  /** For a quicker look into large folders of what never changes. */
  readonly workshop?: Workshop;
}

/** Paths are absolute and `/`-separated. */
export function createFiles(input: FilesInput): StateFiles {
  const { gateway } = input;
  const place = (path: string, signal: AbortSignal): Promise<FilePlace> => placeOf(input, path, signal);
  const list = async (path: string, signal: AbortSignal, only?: string): Promise<readonly FileFact[]> => {
    try {
      return await listAt(gateway, await place(path, signal), path, { signal, ...(only !== undefined && { only }) });
    } catch (error) {
      if (!(error instanceof EngineError) || !NO_TEXT.test(error.message)) throw error;
      const all = await glanceInto(input, path, glanceAtAll, signal).catch(() => undefined);
      if (all === undefined) throw namesUntellable(path, error);
      return all;
    }
  };
  const through = <T>(path: string, signal: AbortSignal, ask: (path: string) => Promise<T>): Promise<T> =>
    throughLinks(path, ask, (at) => place(at, signal), signal);
  return {
    async list(path, signal) {
      const files = await worded(path, () => through(path, signal, (at) => list(at, signal)));
      return path === '/' ? files.filter(({ name }) => !OWN_NAMES.has(name)) : files;
    },
    async stat(path, signal) {
      if (path === '/') return ROOT;
      const { folder, name } = splitPath(path);
      const usual = unlessMissing(async () => {
        const at = await place(path, signal);
        // In its folder only the place that it is mounted on is seen.
        if (at.kind === 'container' && at.isTop && path !== '/')
          return { ...fileFact(await at.container.statFile(at.mount, at.path, { signal })), name };
        const files = await through(folder, signal, (real) => list(real, signal, name));
        return files.find((file) => file.name === name);
      });
      return sooner(
        usual,
        async (own) => (await glanceInto(input, folder, (at, stop) => glance(at, [name], stop), own))?.[0],
        signal,
      );
    },
    stops: gateway.capabilities.has('gateway.exec.filesystem'),
    // What is ours is in the root.
    first: async (folder, count, signal) =>
      folder === '/' ? undefined : glanceInto(input, folder, (at, own) => glanceAtFirst(at, count, own), signal),
    read: (path, range, signal) =>
      worded(path, () =>
        through(path, signal, async (at) => readAt(gateway, await place(at, signal), at, range, signal)),
      ),
  };
}

async function placeOf(
  { gateway, root, bench, still = false }: FilesInput,
  path: string,
  signal: AbortSignal,
): Promise<FilePlace> {
  const ref = await root(signal);
  if (ref !== undefined) return { kind: 'ref', ref };
  const found = await bench(signal);
  if (!gateway.capabilities.has('gateway.exec.filesystem')) return { kind: 'shell', bench: found };
  const at = mountOf(found.scene.mounts, path);
  if (!at.isStored) return { kind: 'shell', bench: found };
  return {
    kind: 'container',
    container: await (still ? found.bare(signal) : found.container(signal)),
    bench: found,
    ...at,
  };
}

/** Where the engine does not follow the links of a path, it is asked for the path without them. */
async function throughLinks<T>(
  path: string,
  ask: (path: string) => Promise<T>,
  place: (path: string) => Promise<FilePlace>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await ask(path);
  } catch (error) {
    if (!(error instanceof EngineError) || !LEADS_OUT.test(error.message)) throw error;
    const linkAt = async (each: string): Promise<string | undefined> => {
      const at = await place(each);
      if (at.kind !== 'container') throw error;
      return fileFact(await at.container.statFile(at.mount, at.path, { signal })).linkTarget;
    };
    return await ask(await withoutLinks(path, linkAt));
  }
}

async function listAt(
  gateway: Gateway,
  at: FilePlace,
  path: string,
  options: { readonly signal: AbortSignal; readonly only?: string },
): Promise<readonly FileFact[]> {
  switch (at.kind) {
    case 'ref':
      return at.ref === '' ? [] : facts(await gateway.readDir(at.ref, path, options));
    case 'container':
      return facts(await at.container.readDir(at.mount, at.path, options));
    case 'shell':
      return listByShell(at.bench, path, options.signal, options.only);
  }
}

/** Engines tell of a hard link only which other name of its folder the file has. */
function facts(entries: readonly DirEntry[]): readonly FileFact[] {
  const isHardLink = ({ linkname, mode }: DirEntry): boolean => linkname !== '' && ((mode >>> 0) & LINK) === 0;
  if (!entries.some(isHardLink)) return entries.map(fileFact);
  const sizes = new Map(entries.map(({ path, size }) => [path, size]));
  return entries.map((entry) => {
    const fact = fileFact(entry);
    return isHardLink(entry) ? { ...fact, size: sizes.get(entry.linkname) ?? fact.size } : fact;
  });
}

/** Undefined where something may change meanwhile, or where there is no toolbox to look with. */
async function glanceInto<T>(
  { root, bench, workshop, still = false }: FilesInput,
  folder: string,
  look: (at: GlanceRequest, signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  if (workshop === undefined) return undefined;
  const resultID = await root(signal);
  if (resultID === '') return undefined;
  if (resultID !== undefined) return look({ workshop, mount: { resultID, selector: '' }, folder }, signal);
  const mount = still ? (await bench(signal)).scene.mounts.find(({ dest }) => dest === '/') : undefined;
  return mount === undefined ? undefined : look({ workshop, mount, folder }, signal);
}

/** Some engines would read from a device, and wait for ever at a pipe: what it is, is asked before its first piece. */
async function readAt(
  gateway: Gateway,
  at: FilePlace,
  path: string,
  range: FileRange,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const isFirst = range.offset === 0;
  switch (at.kind) {
    case 'ref':
      if (isFirst) refuseSpecial(path, await gateway.statFile(at.ref, path, { signal }));
      return gateway.readFile(at.ref, path, range, { signal });
    case 'container':
      if (isFirst) refuseSpecial(path, await at.container.statFile(at.mount, at.path, { signal }));
      try {
        return await at.container.readFile(at.mount, at.path, range, { signal });
      } catch (error) {
        if (!(error instanceof EngineError) || !OFTEN_REFUSED.test(error.message)) throw error;
        return readByShell(at.bench, path, range, signal);
      }
    case 'shell':
      return readByShell(at.bench, path, range, signal);
  }
}

/** What is known of a root without asking. */
export const ROOT: FileFact = {
  ...{ name: '', type: 'folder', size: 0, mode: 0o755 },
  ...{ uid: undefined, gid: undefined, linkTarget: undefined, modified: undefined },
};

/** Folder and last name of an absolute path. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const at = path.lastIndexOf('/');
  return { folder: at <= 0 ? '/' : path.slice(0, at), name: path.slice(at + 1) };
}

/** A path in a folder. */
export function joinPath(folder: string, name: string): string {
  return `${folder === '/' ? '' : folder}/${name}`;
}

function isMissing(error: unknown): boolean {
  return error instanceof EngineError && /no such file|not a directory|not found/i.test(error.message);
}

/** Undefined for what is not there. */
export async function unlessMissing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isMissing(error) || (error instanceof UserError && /^(?:file-not-found|not-a-folder)$/.test(error.code)))
      return undefined;
    throw error;
  }
}

/** It is about the file that was asked for, not about the engine or the line to it. */
function isOfFile({ message }: EngineError): boolean {
  return /not a regular file|is a directory|symbolic links|too many links|permission denied|file name too long|invalid argument/i.test(
    message,
  );
}

async function worded<T>(path: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof EngineError && /not a directory/i.test(error.message)) throw noFolder(path);
    if (isMissing(error))
      throw new UserError('file-not-found', `There is no ${path} in this state.`, 'Look at the folder above it.');
    if (!(error instanceof EngineError) || !isOfFile(error)) throw error;
    throw new UserError(
      'file-unreadable',
      `${path} cannot be read: ${error.message.replace(/^(?:openat|open|lstat|readdirent) \S+: /, '')}.`,
      'Only files and folders have something to show; of a link look at its target.',
    );
  }
}

/** What Docker 29 says of a folder when one of its names is no text. */
const NO_TEXT = /invalid UTF-8/i;

function namesUntellable(path: string, cause: EngineError): UserError {
  return new UserError(
    'file-unreadable',
    `${path} cannot be listed: this engine tells of no folder in which a name is not UTF-8.`,
    `Look at it with a command: ls -b ${path}`,
    undefined,
    { cause },
  );
}

/** What engines say of an absolute link in a container. */
const LEADS_OUT = /escapes from parent/i;
/** Before 0.34 they answer files as a whole or not at all. */
const OFTEN_REFUSED = /larger than max/i;

function refuseSpecial(path: string, stat: Stat): void {
  const { type } = fileFact(stat);
  if (type !== 'folder' && type !== 'other') return;
  throw new UserError(
    'file-unreadable',
    `${path} cannot be read: it is ${type === 'folder' ? 'a folder' : 'a device, a pipe or a socket'}.`,
    'Only files have something to show.',
  );
}

type FilePlace =
  | { readonly kind: 'ref'; readonly ref: string }
  | ({ readonly kind: 'container'; readonly container: Container; readonly bench: Bench } & Mounted)
  /** For engines that cannot be asked for the files of a container, and for what is in memory. */
  | { readonly kind: 'shell'; readonly bench: Bench };

const FOLDER = 0x80000000;
const LINK = 0x08000000;
const SPECIAL = 0x0720_0000;

/** Go's file mode to facts; the nine permission bits and setuid, setgid, sticky are kept. */
export function fileFact(stat: DirEntry | Stat): FileFact {
  const mode = stat.mode >>> 0;
  const special =
    (mode & 0x0080_0000 ? 0o4000 : 0) | (mode & 0x0040_0000 ? 0o2000 : 0) | (mode & 0x0010_0000 ? 0o1000 : 0);
  return {
    name: stat.path,
    type: mode & FOLDER ? 'folder' : mode & LINK ? 'link' : mode & SPECIAL ? 'other' : 'file',
    size: Number(stat.size),
    mode: (mode & 0o777) | special,
    uid: stat.uid,
    gid: stat.gid,
    linkTarget: mode & LINK ? stat.linkname : undefined,
    modified: Number(stat.modTime) === 0 ? undefined : Math.floor(Number(stat.modTime) / 1e6),
  };
}
