/** Copies files out of a failed step by patterns that the user gave before. */
import { join } from 'node:path';
import type { StateFiles } from '../api.js';
import { compilePatterns } from '../../dockerfile/ignore.js';
import { cleanPath } from '../../patterns/clean-path.js';
import { UserError } from '../errors.js';
import { unlessMissing } from './files.js';
import { save } from './save.js';
import { isOfImage, walkFiles } from './walk-files.js';

export interface RescueRequest {
  readonly files: StateFiles;
  /** Paths with `*` and `**`; relative ones start at `workdir`. */
  readonly patterns: readonly string[];
  readonly workdir: string;
  /** Absolute folder of this machine; paths of the image are kept below it. */
  readonly to: string;
}

export interface Rescued {
  readonly path: string;
  readonly to: string;
  readonly bytes: number;
}

export interface Rescue {
  readonly rescued: readonly Rescued[];
  /** In words: patterns that mean nothing, and what could not be copied. */
  readonly problems: readonly string[];
}

/** Files of an earlier rescue at the same place are replaced. A pattern that means nothing holds up no other. */
export async function rescue({ files, patterns, workdir, to }: RescueRequest, signal: AbortSignal): Promise<Rescue> {
  const paths = new Set<string>();
  const problems: string[] = [];
  const rescued: Rescued[] = [];
  const trying = async (attempt: () => Promise<void>): Promise<void> => {
    try {
      await attempt();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(`${error.message} ${error.hint}`.trimEnd());
    }
  };
  for (const pattern of patterns)
    await trying(async () => {
      const absolute = cleanPath(pattern.startsWith('/') ? pattern : `${workdir}/${pattern}`);
      for (const path of await matches(files, absolute, signal)) paths.add(path);
    });
  for (const path of paths)
    await trying(async () => {
      const target = join(to, path);
      const { bytes, skipped } = await save({ files, path, to: target, overwrite: true }, signal);
      if (!skipped.includes(path)) rescued.push({ path, to: target, bytes });
      problems.push(...skipped.map((each) => `${each} is no file, or cannot be read.`));
    });
  return { rescued, problems };
}

/** Files and links that match; of a folder that matches, the folder itself. */
async function matches(files: StateFiles, pattern: string, signal: AbortSignal): Promise<readonly string[]> {
  if (!/[*?[]/.test(pattern)) {
    const found = await files.stat(pattern, signal);
    return found === undefined ? [] : [pattern];
  }
  const parts = pattern.split('/');
  const root =
    parts
      .slice(
        0,
        parts.findIndex((part) => /[*?[]/.test(part)),
      )
      .join('/') || '/';
  const matcher = compile(pattern);
  const found: string[] = [];
  const isThere = await unlessMissing(() => files.list(root, signal));
  if (isThere === undefined) return [];
  for await (const level of walkFiles(files, root, signal, isOfImage))
    for (const { path, file } of level)
      if (file.type !== 'folder' && matcher.match(path.slice(1)).excluded) found.push(path);
  return found;
}

function compile(pattern: string): ReturnType<typeof compilePatterns> {
  try {
    return compilePatterns([{ pattern: pattern.slice(1) }]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError('rescue-pattern', `"${pattern}" is no pattern for files: ${why}.`, 'E.g. "**/junit.xml"');
  }
}
