/** The files of a Compose project: found, read, with what they include. */
import { dirname, join } from 'node:path';
import { DefinitionError, type Variables } from '../definition.js';
import { type ComposeDocument, readDocument } from './document.js';
import { withFiles } from './env-file.js';
import { placed } from '../placed.js';
import { listOf, recordOf, textOf, textsOf } from '../fields.js';
import { interpolate } from './interpolate.js';

/** A file of the project, in the order in which later ones add to earlier ones. */
export interface ProjectFile {
  readonly document: ComposeDocument;
  /** Absolute; relative paths of the file start there. */
  readonly folder: string;
  readonly variables: Variables;
}

/** Files that are included by files that are included …: a circle would have no end. */
const deepest = 20;

/**
 * Reads the files of a project.
 *
 * @param paths absolute, one at least, in the order in which later ones add to earlier ones
 */
export async function readProject(paths: readonly string[], environment: Variables): Promise<readonly ProjectFile[]> {
  const folder = dirname(paths[0] ?? '');
  const named = (environment('COMPOSE_ENV_FILES') ?? '').split(',').filter((path) => path.trim() !== '');
  const envFiles = named.length === 0 ? undefined : named.map((path) => placed(folder, path.trim()));
  return await readFiles(paths, folder, environment, deepest, envFiles);
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
