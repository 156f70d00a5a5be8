/** The files of a Compose project: found, read, with what they include. */
import { readFile } from 'node:fs/promises';
import { access } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DefinitionError, type Variables } from '../definition.js';
import { type ComposeDocument, readDocument } from './document.js';
import { parseEnvFile } from './env-file.js';
import { placed } from '../placed.js';
import { listOf, recordOf, textOf, textsOf } from './fields.js';
import { interpolate } from './interpolate.js';

/** A file of the project, in the order in which later ones add to earlier ones. */
export interface ProjectFile {
  readonly document: ComposeDocument;
  /** Absolute; relative paths of the file start there. */
  readonly folder: string;
  readonly variables: Variables;
}

/** Names that `docker compose` looks for, the first that there is. */
export const usualNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** Files that are included by files that are included …: a circle would have no end. */
const deepest = 20;

/**
 * Reads the files of a project. One file with a usual name, alone, brings the override file beside it, as it does for
 * `docker compose`.
 *
 * @param paths absolute, one at least
 */
export async function readProject(paths: readonly string[], environment: Variables): Promise<readonly ProjectFile[]> {
  const all = paths.length === 1 ? [...paths, ...(await overridesOf(paths[0] ?? ''))] : paths;
  return await readFiles(all, dirname(all[0] ?? ''), environment, deepest);
}

async function readFiles(
  paths: readonly string[],
  folder: string,
  environment: Variables,
  depth: number,
  envFiles?: readonly string[],
): Promise<readonly ProjectFile[]> {
  const variables = await withFiles(environment, envFiles ?? [join(folder, '.env')], envFiles === undefined);
  const documents = await Promise.all(paths.map(readDocument));
  const included: ProjectFile[] = [];
  for (const document of documents)
    for (const entry of listOf(document.content['include']))
      included.push(...(await include(entry, { document, folder, variables }, depth)));
  return [...included, ...documents.map((document) => ({ document, folder, variables }))];
}

/** `include`: a path, or an object with paths, a folder and files of variables. */
async function include(entry: unknown, from: ProjectFile, depth: number): Promise<readonly ProjectFile[]> {
  const { document, folder, variables } = from;
  const fail = (what: string): never => {
    throw new DefinitionError('compose-include', `${document.path}: ${what}`, '', {
      path: document.path,
      line: document.lineOf(['include']),
    });
  };
  if (depth === 0) return fail('files include each other in a circle.');
  const fill = (text: string): string => interpolate(text, { variables, onUnset: () => undefined, fail });
  const record = recordOf(entry) ?? { path: entry };
  const paths = textsOf(record['path']).map((path) => placed(folder, fill(path)));
  const [first] = paths;
  if (first === undefined) return fail('an entry of include names no path.');
  if (/^(?:oci|https?|git|ssh):/.test(textsOf(record['path'])[0] ?? ''))
    return fail('only files of this machine can be included here.');
  const own = textOf(record['project_directory']);
  const envFiles =
    record['env_file'] === undefined
      ? undefined
      : textsOf(record['env_file']).map((path) => placed(folder, fill(path)));
  return await readFiles(
    paths,
    own === undefined ? dirname(first) : placed(folder, fill(own)),
    variables,
    depth - 1,
    envFiles,
  );
}

/** What is set in the environment wins over what a file says, a later file over an earlier one. */
async function withFiles(environment: Variables, paths: readonly string[], mayLack: boolean): Promise<Variables> {
  const found = new Map<string, string>();
  const variables: Variables = (name) => environment(name) ?? found.get(name);
  for (const path of paths)
    for (const [name, value] of await readVariables(path, variables, mayLack)) found.set(name, value);
  return variables;
}

async function readVariables(path: string, around: Variables, mayLack: boolean): Promise<ReadonlyMap<string, string>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing && mayLack) return new Map();
    const why = error instanceof Error ? error.message : String(error);
    throw new DefinitionError('compose-env-file', `The variables of ${path} cannot be read: ${why}`, '', undefined, {
      cause: error,
    });
  }
  return parseEnvFile(text, path, around);
}

async function overridesOf(path: string): Promise<readonly string[]> {
  const name = basename(path);
  if (!usualNames.includes(name)) return [];
  const stem = name.startsWith('docker-') ? 'docker-compose' : 'compose';
  const candidates = ['yaml', 'yml'].map((end) => join(dirname(path), `${stem}.override.${end}`));
  for (const candidate of candidates) if (await isThere(candidate)) return [candidate];
  return [];
}

/** The file that `docker compose` would take in a folder. */
export async function usualFile(folder: string): Promise<string | undefined> {
  for (const name of usualNames) if (await isThere(join(folder, name))) return join(folder, name);
  return undefined;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    // Whatever keeps it from being read: there is nothing to add.
    return false;
  }
}
