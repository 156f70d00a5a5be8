/** Reading what YAML gave: values are `unknown` until looked at. */

/** An object of YAML, or undefined. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

/** Items of a list; one that is no list is a list of one, none is none. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** A text, number or truth value as text; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** Texts of a list. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).flatMap((item) => textOf(item) ?? []);
}

/** `true` or `false`, also as text. */
export function flagOf(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}

/** What may be written as an object or as a list of `NAME=VALUE`; a name alone has the value null. */
export function pairsOf(value: unknown, separator = /=/): ReadonlyMap<string, string | null> {
  const record = recordOf(value);
  if (record !== undefined) return new Map(Object.entries(record).map(([name, item]) => [name, textOf(item) ?? null]));
  return new Map(
    textsOf(value).map((text) => {
      const at = text.search(separator);
      return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
