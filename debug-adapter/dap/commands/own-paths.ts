/** Paths of this machine, as a user writes them behind a command. */
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../../debugger/errors.js';

/** `~` is the user's own folder; relative paths start at `cwd`. Refuses what a shell takes for the folder of another user. */
export function ownPath(cwd: string, word: string): string {
  const [, user] = /^~([^/\\]+)/.exec(word) ?? [];
  if (user !== undefined)
    throw new UserError(
      'home-unknown',
      `~ is your own folder here, and that of "${user}" is not known.`,
      `Write its path in full, or ./${word} for what is called so.`,
    );
  return resolve(cwd, /^~(?:$|[/\\])/.test(word) ? join(homedir(), word.slice(1)) : word);
}

/** How a path may go on, as it was begun; folders end with `/`. Hidden names only where a dot was typed. */
export async function ownPathsFrom(cwd: string, started: string): Promise<readonly string[]> {
  const at = started.lastIndexOf('/') + 1;
  const [before, begun] = [started.slice(0, at), started.slice(at)];
  if (/^~[^/\\]/.test(before)) return [];
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
