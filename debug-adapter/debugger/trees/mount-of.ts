/** Which mount of a container shows a path. */
import { type Mount, MountType } from '../../buildkit/gen/ops.js';

export interface Mounted {
  readonly mount: number;
  readonly path: string;
  /** It is what is mounted, not something in it. */
  readonly isTop: boolean;
  /** The engine holds it; a file system in memory is the container's alone. */
  readonly isStored: boolean;
}

/** The mount that shows a path, and the path inside what is mounted. */
export function mountOf(mounts: readonly Mount[], path: string): Mounted {
  let best = 0;
  for (const [index, { dest }] of mounts.entries()) {
    const inside = dest === '/' || path === dest || path.startsWith(`${dest}/`);
    if (inside && dest.length >= (mounts[best]?.dest.length ?? 0)) best = index;
  }
  const { dest = '/' } = mounts[best] ?? {};
  const rest = dest === '/' ? path : path.slice(dest.length);
  const type = mounts[best]?.mountType ?? MountType.BIND;
  const isStored = type === MountType.BIND || type === MountType.CACHE;
  return { mount: best, path: rest === '' ? '/' : rest, isTop: rest === '', isStored };
}
