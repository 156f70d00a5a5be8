/**
 * Small files, read and looked at without a promise of Node's file system: the first one costs 4 ms, as its module and
 * its threads start, and every start of a build would wait for it; the reading itself takes microseconds.
 */
import { readFileSync, statSync, type Stats } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Rejects as Node's `readFile` does. A pipe is waited for while other things go on. */
export async function readText(path: string): Promise<string> {
  return mayBlock(path) ? await readFile(path, 'utf8') : readFileSync(path, 'utf8');
}

/** Follows links; undefined where there is nothing. Throws as Node's `statSync` does for what cannot be looked at. */
export function lookAt(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** Of what is not there, or cannot be looked at, reading says so at once. */
function mayBlock(path: string): boolean {
  try {
    return lookAt(path)?.isFile() === false;
  } catch {
    return false;
  }
}
