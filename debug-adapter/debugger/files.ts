/** Files of a state: read from the snapshot where there is one, from the stop's container where only that has them. */
import type { Container, Gateway } from '../buildkit/api.js';
import type { Stat } from '../buildkit/gen/fsutil.js';
import type { Mount } from '../buildkit/gen/ops.js';
import type { FileFact, StateFiles } from './api.js';
import type { Bench } from './bench.js';
import { OWN_NAMES } from './own-folder.js';
import { listByShell, readByShell } from './shell-files.js';

export interface FilesInput {
  readonly gateway: Gateway;
  /** Ref id of the root when the state is a snapshot; undefined when only a container shows it. */
  readonly root: (signal: AbortSignal) => Promise<string | undefined>;
  readonly bench: (signal: AbortSignal) => Promise<Bench>;
}

/** Paths are absolute and `/`-separated. */
export function createFiles({ gateway, root, bench }: FilesInput): StateFiles {
  const place = async (path: string, signal: AbortSignal): Promise<FilePlace> => {
    const ref = await root(signal);
    if (ref !== undefined) return { kind: 'ref', ref };
    const found = await bench(signal);
    if (!gateway.capabilities.has('gateway.exec.filesystem')) return { kind: 'shell', bench: found };
    const container = await found.container(signal);
    return { kind: 'container', container, ...mountOf(found.scene.mounts, path) };
  };
  const list = async (path: string, signal: AbortSignal): Promise<readonly FileFact[]> => {
    const at = await place(path, signal);
    switch (at.kind) {
      case 'ref':
        return at.ref === '' ? [] : (await gateway.readDir(at.ref, path, { signal })).map(fileFact);
      case 'container':
        return (await at.container.readDir(at.mount, at.path, { signal })).map(fileFact);
      case 'shell':
        return listByShell(at.bench, path, signal);
    }
  };
  return {
    async list(path, signal) {
      const files = await list(path, signal);
      return path === '/' ? files.filter(({ name }) => !OWN_NAMES.has(name)) : files;
    },
    async read(path, range, signal) {
      const at = await place(path, signal);
      switch (at.kind) {
        case 'ref':
          return gateway.readFile(at.ref, path, range, { signal });
        case 'container':
          return at.container.readFile(at.mount, at.path, range, { signal });
        case 'shell':
          return readByShell(at.bench, path, range, signal);
      }
    },
  };
}

type FilePlace =
  | { readonly kind: 'ref'; readonly ref: string }
  | { readonly kind: 'container'; readonly container: Container; readonly mount: number; readonly path: string }
  /** For engines that cannot be asked for the files of a container. */
  | { readonly kind: 'shell'; readonly bench: Bench };

/** The mount that shows a path, and the path inside its source. */
function mountOf(mounts: readonly Mount[], path: string): { readonly mount: number; readonly path: string } {
  let best = 0;
  for (const [index, { dest }] of mounts.entries()) {
    const inside = dest === '/' || path === dest || path.startsWith(`${dest}/`);
    if (inside && dest.length >= (mounts[best]?.dest.length ?? 0)) best = index;
  }
  const { dest = '/', selector = '' } = mounts[best] ?? {};
  const rest = dest === '/' ? path : path.slice(dest.length);
  const joined = `${selector}/${rest}`.replace(/\/+/g, '/');
  return { mount: best, path: joined.startsWith('/') ? joined : `/${joined}` };
}

const FOLDER = 0x80000000;
const LINK = 0x08000000;
const SPECIAL = 0x0720_0000;

/** Go's file mode to facts; the nine permission bits and setuid, setgid, sticky are kept. */
export function fileFact(stat: Stat): FileFact {
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
    linkTarget: stat.linkname === '' ? undefined : stat.linkname,
    modified: stat.modTime === 0n ? undefined : Number(stat.modTime / 1_000_000n),
  };
}
