import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from './system-code.js';

/**
 * Makes a folder, and those above it that are missing. Not by Node's `recursive`, which tries for ever where a folder is
 * seen and nothing can be made in it, as in /proc.
 *
 * @param mode of the folders that are made
 * @throws the error of the file system, e.g. EEXIST when there is a file
 */
export function makeFolders(path: string, mode?: number): void {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    if (isFolder(path)) return;
    const above = dirname(path);
    const code = systemCode(error);
    if (code !== 'ENOENT' || above === path || isFolder(above)) throw error;
    makeFolders(above, mode);
    makeFolders(path, mode);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
