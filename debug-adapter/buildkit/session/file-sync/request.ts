import type { Call } from '../rpc-server.js';
import { type BytePath, textOf } from './byte-path.js';

/** Which part of which folder the engine asks for. */
export interface SyncRequest {
  readonly name: string;
  readonly includes: readonly BytePath[];
  readonly excludes: readonly BytePath[];
  readonly follow: readonly BytePath[];
}

/** Reads the request's headers; each value stands in a header of its own, so commas in patterns do no harm. */
export function readRequest(call: Call): SyncRequest {
  const values = (key: string): readonly BytePath[] => {
    const found = call.header(key);
    const encoded = /^(?:1|t|T|true|TRUE|True)$/.test(call.header(`${key}-encoded`)[0] ?? '');
    return encoded ? found.map(unescape) : found;
  };
  return {
    name: textOf(values('dir-name')[0] ?? ''),
    includes: values('include-patterns'),
    excludes: values('exclude-patterns'),
    follow: values('followpaths'),
  };
}

/** What Go's `url.QueryUnescape` makes of it; '' for what is not escaped so. */
function unescape(value: string): BytePath {
  if (/%(?![0-9A-Fa-f]{2})/.test(value)) return '';
  const hex = (_: string, digits: string): string => String.fromCharCode(Number.parseInt(digits, 16));
  return value.replaceAll('+', ' ').replaceAll(/%(..)/g, hex);
}
