/** Variables of a script that hold secrets of its RUN: their values are shown nowhere. */
import { MountType } from '../../buildkit/gen/ops.js';
import type { Scene } from '../containers/scene.js';

/** Shown in their place. */
const HELD = '(holds a secret)';
/** Shorter values are in all kinds of texts. */
const SHORTEST = 4;

/** Paths of files with secrets. */
export function secretFiles({ mounts }: Pick<Scene, 'mounts'>): readonly string[] {
  return mounts.filter(({ mountType }) => mountType === MountType.SECRET).map(({ dest }) => dest);
}

/**
 * The variables without values of secrets.
 *
 * @param held values of variables that are secrets themselves, by name
 * @param files what files with secrets hold
 */
export function withoutSecrets(
  variables: ReadonlyMap<string, string>,
  held: ReadonlyMap<string, string | undefined>,
  files: readonly string[],
): ReadonlyMap<string, string> {
  const values = [...held.values(), ...files].flatMap((value) => value?.trim() ?? []);
  const secrets = values.filter((value) => value.length >= SHORTEST);
  const holds = (name: string, value: string): boolean =>
    held.has(name) || secrets.some((secret) => value.includes(secret));
  return new Map([...variables].map(([name, value]) => [name, holds(name, value) ? HELD : value]));
}
