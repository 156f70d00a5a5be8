/** From launch arguments that name a Compose or Bake file, or a build record, to what it says. */
import { dirname, resolve } from 'node:path';
import type { LaunchArguments } from '../contract.js';
import { readBake } from './bake/bake.js';
import type { Place } from './bake/buildx.js';
import { readCompose } from './compose/compose.js';
import { type Definition, DefinitionError } from './definition.js';

/** Launch arguments that name a definition. */
export type Defining = Pick<
  LaunchArguments,
  'compose' | 'service' | 'bake' | 'bakeTarget' | 'record' | 'repository' | 'dockerfile'
>;

/**
 * Reads what the launch arguments name.
 *
 * @param cwd absolute folder that relative paths start from; undefined if nothing says so
 * @throws DefinitionError with words about what is wrong
 */
export async function readDefinition(
  launch: Defining,
  cwd: { readonly given: string | undefined; readonly otherwise: string },
  place: Place,
): Promise<Definition> {
  const { compose, service, bake, bakeTarget, record, repository } = launch;
  refuseHalf(launch);
  const from = cwd.given ?? cwd.otherwise;
  if (compose !== undefined) {
    const paths = textsOf(compose).map((path) => resolve(from, path));
    return await readCompose({ paths, service, isExact: typeof compose !== 'string' }, (name) => place.env[name]);
  }
  if (record !== undefined) {
    const { readRecord } = await import('./record/record.js');
    return await readRecord({
      path: resolve(from, record),
      hasDockerfile: launch.dockerfile !== undefined,
      folder: { path: resolve(from, repository ?? '.'), isGiven: (repository ?? cwd.given) !== undefined },
    });
  }
  if (bake === undefined) throw new DefinitionError('definition-half', 'No file is named.');
  const paths = textsOf(bake).map((path) => resolve(from, path));
  // Bake's own paths start where it is run, which is nearly always where its file is.
  const start = cwd.given ?? dirname(paths[0] ?? from);
  return await readBake({ paths, target: bakeTarget, cwd: start }, place);
}

function textsOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

function refuseHalf({ compose, service, bake, bakeTarget, record, repository }: Defining): void {
  const files = { compose, bake, record };
  const given = Object.entries(files).flatMap(([name, value]) => (value === undefined ? [] : `"${name}"`));
  if (given.length > 1)
    throw new DefinitionError('definition-twice', `Both ${given.join(' and ')} are given.`, 'A build comes from one.');
  if (service !== undefined && compose === undefined)
    throw new DefinitionError(
      'definition-half',
      '"service" names a service of no file.',
      'For example: "compose": "compose.yaml"',
    );
  if (bakeTarget !== undefined && bake === undefined)
    throw new DefinitionError(
      'definition-half',
      '"bakeTarget" names a target of no file.',
      'For example: "bake": "docker-bake.hcl"',
    );
  if (repository !== undefined && record === undefined)
    throw new DefinitionError(
      'definition-half',
      '"repository" is where the files of a "record" are, and there is none.',
      'The folder of any other build is "context".',
    );
}
