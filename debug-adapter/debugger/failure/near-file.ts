/** A file that a command did not find, while the image has one of nearly that name beside it. */
import { posix } from 'node:path';
import { cleanPath } from '../../patterns/clean-path.js';
import { nearest } from '../../patterns/nearest.js';
import type { CopySource } from './copy-source.js';
import { missingNames } from './missing-names.js';

/** So many names are looked for, for so many milliseconds: a failure is not to be held up. */
const MOST = 5;
const LONGEST = 500;

/**
 * Undefined when nothing is called like it.
 * @param list a folder of the state before the step
 */
export async function nearFile(
  lines: readonly string[],
  workdir: string,
  list: CopySource['list'],
): Promise<string | undefined> {
  const signal = AbortSignal.timeout(LONGEST);
  for (const name of missingNames(lines)
    .filter((word) => /[./]/.test(word))
    .slice(0, MOST)) {
    const path = cleanPath(name.startsWith('/') ? name : `${workdir}/${name}`);
    const [folder, wanted] = [posix.dirname(path), posix.basename(path)];
    const names = (await list(folder, signal).catch(() => [])).map((file) => file.name);
    if (names.includes(wanted)) continue;
    const found = names.find((each) => each.toLowerCase() === wanted.toLowerCase()) ?? nearest(wanted, names);
    if (found !== undefined) return `There is no ${path}, but ${posix.join(folder, found)}. Is that what is meant?`;
  }
  return undefined;
}
