/** A file that a command did not find, while the image has one of nearly that name beside it. */
import { posix } from 'node:path';
import { cleanPath } from '../patterns/clean-path.js';
import { nearest } from '../patterns/nearest.js';
import { missingNames } from './missing-names.js';

/** So many names are looked for: a failure is not to be held up. */
const MOST = 5;

/**
 * Undefined when nothing is called like it.
 * @param list names in a folder of the state before the step; empty where there is no such folder
 */
export async function nearFile(
  lines: readonly string[],
  workdir: string,
  list: (folder: string) => Promise<readonly string[]>,
): Promise<string | undefined> {
  for (const name of missingNames(lines)
    .filter((word) => /[./]/.test(word))
    .slice(0, MOST)) {
    const path = cleanPath(name.startsWith('/') ? name : `${workdir}/${name}`);
    const [folder, wanted] = [posix.dirname(path), posix.basename(path)];
    const names = await list(folder);
    if (names.includes(wanted)) continue;
    const found = names.find((each) => each.toLowerCase() === wanted.toLowerCase()) ?? nearest(wanted, names);
    if (found !== undefined) return `There is no ${path}, but ${posix.join(folder, found)}. Is that what is meant?`;
  }
  return undefined;
}
