import { posix, win32 } from 'node:path';
import {
  compilePatterns,
  ignoreFilesOf,
  parseIgnoreFile,
  PatternError,
} from '../../debug-adapter/dockerfile/ignore.js';

/** Whether the builder gets a file of its context. */
export interface FileQuestion {
  /** Absolute, as `context` and `dockerfile`. */
  readonly file: string;
  readonly context: string;
  readonly dockerfile: string;
  /** Text of a file; undefined when there is none. */
  readonly read: (path: string) => Promise<string | undefined>;
}

/** A file in the context that no rule leaves out; not the Dockerfile itself, nor the rules. */
export async function isBuiltFile({ file, context, dockerfile, read }: FileQuestion): Promise<boolean> {
  const path = context.includes('\\') ? win32 : posix;
  const inside = path.relative(context, file);
  if (inside === '' || inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside)) return false;
  if (path.relative(dockerfile, file) === '') return false;
  for (const { beside, name } of ignoreFilesOf(path.basename(dockerfile))) {
    const rules = await read(path.join(beside === 'context' ? context : path.dirname(dockerfile), name));
    if (rules !== undefined) return !isIgnored(rules, inside.split(path.sep).join('/'));
  }
  return true;
}

/** Rules that cannot be read leave nothing out here: the build itself says what is wrong with them. */
function isIgnored(rules: string, path: string): boolean {
  try {
    return compilePatterns(parseIgnoreFile(rules)).match(path).excluded;
  } catch (error) {
    if (error instanceof PatternError) return false;
    throw error;
  }
}
