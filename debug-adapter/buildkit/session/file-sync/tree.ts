import { type BigIntStats, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { LocalSource } from '../../api.js';
import { type BytePath, systemPath, textOf } from './byte-path.js';
import { goMode, goModeOf } from './file-mode.js';
import type { EntryStat } from './packets.js';
import { systemCode } from '../../system-code.js';

/** A name in a folder. */
export interface Child {
  readonly name: BytePath;
  readonly isFolder: boolean;
}

/** What one entry is. */
export interface Found {
  readonly stat: EntryStat;
  readonly isFolder: boolean;
  /** A plain file: there is content to read. */
  readonly isFile: boolean;
  /** Other paths lead to the same file, told by device and inode. */
  readonly linked: boolean;
  readonly device: bigint;
  readonly inode: bigint;
  /** Bytes of a folder's own record; grows with its entries. */
  readonly recordSize: number;
}

/** A folder that the engine may read. */
export class Tree {
  private constructor(readonly root: string) {}

  /** @throws an error for users when the folder is not there */
  static open(source: LocalSource): Tree {
    try {
      const root = realpathSync(source.root);
      if (statSync(root).isDirectory()) return new Tree(root);
    } catch (error) {
      if (!isMissing(error))
        throw new Error(`the folder ${source.root} cannot be read: ${reasonOf(error)}`, { cause: error });
    }
    throw new Error(`there is no folder ${source.root}`);
  }

  /** In the order of the wire. A folder of `size` that tells of very many entries is read aside. */
  async list(folder: BytePath, size: number): Promise<Child[]> {
    const path = systemPath(this.root, folder);
    const options = { withFileTypes: true, encoding: 'latin1' } as const;
    const found = size > largeFolder ? await readdir(path, options) : readdirSync(path, options);
    const children = found.map((entry): Child => ({ name: entry.name, isFolder: entry.isDirectory() }));
    return children.sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** Never follows a link; undefined when nothing is there. */
  stat(path: BytePath): Found | undefined {
    const where = systemPath(this.root, path);
    try {
      const stat = lstatSync(where, { bigint: true, throwIfNoEntry: false });
      return stat === undefined
        ? undefined
        : entryOf(path, stat, stat.isSymbolicLink() ? readlinkSync(where, 'latin1') : '');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw readError(path, error);
    }
  }
}

/** Size of a folder's own record from which on reading it takes long; about ten thousand names. */
const largeFolder = 400_000;

function entryOf(path: BytePath, stat: BigIntStats, target: BytePath): Found {
  const isFolder = stat.isDirectory();
  const device = stat.isBlockDevice() || stat.isCharacterDevice() ? Number(stat.rdev) : 0;
  const windows = process.platform === 'win32';
  return {
    isFolder,
    isFile: stat.isFile(),
    linked: stat.nlink > 1n && !isFolder && !stat.isSymbolicLink(),
    device: stat.dev,
    inode: stat.ino,
    recordSize: isFolder ? Number(stat.size) : 0,
    stat: {
      path,
      mode: goModeOf(Number(stat.mode), windows),
      size: isFolder ? 0 : Number(stat.size),
      modTime: stat.mtimeNs,
      link: windows ? target.replaceAll('\\', '/') : target,
      deviceMajor: (device >>> 8) & 0xfff,
      deviceMinor: (device & 0xff) | ((device >>> 12) & 0xfff00),
    },
  };
}

/** Links to folders are no folders here. */
export function isSymlink(found: Found): boolean {
  return (found.stat.mode & goMode.symlink) !== 0;
}

/** Nothing is at that path, or it leads through a file. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(systemCode(error));
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOENT: 'it vanished while the build read it',
  EIO: 'the disk reports an error',
  ELOOP: 'it became a link while the build read it',
  EMFILE: 'too many files are open',
};

/** An error of the file system in words that name the entry; it becomes the text of the build's error. */
export function readError(path: BytePath, error: unknown): Error {
  const code = systemCode(error);
  const advice = code === 'EACCES' || code === 'EPERM' ? '; make it readable or exclude it in .dockerignore' : '';
  return new Error(`cannot read "${textOf(path) || '.'}": ${reasonOf(error)}${advice}`, { cause: error });
}

function reasonOf(error: unknown): string {
  return reasons[systemCode(error)] ?? (error instanceof Error ? error.message : String(error));
}
