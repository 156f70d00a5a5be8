/** Looks for files by their names. */
import type { StateFiles } from '../api.js';
import { matchName, PatternError } from '../../patterns/glob.js';
import { isOfImage, walkFiles } from './walk-files.js';

export interface FindRequest {
  /** Absolute folder. */
  readonly path: string;
  /** Part of a name, any case; with `*`, `?` or `[` a pattern for the whole name. */
  readonly name: string;
  readonly limit: number;
}

export interface Finds {
  /** Absolute. */
  readonly paths: readonly string[];
  readonly more: boolean;
}

/** A `[` that nothing closes is a letter like others: there are programs of that name. */
function fits(pattern: string, name: string): boolean {
  try {
    return matchName(pattern, name);
  } catch (error) {
    if (error instanceof PatternError) return name.includes(pattern);
    throw error;
  }
}

/** Looks no further than `limit`; those near the top come first. */
export async function findFiles(
  files: StateFiles,
  { path, name, limit }: FindRequest,
  signal: AbortSignal,
): Promise<Finds> {
  const wanted = name.toLowerCase();
  const isPattern = /[*?[]/.test(name);
  const matches = (each: string): boolean => {
    const known = each.toLowerCase();
    return isPattern ? fits(wanted, known) : known.includes(wanted);
  };
  const paths: string[] = [];
  for await (const level of walkFiles(files, path, signal, isOfImage)) {
    for (const placed of level) if (matches(placed.file.name)) paths.push(placed.path);
    if (paths.length > limit) return { paths: paths.slice(0, limit), more: true };
  }
  return { paths, more: false };
}
