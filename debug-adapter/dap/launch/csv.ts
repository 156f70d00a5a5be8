import { mountFields } from '../../dockerfile/mount.js';
import { UserError } from '../../debugger/errors.js';

/** A field of a flag's value; `value` undefined for a bare word. */
export interface Field {
  readonly key: string;
  readonly value: string | undefined;
}

/** Fields of a value such as `type=local,dest=out`; `flag` is for the error's words. */
export function readCsv(flag: string, text: string): readonly Field[] {
  const fields = mountFields(text.trim());
  if (fields === undefined) {
    // The value itself is not shown: there may be a key of a cache's storage in it.
    throw new UserError('flag-value', `A value of ${flag} is empty, or its quotes do not match.`);
  }
  return fields;
}

/** Fields as an object; a bare word is an error that shows how it ought to look. */
export function readAttributes(flag: string, text: string, example: string): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  for (const { key, value } of readCsv(flag, text)) {
    if (value === undefined) {
      throw new UserError('flag-value', `"${key}" in ${flag} is no name=value.`, `For example: ${flag} ${example}`);
    }
    attributes[key.trim()] = value;
  }
  return attributes;
}

/** `true`, `1`, `t` … as Go reads them; undefined for anything else. */
export function readBoolean(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  return undefined;
}
