import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from './system-code.js';

/**
 * Makes a folder, and those above it that are missing. Not by Node's `recursive`, which tries for ever where a folder is
 * seen and nothing can be made in it, as in /proc.
 *
 * @param mode of the folders that are made
 * @returns those that were made, the highest first
 * @throws the error of the file system, e.g. EEXIST when there is a file
 */
export function makeFolders(path: string, mode?: number): readonly string[] {
  try {
    mkdirSync(path, mode);
    return [path];
  } catch (error) {
    if (isFolder(path)) return [];
    const above = dirname(path);
    const code = systemCode(error);
    if (code !== 'ENOENT' || above === path || isFolder(above)) throw error;
    return [...makeFolders(above, mode), ...makeFolders(path, mode)];
  }
}

/** Takes back what `makeFolders` made, as far as nothing is in it. */
export function removeMade(made: readonly string[]): void {
  try {
    for (const path of made.toReversed()) rmdirSync(path);
  } catch {
    // Something is in it, also in those above.
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
