import { cleanPath, parentOf } from '../../../patterns/clean-path.js';
import { matchName, PatternError } from '../../../patterns/glob.js';
import { type BytePath, joinBytes, patternText } from './byte-path.js';
import { isMissing, isSymlink, type Tree } from './tree.js';

/**
 * The paths that must be sent so that the given ones can be read: themselves and what their links lead to, with links
 * kept inside the root. Undefined when that is the whole tree.
 */
export async function followLinks(tree: Tree, paths: readonly BytePath[]): Promise<BytePath[] | undefined> {
  const resolved = new Set<BytePath>();
  for (const path of paths) await follow(tree, path, resolved);
  return withoutCovered([...resolved].sort((left, right) => (left < right ? -1 : 1)));
}

/** Leaves out what lies below the entry before it; undefined when the root is among them. */
export function withoutCovered(paths: readonly BytePath[]): BytePath[] | undefined {
  const kept: BytePath[] = [];
  let last = '';
  for (const path of paths) {
    if (path === '.') return undefined;
    if (path.startsWith(`${last}/`)) continue;
    kept.push(path);
    last = path;
  }
  return kept;
}

async function follow(tree: Tree, path: BytePath, resolved: Set<BytePath>): Promise<void> {
  const parts = cleanPath(`./${path}`).split('/');
  let current = '';
  for (const [index, part] of parts.entries()) {
    current = joinBytes(current, part);
    const last = index === parts.length - 1;
    const targets = part === '..' || part === '.' ? undefined : await targetsOf(tree, current);
    if ((last || targets !== undefined) && resolved.has(current)) return;
    if (targets !== undefined) {
      resolved.add(current);
      const rest = parts.slice(index + 1).join('/');
      for (const target of targets) await follow(tree, `${target}/${rest}`, resolved);
      return;
    }
    if (last) resolved.add(current);
  }
}

/** Where the links at that path lead, from the root; undefined when no link is there. */
async function targetsOf(tree: Tree, path: BytePath): Promise<BytePath[] | undefined> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (!hasWildcard(name)) return linkAt(tree, path);
  const parent = parentOf(path);
  const folder = parent === '.' ? '' : parent;
  const targets: BytePath[] = [];
  for (const child of await namesIn(tree, folder)) {
    if (fits(name, child)) targets.push(...(linkAt(tree, joinBytes(folder, child)) ?? []));
  }
  return targets.length > 0 ? targets : undefined;
}

async function namesIn(tree: Tree, folder: BytePath): Promise<BytePath[]> {
  // A link to a folder lists nothing: links were followed on the way here.
  if (folder !== '' && tree.stat(folder)?.isFolder !== true) return [];
  try {
    return (await tree.list(folder, 0)).map((child) => child.name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function linkAt(tree: Tree, path: BytePath): BytePath[] | undefined {
  const found = tree.stat(path);
  if (found === undefined || !isSymlink(found)) return undefined;
  const { link } = found.stat;
  return [link.startsWith('/') ? cleanPath(link) : cleanPath(`/${parentOf(path)}/${link}`)];
}

function hasWildcard(name: BytePath): boolean {
  return (process.platform === 'win32' ? /[*?[]/ : /^(?:[^\\]|\\.)*?[*?[]/s).test(name);
}

function fits(pattern: BytePath, name: BytePath): boolean {
  try {
    return matchName(patternText(pattern), patternText(name));
  } catch (error) {
    if (error instanceof PatternError) return false;
    throw error;
  }
}
