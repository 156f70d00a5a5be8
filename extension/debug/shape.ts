/** A named field of a value that may be anything. */
export function field(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

/** A named text; empty when there is none. */
export function text(body: unknown, name: string): string {
  const value = field(body, name);
  return typeof value === 'string' ? value : '';
}

/** A named number. */
export function number(body: unknown, name: string): number | undefined {
  const value = field(body, name);
  return typeof value === 'number' ? value : undefined;
}

/** A named list; `undefined` when it is none, or when an item is not what it should be. */
export function list<T>(body: unknown, name: string, parse: (item: unknown) => T | undefined): T[] | undefined {
  const items = field(body, name);
  if (!Array.isArray(items)) return undefined;
  const parsed: T[] = items.flatMap((item: unknown) => parse(item) ?? []);
  return parsed.length === items.length ? parsed : undefined;
}

/** A value, if it is a text. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A value, if it is one of some words. */
export function oneOf<T extends string>(names: readonly T[], value: unknown): T | undefined {
  return names.find((name) => name === value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
