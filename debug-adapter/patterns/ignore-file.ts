import { cleanPath } from './clean-path.js';
import { PatternError } from './glob.js';
import { trimSpace, type Rule } from './matcher.js';

/** Longer lines are refused by the engine. */
const longestLine = 64 * 1024;

/** The patterns of a `.dockerignore`, as the engine reads them, each with its line. */
export function parseIgnoreFile(text: string): readonly Rule[] {
  const rules: Rule[] = [];
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  for (const [index, raw] of lines.entries()) {
    if (raw.length >= longestLine) throw new PatternError('line too long', `${raw.slice(0, 40)}…`, index + 1);
    if (raw.startsWith('#')) continue;
    const trimmed = trimSpace(raw);
    if (trimmed === '') continue;
    rules.push({ pattern: normalise(trimmed), line: index + 1 });
  }
  return rules;
}

/** A leading slash means nothing: all patterns start at the root of the context. */
function normalise(pattern: string): string {
  const exception = pattern.startsWith('!');
  const path = exception ? trimSpace(pattern.slice(1)) : pattern;
  const cleaned = path === '' ? '' : cleanPath(path);
  return (exception ? '!' : '') + (cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned);
}
