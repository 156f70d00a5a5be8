/** The build context as the builder gets it: without what the ignore file removes. Read from this machine. */
import { open } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { bytesOf, textOf } from '../../buildkit/session/file-sync/byte-path.js';
import { createFilter } from '../../buildkit/session/file-sync/filter.js';
import { Tree, type Found } from '../../buildkit/session/file-sync/tree.js';
import { walk } from '../../buildkit/session/file-sync/walk.js';
import type { FileFact, StateFiles } from '../api.js';
import { UserError } from '../errors.js';
import { fileFact, ROOT, splitPath } from './files.js';
import { createShared } from '../common/shared.js';

type Folders = ReadonlyMap<string, readonly FileFact[]>;

/**
 * The folder is walked once, at the first question.
 *
 * @param excludes patterns as the frontend sends them
 */
export function contextFiles(root: string, excludes: readonly string[]): StateFiles {
  const walked = createShared<Folders>();
  const folders = (signal: AbortSignal): Promise<Folders> =>
    walked.get((own) => readFolders(root, excludes, own), signal);
  const stat: StateFiles['stat'] = async (path, signal) => {
    if (path === '/') return ROOT;
    const { folder, name } = splitPath(path);
    return (await folders(signal)).get(folder)?.find((file) => file.name === name);
  };
  return {
    stat,
    async list(path, signal) {
      const files = (await folders(signal)).get(path);
      if (files === undefined) throw notThere(path);
      return files;
    },
    async read(path, { offset, length }, signal) {
      if ((await stat(path, signal))?.type !== 'file') throw notThere(path);
      const file = await open(join(root, path), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
      try {
        const buffer = Buffer.alloc(length);
        const { bytesRead } = await file.read(buffer, 0, length, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}

async function readFolders(root: string, excludes: readonly string[], signal: AbortSignal): Promise<Folders> {
  const folders = new Map<string, FileFact[]>([['/', []]]);
  const filter = createFilter([], excludes.map(bytesOf));
  for await (const batch of walk(Tree.open({ root }), filter, signal)) {
    for (const found of batch) {
      const path = `/${textOf(found.stat.path)}`;
      if (found.isFolder) folders.set(path, []);
      const { folder, name } = splitPath(path);
      folders.get(folder)?.push(factOf(name, found));
    }
  }
  return folders;
}

/** Owners are not sent: everything in a context belongs to root. */
function factOf(name: string, { stat }: Found): FileFact {
  const { mode, size, modTime, link } = stat;
  const fact = { path: name, mode, size: BigInt(size), modTime, linkname: textOf(link), uid: 0, gid: 0 };
  return fileFact({ ...fact, devmajor: 0n, devminor: 0n, xattrs: {} });
}

function notThere(path: string): UserError {
  return new UserError(
    'file-not-found',
    `The build context has no ${path}.`,
    'A file that exists there and is missing here is kept out by the ignore file.',
  );
}
