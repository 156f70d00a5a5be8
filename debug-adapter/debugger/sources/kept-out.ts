/** Which line of an ignore file keeps a path out of the build context, and how it comes in again. */
import { compilePatterns, parseIgnoreFile } from '../../dockerfile/ignore.js';
import type { TextFix } from '../api.js';
import type { IgnoreFile } from './ignore-file.js';

export interface KeptOut {
  /** `/src/.dockerignore:3 ("*.txt")` */
  readonly by: string;
  readonly hint: string;
  readonly fix: TextFix;
}

/** Undefined for a path that is let in. */
export function keptOut(ignore: IgnoreFile | undefined, path: string): KeptOut | undefined {
  if (ignore === undefined) return undefined;
  const { excluded, rule } = compilePatterns(parseIgnoreFile(ignore.text)).match(path);
  const line = rule?.line;
  if (!excluded || line === undefined) return undefined;
  const words = ignore.text.split(/\r?\n/)[line - 1]?.trim() ?? '';
  const title = `Let ${path} into the build context`;
  return {
    by: `${ignore.path}:${line} ("${words}")`,
    hint: `Change that line, or add "!${path}" below it.`,
    fix: { title, path: ignore.path, line: line + 1, endLine: line, text: `!${path}` },
  };
}
