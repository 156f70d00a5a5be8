/** Which files make a project: those that are named, or those that `docker compose` would find. */
import { access, readdir, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { DefinitionError, type Variables } from '../definition.js';
import { kindOfName } from '../file-names.js';
import { placed } from '../placed.js';
import { withFiles } from './env-file.js';

/** What was asked for. */
export interface Named {
  /** Absolute; a folder stands for what `docker compose` would find there. */
  readonly paths: readonly string[];
  /** No file is added to them, as none is to those of `docker compose -f`. */
  readonly isExact?: boolean;
}

/** In the order in which `docker compose` looks for them. */
const usual = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const overrides = ['compose', 'docker-compose'].flatMap((stem) => [`${stem}.override.yml`, `${stem}.override.yaml`]);

/** Absolute paths, in the order in which later ones add to earlier ones; or words about what is not there. */
export async function findFiles({ paths, isExact = false }: Named, environment: Variables): Promise<readonly string[]> {
  const [first, ...others] = paths;
  if (first === undefined || others.length > 0 || isExact)
    return (await Promise.all(paths.map(async (path) => ((await isFolder(path)) ? inFolder(path) : [path])))).flat();
  if (!(await isFolder(first))) return await withOverride(first);
  const variables = await withFiles(environment, [join(first, '.env')], true);
  const named = variables('COMPOSE_FILE') ?? '';
  if (named === '') return await inFolder(first);
  const separator = variables('COMPOSE_PATH_SEPARATOR') ?? '';
  return named.split(separator === '' ? delimiter : separator).map((path) => placed(first, path));
}

/** In it or in the nearest folder above that has one. */
async function inFolder(folder: string): Promise<readonly string[]> {
  for (let at = folder, below = ''; at !== below; below = at, at = dirname(at)) {
    const found = await firstOf(at, usual);
    if (found !== undefined) return await withOverride(found);
  }
  const hint = await othersIn(folder);
  throw new DefinitionError('compose-missing', `There is no Compose file in ${folder}, nor above it.`, hint);
}

/** A file of a usual name brings the override file beside it. */
async function withOverride(path: string): Promise<readonly string[]> {
  const override = usual.includes(basename(path)) ? await firstOf(dirname(path), overrides) : undefined;
  return override === undefined ? [path] : [path, override];
}

async function firstOf(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const path = join(folder, name);
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** For whoever has looked in vain: which Compose files a folder has. */
export async function othersIn(folder: string): Promise<string> {
  const names = await readdir(folder).catch((): string[] => []);
  const found = names.filter((name) => kindOfName(name) === 'compose');
  return found.length === 0
    ? `Usual names are ${usual.join(', ')}; others can be named.`
    : `${folder} has ${found.join(', ')}.`;
}
