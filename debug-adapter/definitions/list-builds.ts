/** What a definition file builds, by name: what an editor offers to choose from. */
import { readFile } from 'node:fs/promises';
import { bakeTargets } from './bake/targets.js';
import { composeServices } from './compose/compose.js';
import type { DefinitionKind } from './file-names.js';

/**
 * Services that are built, or targets of a Bake file as they are written: those that a matrix makes are not among them. A record
 * is of one.
 *
 * @param path absolute
 * @throws DefinitionError for a Compose file that cannot be read
 */
export async function listBuilds(
  kind: DefinitionKind,
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  if (kind === 'record') return [];
  if (kind === 'compose') return await composeServices({ paths: [path] }, (name) => env[name]);
  return bakeTargets(await readFile(path, 'utf8'));
}
