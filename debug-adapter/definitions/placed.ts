import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** An absolute path for one of a definition; `~` is the home of the user. */
export function placed(folder: string, path: string): string {
  return /^~(?:[/\\]|$)/.test(path) ? join(homedir(), path.slice(1)) : resolve(folder, path);
}
