import { UserError } from '../errors.js';
import type { Environment } from './environment.js';

export type Json = Readonly<Record<string, unknown>>;

/** Reads a JSON object; undefined when there is no such file. */
export async function readJson(environment: Environment, path: string): Promise<Json | undefined> {
  const text = await environment.readText(path);
  if (text === undefined || text.trim() === '') return undefined;
  try {
    return object(JSON.parse(text));
  } catch (cause) {
    throw new UserError('config-unreadable', `${path} is not valid JSON.`, 'Mend or remove the file.', undefined, {
      cause,
    });
  }
}

/** The value if it is an object. */
export function object(value: unknown): Json | undefined {
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value if it is a text that says something. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The value if it is a list. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
