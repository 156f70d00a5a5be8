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

/** Buffers that go round: read into, sent, read into again. Fresh ones for every piece keep the garbage collector busy. */
export class BufferRing {
  private readonly free: Buffer[];
  private waiting: ((buffer: Buffer) => void)[] = [];

  constructor(count: number, size: number) {
    this.free = Array.from({ length: count }, () => Buffer.allocUnsafeSlow(size));
  }

  async take(): Promise<Buffer> {
    return this.free.pop() ?? (await new Promise<Buffer>((resolve) => this.waiting.push(resolve)));
  }

  giveBack(buffer: Buffer): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free.push(buffer);
    else next(buffer);
  }
}

/** What was read, behind the margin; the buffer belongs to whoever gets it. */
export interface Piece {
  readonly buffer: Buffer;
  readonly length: number;
}

/** A file of any length, in pieces that are read ahead by one and leave `margin` bytes in front. */
export async function* readLarge(
  tree: Tree,
  file: Found,
  ring: BufferRing,
  margin: number,
): AsyncGenerator<Piece, void, undefined> {
  let handle: FileHandle | undefined;
  let ahead: Promise<Piece> | undefined;
  try {
    const opened = await open(systemPath(tree.root, file.stat.path), flags);
    handle = opened;
    checkPlace(tree, file, await opened.stat());
    const read = async (): Promise<Piece> => {
      const buffer = await ring.take();
      return { buffer, length: (await opened.read(buffer, margin, buffer.length - margin, null)).bytesRead };
    };
    ahead = read();
    for (;;) {
      const piece = await ahead;
      if (piece.length === 0) return ring.giveBack(piece.buffer);
      ahead = read();
      // Whoever takes no more leaves a read that nobody waits for.
      ahead.catch(() => undefined);
      yield piece;
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
