/** Where a file is that a COPY did not find: another spelling, another folder, outside of the build context. */
import { access, opendir, readdir } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { nearest } from '../../dockerfile/locate.js';

/** So many entries of a context are looked at. */
const LOOKED_AT = 20_000;
/** So many places are named. */
const NAMED = 3;

export interface Elsewhere {
  /** What to do about it. */
  readonly hint: string;
  /** The path that was meant, when there is one and it can be copied. */
  readonly path: string | undefined;
}

/** Looks on this machine only. */
export async function findElsewhere(root: string, path: string, dockerfile: string): Promise<Elsewhere> {
  const inside = await findInside(root, path);
  if (inside !== undefined) return inside;
  for (const folder of new Set([dirname(dockerfile), dirname(root)])) {
    if (folder === root || !(await exists(join(folder, path)))) continue;
    const context = relative(dirname(dockerfile), folder) || '.';
    const hint = `It is in ${folder}: the build context is ${root}. Is "context": "${context}" the right one?`;
    return { hint, path: undefined };
  }
  return { hint: 'Paths are relative to the root of the build context.', path: undefined };
}

/** By another spelling, or in another folder. */
export async function findInside(root: string, path: string): Promise<Elsewhere | undefined> {
  const near = await nearName(root, path);
  if (near !== undefined) return { hint: `Did you mean ${near}?`, path: near };
  const same = await sameName(root, basename(path));
  const [only] = same;
  if (only === undefined) return undefined;
  return { hint: `There is: ${same.join(', ')}.`, path: same.length === 1 ? only : undefined };
}

/** Whether something is there. */
export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** A name in the folder where the path stops existing that looks like the one asked for; other case counts first. */
async function nearName(root: string, path: string): Promise<string | undefined> {
  const parts = path.split('/').filter((part) => part !== '');
  for (let depth = 0; depth < parts.length; depth++) {
    const folder = parts.slice(0, depth).join('/');
    const name = parts[depth] ?? '';
    if (await exists(join(root, folder, name))) continue;
    const names = await readdir(join(root, folder)).catch((): string[] => []);
    const found = names.find((each) => each.toLowerCase() === name.toLowerCase()) ?? nearest(name, names);
    if (found === undefined) return undefined;
    const whole = [...parts.slice(0, depth), found, ...parts.slice(depth + 1)].join('/');
    return (await exists(join(root, whole))) ? whole : undefined;
  }
  return undefined;
}

/** Paths below the root with that name, the shortest first; what is only there to be ignored is left out. */
async function sameName(root: string, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  const open = [''];
  let seen = 0;
  for (let folder = open.shift(); folder !== undefined && seen < LOOKED_AT; folder = open.shift()) {
    const entries = await opendir(join(root, folder)).catch(() => undefined);
    if (entries === undefined) continue;
    for await (const entry of entries) {
      seen++;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.name === name) found.push(path);
      if (entry.isDirectory() && entry.name !== '.git' && entry.name !== 'node_modules') open.push(path);
    }
  }
  return found.sort((a, b) => a.length - b.length).slice(0, NAMED);
}
