/** Paths as editors send them: drive letters in either case, symbolic links, `.` and `..`. */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { cleanPath } from '../../patterns/clean-path.js';

export { makeFolders } from '../../buildkit/make-folders.js';

const known = new Map<string, string>();

/** One spelling for each file, as far as the file system tells. */
function canonical(path: string): string {
  const found = known.get(path);
  if (found !== undefined) return found;
  let real = resolve(path);
  try {
    real = realpathSync.native(real);
  } catch {
    // A file that does not exist has the spelling it was given.
    return real;
  }
  const spelling = process.platform === 'win32' || process.platform === 'darwin' ? real.toLowerCase() : real;
  known.set(path, spelling);
  return spelling;
}

/** True when both name the same file. */
export function sameFile(a: string, b: string): boolean {
  return a === b || canonical(a) === canonical(b);
}

/** An absolute path of the image, without `.`, `..` and doubled slashes; a relative one starts at `workdir`. */
export function cleanImagePath(path: string, workdir: string): string {
  return cleanPath(path.startsWith('/') ? path : `${workdir}/${path}`);
}
