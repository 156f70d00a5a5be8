import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  compilePatterns,
  ignoreFilesOf,
  type Matcher,
  parseIgnoreFile,
  PatternError,
} from '../../debug-adapter/dockerfile/ignore.js';
import type { Entry } from './features/context-paths.js';
import type { BuildContext } from './features/missing-sources.js';

/** A folder on the disk as the build context of a Dockerfile. Nothing is kept: it may change at any time. */
export async function contextFolder(folder: string, dockerfile: string): Promise<BuildContext> {
  const ignore = await readIgnore(folder, dockerfile);
  return {
    name: folder,
    exists: async (path) => (await stat(join(folder, path)).catch(nothing)) !== undefined,
    ignoredBy: (path) => {
      const { excluded, rule } = ignore?.matcher.match(path) ?? { excluded: false };
      const whole = excluded && rule?.line !== undefined && ignore?.matcher.mayExceptBelow(path) !== true;
      return Promise.resolve(whole ? { file: ignore?.file ?? '', line: rule.line, text: rule.pattern } : undefined);
    },
  };
}

/** What is in a folder of the context, without what `.dockerignore` leaves out. */
export async function listContext(folder: string, dockerfile: string, path: string): Promise<readonly Entry[]> {
  const matcher = (await readIgnore(folder, dockerfile))?.matcher;
  const entries = (await readdir(join(folder, path), { withFileTypes: true }).catch(nothing)) ?? [];
  return entries
    .filter(({ name }) => {
      const inside = path + name;
      return matcher?.match(inside).excluded !== true || matcher.mayExceptBelow(inside);
    })
    .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
}

interface Ignore {
  /** The name of the ignore file. */
  readonly file: string;
  readonly matcher: Matcher;
}

async function readIgnore(folder: string, dockerfile: string): Promise<Ignore | undefined> {
  for (const { beside, name } of ignoreFilesOf(basename(dockerfile))) {
    const file = join(beside === 'context' ? folder : dirname(dockerfile), name);
    const text = await readFile(file, 'utf8').catch(nothing);
    if (text !== undefined) {
      const matcher = compile(text);
      return matcher && { file: name, matcher };
    }
  }
  return undefined;
}

/** A file with a wrong pattern leaves nothing out here: the build itself says what is wrong with it. */
function compile(text: string): Matcher | undefined {
  try {
    return compilePatterns(parseIgnoreFile(text));
  } catch (error) {
    if (error instanceof PatternError) {
      return undefined;
    }
    throw error;
  }
}

function nothing(): undefined {
  return undefined;
}
