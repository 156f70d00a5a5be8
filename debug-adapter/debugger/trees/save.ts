/** Copies a file or folder of a file system to this machine. */
import type { Stats } from 'node:fs';
import { lstat, mkdir, open, rm, symlink, chmod, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolders } from '../../buildkit/make-folders.js';
import type { FileFact, StateFiles } from '../api.js';
import { UserError } from '../errors.js';
import { withoutLinks } from '../common/links.js';
import { inParallel, walkFiles, type PlacedFile } from './walk-files.js';

/** So much of a file is held at once. */
const PIECE = 4 * 1024 * 1024;

export interface SaveRequest {
  readonly files: StateFiles;
  /** Absolute. */
  readonly path: string;
  /** Absolute path on this machine; its folder is made. */
  readonly to: string;
  /** Replaces files that are there; of folders that are there, what is not replaced stays. */
  readonly overwrite: boolean;
}

export interface Saved {
  readonly files: number;
  readonly bytes: number;
  /** Paths that are neither file, folder nor link, or that could not be read. */
  readonly skipped: readonly string[];
}

/**
 * Content, permissions and times are kept, owners are not. Links in a folder stay links; what is asked for by a link is
 * what it leads to. What was written stays there when it is
 * aborted or fails half-way. Throws words when this machine does not let it be written.
 */
export async function save(request: SaveRequest, signal: AbortSignal): Promise<Saved> {
  try {
    return await saveAll(request, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const { path, to } = request;
    throw new UserError('save-failed', `${path} was not saved to ${to}: ${error.message}.`, 'Name another place.');
  }
}

/** Where a link leads to; itself when that is nowhere. */
async function followed(files: StateFiles, path: string, signal: AbortSignal): Promise<string> {
  if ((await files.stat(path, signal))?.type !== 'link') return path;
  const real = await withoutLinks(path, async (at) => (await files.stat(at, signal))?.linkTarget);
  return (await files.stat(real, signal)) === undefined ? path : real;
}

async function saveAll({ files, path: asked, to, overwrite }: SaveRequest, signal: AbortSignal): Promise<Saved> {
  const path = await followed(files, asked, signal);
  const file = await files.stat(path, signal);
  if (file === undefined)
    throw new UserError('file-not-found', `There is no ${path} in this state.`, 'Look at the folder above it.');
  if (!overwrite && (await thereIs(to)) !== undefined)
    throw new UserError('file-exists', `${to} is there already.`, 'Name another place, or replace it with --force.');
  makeFolders(dirname(to));
  const saving = new Saving(files, overwrite, signal);
  await saving.one({ path, file }, to);
  if (file.type !== 'folder') return saving.sum();
  for await (const level of walkFiles(files, path, signal)) {
    await inParallel(level, (placed) => saving.one(placed, join(to, ...inside(path, placed.path))));
  }
  await saving.closeFolders();
  return saving.sum();
}

async function thereIs(path: string): Promise<Stats | undefined> {
  return lstat(path).catch(() => undefined);
}

/** Names below a folder; each is one name on this machine too, whatever it holds. */
function inside(folder: string, path: string): readonly string[] {
  const names = path.slice(folder === '/' ? 1 : folder.length + 1).split('/');
  return names.map((name) => {
    if (name === '..' || name === '.' || name === '' || basename(name) !== name)
      throw new UserError('file-name', `${path} cannot be saved here: "${name}" is no name of a file on this machine.`);
    return name;
  });
}

class Saving {
  readonly #files: StateFiles;
  readonly #overwrite: boolean;
  readonly #signal: AbortSignal;
  readonly #folders: { readonly to: string; readonly file: FileFact }[] = [];
  readonly #skipped: string[] = [];
  #count = 0;
  #bytes = 0;

  constructor(files: StateFiles, overwrite: boolean, signal: AbortSignal) {
    this.#files = files;
    this.#overwrite = overwrite;
    this.#signal = signal;
  }

  async one({ path, file }: PlacedFile, to: string): Promise<void> {
    const keepsFolder = this.#overwrite && file.type !== 'other' && (await this.#makeRoom(path, file, to));
    switch (file.type) {
      case 'folder':
        if (keepsFolder) return;
        await mkdir(to);
        this.#folders.push({ to, file });
        return;
      case 'link':
        await symlink(file.linkTarget ?? '', to);
        this.#count++;
        return;
      case 'file':
        await this.#content(path, file, to);
        return;
      case 'other':
        this.#skipped.push(path);
    }
  }

  /** What is there goes, but never a folder with what somebody has in it; true when the folder can be used. */
  async #makeRoom(path: string, file: FileFact, to: string): Promise<boolean> {
    const there = await thereIs(to);
    if (there?.isDirectory() === true) {
      if (file.type === 'folder') return true;
      const hint = 'Name another place, or delete the folder first.';
      throw new UserError('folder-there', `${to} is a folder: the ${file.type} ${path} does not replace it.`, hint);
    }
    if (there !== undefined) await rm(to);
    return false;
  }

  /** Only now: a folder that may not be written could not have been filled, and filling it changes its time. */
  async closeFolders(): Promise<void> {
    for (const { to, file } of this.#folders.reverse()) await keepFacts(to, file);
  }

  sum(): Saved {
    return { files: this.#count, bytes: this.#bytes, skipped: this.#skipped };
  }

  async #content(path: string, file: FileFact, to: string): Promise<void> {
    // Never through a link that something else has put there meanwhile.
    const target = await open(to, 'wx', 0o600);
    try {
      for (let offset = 0; offset < file.size; ) {
        const piece = await this.#files.read(path, { offset, length: PIECE }, this.#signal);
        if (piece.length === 0) break;
        await target.write(piece);
        offset += piece.length;
        this.#bytes += piece.length;
      }
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!(error instanceof UserError)) throw error;
      this.#skipped.push(path);
      return;
    } finally {
      await target.close();
    }
    await keepFacts(to, file);
    this.#count++;
  }
}

/** What the state has of permissions, for its owner here at least to be read; and the time. */
async function keepFacts(to: string, { type, mode, modified }: FileFact): Promise<void> {
  await chmod(to, (mode & 0o777) | (type === 'folder' ? 0o700 : 0o600));
  if (modified !== undefined) await utimes(to, modified / 1000, modified / 1000);
}
