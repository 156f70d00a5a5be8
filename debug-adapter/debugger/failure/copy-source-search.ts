/** Where in a stage or an image a file is that COPY --from did not find: another spelling, its WORKDIR, another folder. */
import { nearest } from '../../patterns/nearest.js';
import type { CopySource } from './copy-source.js';
import { joinPath } from '../trees/files.js';
import { inParallel, isOfImage } from '../trees/walk-files.js';

export interface FoundInSource {
  /** What to do about it. */
  readonly hint: string;
  /** The path that was meant, when there is one. */
  readonly path: string | undefined;
}

/** So many folders are looked into, for so many milliseconds: a failure is not to be held up. */
const FOLDERS = 300;
const LONGEST = 1500;
/** So many places are named. */
const NAMED = 3;

type Looking = Pick<CopySource, 'title' | 'tree' | 'workdir' | 'isContext' | 'list'>;

/** @param missing absolute */
export async function findInSource(source: Looking, missing: string): Promise<FoundInSource> {
  const signal = AbortSignal.timeout(LONGEST);
  const { title, tree, workdir, isContext } = source;
  // Paths of a context are written from its root on.
  const shown = (path: string): string => (isContext ? path.slice(1) : path);
  const name = missing.split('/').at(-1) ?? missing;
  const list: Looking['list'] = async (folder) => source.list(folder, signal).catch(() => []);
  const look = { ...source, list };
  const below = workdir === '/' ? undefined : joinPath(workdir, missing.slice(1));
  if (below !== undefined && (await isThere(look, below, signal)))
    return { hint: `There is ${below}: paths of --from begin at the root, not at the WORKDIR.`, path: below };
  const near = await nearPath(look, missing, signal);
  if (near !== undefined) return { hint: `Did you mean ${shown(near)}?`, path: near };
  const { found, all } = await sameName(look, name, signal);
  const [only] = found;
  if (only !== undefined)
    return { hint: `There is: ${found.map(shown).join(', ')}.`, path: found.length === 1 && all ? only : undefined };
  if (all) return { hint: `Nothing in ${title} is called ${name}.`, path: undefined };
  const later = tree === undefined ? '' : ` At a stop, ":find ${name} --in=${tree}" looks through all of it.`;
  return { hint: `The folders near its root have no ${name}.${later}`, path: undefined };
}

/** A name where the path stops existing that looks like the one asked for; other case counts first. */
async function nearPath(source: Looking, path: string, signal: AbortSignal): Promise<string | undefined> {
  const parts = path.split('/').filter((part) => part !== '');
  let folder = '/';
  for (const [depth, part] of parts.entries()) {
    const names = (await source.list(folder, signal)).map(({ name }) => name);
    if (names.includes(part)) {
      folder = joinPath(folder, part);
      continue;
    }
    const found = names.find((name) => name.toLowerCase() === part.toLowerCase()) ?? nearest(part, names);
    if (found === undefined) return undefined;
    const whole = [joinPath(folder, found), ...parts.slice(depth + 1)].join('/');
    return depth === parts.length - 1 || (await isThere(source, whole, signal)) ? whole : undefined;
  }
  return undefined;
}

async function isThere(source: Looking, path: string, signal: AbortSignal): Promise<boolean> {
  const end = path.lastIndexOf('/');
  const files = await source.list(path.slice(0, end) || '/', signal);
  return files.some(({ name }) => name === path.slice(end + 1));
}

/** Paths that end in that name, the shortest first; `all` when every folder was looked into. */
async function sameName(
  source: Looking,
  wanted: string,
  signal: AbortSignal,
): Promise<{ readonly found: readonly string[]; readonly all: boolean }> {
  const found: string[] = [];
  let level = ['/'];
  let left = FOLDERS;
  while (level.length > 0 && left > 0 && found.length < NAMED && !signal.aborted) {
    const some = level.slice(0, left);
    left -= level.length;
    const lists = await inParallel(some, async (folder) =>
      (await source.list(folder, signal)).map(({ name, type }) => ({ name, type, path: joinPath(folder, name) })),
    );
    const files = lists.flat();
    found.push(...files.filter(({ name }) => name === wanted).map(({ path }) => path));
    level = files.filter(({ type, path }) => type === 'folder' && isOfImage(path)).map(({ path }) => path);
  }
  return { found: found.slice(0, NAMED), all: level.length === 0 && left >= 0 && !signal.aborted };
}
