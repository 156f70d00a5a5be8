/** Paths of this machine, as a user writes them behind a command. */
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** `~` is the user's own folder; relative paths start at `cwd`. */
export function ownPath(cwd: string, word: string): string {
  return resolve(cwd, word === '~' || word.startsWith('~/') ? join(homedir(), word.slice(1)) : word);
}

/** How a path may go on, as it was begun; folders end with `/`. Hidden names only where a dot was typed. */
export async function ownPathsFrom(cwd: string, started: string): Promise<readonly string[]> {
  const at = started.lastIndexOf('/') + 1;
  const [before, begun] = [started.slice(0, at), started.slice(at)];
  const folder = ownPath(cwd, before === '' ? '.' : before);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const wanted = entries.filter(({ name }) => name.startsWith(begun) && (begun !== '' || !name.startsWith('.')));
  const names = wanted.map(async (entry) => {
    const isFolder = entry.isSymbolicLink() ? await isFolderAt(join(folder, entry.name)) : entry.isDirectory();
    return `${before}${entry.name}${isFolder ? '/' : ''}`;
  });
  return (await Promise.all(names)).sort();
}

async function isFolderAt(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
