import { setImmediate } from 'node:timers/promises';
import { monotonicMs } from '../../clock.js';
import { type BytePath, joinBytes } from './byte-path.js';
import type { Filter, FolderFilter } from './filter.js';
import { type Child, type Found, isMissing, readError, type Tree } from './tree.js';
import { systemCode } from '../../system-code.js';

interface OpenFolder {
  readonly path: BytePath;
  readonly state: FolderFilter | undefined;
  readonly children: readonly Child[];
  next: number;
  /** Still to be sent before anything in it. */
  pending: Found | undefined;
}

/** Longest time without a look at the event loop: health checks and cancellation wait for it. */
const sliceMs = 10;

/**
 * All wanted entries, folders before what is in them, siblings in the order of their bytes. The file system is asked
 * synchronously, which is several times faster than through Node's threads, in slices that leave the event loop free.
 */
export async function* walk(tree: Tree, filter: Filter, signal: AbortSignal): AsyncGenerator<Found[], void, undefined> {
  const first = new Map<string, BytePath>();
  const stack: OpenFolder[] = [await openFolder(tree, '', Number.POSITIVE_INFINITY, undefined)];
  let batch: Found[] = [];
  let end = monotonicMs() + sliceMs;
  for (let folder = stack.at(-1); folder !== undefined; folder = stack.at(-1)) {
    const child = folder.children[folder.next++];
    if (child === undefined) {
      stack.pop();
      continue;
    }
    const path = joinBytes(folder.path, child.name);
    const { wanted, enter, state } = filter.check(path, child.isFolder, folder.state);
    const found = wanted || enter ? tree.stat(path) : undefined;
    if (found !== undefined) {
      if (wanted) {
        for (const open of stack) batch.push(...takePending(open));
        batch.push(withHardLink(found, first));
      }
      if (enter && found.isFolder) stack.push(await enterFolder(tree, path, found, state, wanted));
    }
    if (monotonicMs() < end) continue;
    yield batch;
    batch = [];
    await setImmediate();
    signal.throwIfAborted();
    end = monotonicMs() + sliceMs;
  }
  yield batch;
}

function takePending(folder: OpenFolder): Found[] {
  const { pending } = folder;
  folder.pending = undefined;
  return pending === undefined ? [] : [pending];
}

async function openFolder(
  tree: Tree,
  path: BytePath,
  size: number,
  state: FolderFilter | undefined,
): Promise<OpenFolder> {
  return { path, state, children: await tree.list(path, size), next: 0, pending: undefined };
}

async function enterFolder(
  tree: Tree,
  path: BytePath,
  found: Found,
  state: FolderFilter,
  wanted: boolean,
): Promise<OpenFolder> {
  try {
    return { ...(await openFolder(tree, path, found.recordSize, state)), pending: wanted ? undefined : found };
  } catch (error) {
    // It may have gone meanwhile; and nobody misses an unreadable folder that is excluded.
    if (!isMissing(error) && (wanted || !isDenied(error))) throw readError(path, error);
    return { path, state, children: [], next: 0, pending: undefined };
  }
}

function isDenied(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes(systemCode(error));
}

/** Further names of a file that was sent refer to the first. */
function withHardLink(found: Found, first: Map<string, BytePath>): Found {
  if (!found.linked) return found;
  const identity = `${found.device}:${found.inode}`;
  const known = first.get(identity);
  if (known !== undefined) return { ...found, stat: { ...found.stat, link: known } };
  first.set(identity, found.stat.path);
  return found;
}
