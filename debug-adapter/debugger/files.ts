/** Files of a state: read from the snapshot where there is one, from the stop's container where only that has them. */
import type { Gateway } from '../buildkit/api.js';
import type { Stat } from '../buildkit/gen/fsutil.js';
import type { Mount } from '../buildkit/gen/ops.js';
import type { FileFact, StateFiles } from './api.js';
import type { Bench } from './bench.js';
import { UserError } from './errors.js';

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
    if (ref !== undefined) return { kind: 'ref', ref, path };
    const found = await bench(signal);
    if (!gateway.capabilities.has('gateway.exec.filesystem')) {
      throw new UserError(
        'files-unsupported',
        'This engine cannot list the files of a failed step (it needs BuildKit 0.27, Docker Engine 29.2).',
        'Use :shell, or switch to the state before the step with :state initial.',
      );
    }
    return { kind: 'container', bench: found, ...mountOf(found.scene.mounts, path) };
  };
  return {
    async list(path, signal) {
      const at = await place(path, signal);
      if (at.kind === 'ref')
        return at.ref === '' ? [] : (await gateway.readDir(at.ref, path, { signal })).map(fileFact);
      const container = await at.bench.container(signal);
      return (await container.readDir(at.mount, at.path, { signal })).map(fileFact);
    },
    async read(path, range, signal) {
      const at = await place(path, signal);
      if (at.kind === 'ref') return gateway.readFile(at.ref, path, range, { signal });
      const container = await at.bench.container(signal);
      return container.readFile(at.mount, at.path, range, { signal });
    },
  };
}

type FilePlace =
  | { readonly kind: 'ref'; readonly ref: string; readonly path: string }
  | { readonly kind: 'container'; readonly bench: Bench; readonly mount: number; readonly path: string };

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
