/** What a definition file builds, by name: what an editor offers to choose from. */
import { readFile } from 'node:fs/promises';
import { composeServices } from './compose/compose.js';
import type { DefinitionKind } from './file-names.js';

/**
 * Services that are built, or targets of a Bake file as they are written: those that a matrix makes are not among them.
 *
 * @param path absolute
 * @throws DefinitionError for a Compose file that cannot be read
 */
export async function listBuilds(
  kind: DefinitionKind,
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  if (kind === 'compose') return await composeServices({ paths: [path] }, (name) => env[name]);
  return bakeTargets(await readFile(path, 'utf8'));
}

/** `target "name" {`, in JSON `"target": { "name": {`. */
export function bakeTargets(text: string): readonly string[] {
  if (!/^\s*\{/.test(text)) {
    const blocks = [...text.matchAll(/^[ \t]*target[ \t]+"([^"]+)"[ \t]*\{/gm)];
    return blocks.flatMap(([, name]) => name ?? []);
  }
  try {
    const parsed: unknown = JSON.parse(text);
    const targets: unknown = typeof parsed === 'object' && parsed !== null && 'target' in parsed ? parsed.target : {};
    return typeof targets === 'object' && targets !== null ? Object.keys(targets) : [];
  } catch {
    // buildx says what is wrong with it when it is launched.
    return [];
  }
}
