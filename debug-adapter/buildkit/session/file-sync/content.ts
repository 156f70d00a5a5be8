import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { sep } from 'node:path';
import { systemPath } from './byte-path.js';
import { type Found, readError, type Tree } from './tree.js';

/** Neither waits for the writer of a pipe nor follows a link that took the file's place. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a file at once into `target`, which has to be longer than the file.
 *
 * @returns its length, or undefined when it is as long as `target`, or longer
 */
export function readSmall(tree: Tree, file: Found, target: Uint8Array): number | undefined {
  try {
    const descriptor = openSync(systemPath(tree.root, file.stat.path), flags);
    try {
      checkPlace(tree, file, fstatSync(descriptor));
      let length = 0;
      while (length < target.length) {
        const read = readSync(descriptor, target, length, target.length - length, null);
        if (read === 0) return length;
        length += read;
        // Less than was asked for is all there is, and known from the list.
        if (length === file.stat.size && length < target.length) return length;
      }
      return undefined;
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw readError(file.stat.path, error);
  }
}

/** A file of any length, in pieces that are read ahead by one; each has `margin` free bytes in front. */
export async function* readLarge(
  tree: Tree,
  file: Found,
  piece: { readonly size: number; readonly margin: number },
): AsyncGenerator<{ readonly buffer: Buffer; readonly length: number }, void, undefined> {
  let handle: FileHandle | undefined;
  try {
    const opened = await open(systemPath(tree.root, file.stat.path), flags);
    handle = opened;
    checkPlace(tree, file, await opened.stat());
    const read = async (): Promise<{ buffer: Buffer; length: number }> => {
      const buffer = Buffer.allocUnsafe(piece.margin + piece.size);
      return { buffer, length: (await opened.read(buffer, piece.margin, piece.size, null)).bytesRead };
    };
    for (let next = read(); ; ) {
      const { buffer, length } = await next;
      if (length === 0) return;
      next = read();
      // Whoever takes no more leaves a read that nobody waits for.
      next.catch(() => undefined);
      yield { buffer, length };
    }
  } catch (error) {
    throw readError(file.stat.path, error);
  } finally {
    await handle?.close();
  }
}

/** A file that took the place of the listed one is as good if it is in the tree: no folder became a way out. */
function checkPlace(tree: Tree, file: Found, opened: { readonly ino: number; isFile(): boolean }): void {
  if (!opened.isFile()) throw new Error('it is no file any more');
  if (opened.ino === Number(file.inode)) return;
  const real = realpathSync(systemPath(tree.root, file.stat.path));
  if (!real.startsWith(tree.root.endsWith(sep) ? tree.root : tree.root + sep))
    throw new Error('it moved out of the folder');
}
