/** Files of ours that stand in for standard input, as the user knows them. */
import type { Fields } from './fields.js';

/** What stands in texts of the adapter, and what is shown for it; the longest first where one begins as another. */
export type OwnNames = readonly (readonly [path: string, name: string])[];

/** Paths themselves stay: by them files are read, and frames and problems found. */
const paths: ReadonlySet<string> = new Set(['path', 'source']);

/** The message with those names in all its texts. */
export function withNames(message: Fields, names: OwnNames): Fields {
  if (names.length === 0) return message;
  const name = (text: string): string => names.reduce((all, [path, shown]) => all.replaceAll(path, () => shown), text);
  const inside = (value: unknown): unknown => {
    if (typeof value === 'string') return name(value);
    if (Array.isArray(value)) return value.map(inside);
    return typeof value === 'object' && value !== null ? ofFields(value) : value;
  };
  const ofFields = (fields: object): Fields =>
    Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, paths.has(key) ? value : inside(value)]));
  return ofFields(message);
}
