/** The ignore file of a build: that of the Dockerfile, or that of the context. */
import { lstatSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { compilePatterns, ignoreFilesOf, parseIgnoreFile, PatternError } from '../../dockerfile/ignore.js';
import type { BuildSettings } from '../api.js';
import { systemCode, UserError } from '../errors.js';
import { lookAt, readText } from './small-files.js';

export interface IgnoreFile {
  readonly path: string;
  readonly text: string;
  /** The engine follows a link inside of what it was sent, which is not where we find it. */
  readonly isLink: boolean;
}

/** The one that counts; undefined where there is none. */
export async function readIgnoreFile(
  root: string,
  settings: BuildSettings,
): Promise<IgnoreFile | 'unreadable' | undefined> {
  const found = await Promise.all(
    ignoreFilesOf(basename(settings.dockerfile)).map(({ beside, name }) =>
      readOne(join(beside === 'context' ? root : dirname(settings.dockerfile), name)),
    ),
  );
  return found.find((file) => file !== undefined);
}

async function readOne(path: string): Promise<IgnoreFile | 'unreadable' | undefined> {
  try {
    // One that is a pipe would be waited for.
    const found = lookAt(path);
    if (found === undefined) return undefined;
    if (!found.isFile()) return 'unreadable';
    return { path, text: await readText(path), isLink: lstatSync(path).isSymbolicLink() };
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? undefined : 'unreadable';
  }
}

/** Its text where it can be read. */
export async function readIgnoreRules(root: string, settings: BuildSettings): Promise<IgnoreFile | undefined> {
  const file = await readIgnoreFile(root, settings);
  return file === 'unreadable' ? undefined : file;
}

/** Words for a refusal that is about the ignore file, on the line that the engine did not name; undefined for any other. */
export function refusedIgnoreFile(message: string, file: IgnoreFile): UserError | undefined {
  try {
    for (const rule of parseIgnoreFile(file.text)) compilePatterns([rule]);
  } catch (error) {
    if (!(error instanceof PatternError) || !message.includes(error.what)) return undefined;
    const { path } = file;
    const { what, pattern, line = 1 } = error;
    const said = `${path}:${line}: "${pattern}" cannot be taken: ${what}.`;
    const hint = pattern.includes('[')
      ? 'A "[" needs its "]", or a backslash before it.'
      : 'Mend the line, or remove it.';
    return new UserError('ignore-pattern', said, hint, { path, line });
  }
  return undefined;
}
