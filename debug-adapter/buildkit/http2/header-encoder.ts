/**
 * Header blocks without Huffman coding. They are put together as text in which each character is a byte, and made bytes
 * once: a call has a dozen of fields, and a buffer for each part of them takes longer than all else that begins a call.
 */

/** Indexed field 8 of the static table: `:status: 200`. */
const statusOk = '\x88';
/** Indexed fields `:method: POST` and `:scheme: http`. */
const postHttp = '\x83\x86';
/** Names of the static table, for literals that are not remembered: `:path`, `:authority`, `content-type`. */
const [pathName, authorityName, contentTypeName] = ['\x04', '\x01', '\x0f\x10'];
const grpcContent = contentTypeName + text('application/grpc');

/** What opens every answer. */
export const responseHeaders = block(statusOk + grpcContent);

/** What opens a call of ours. */
export function requestHeaders(
  authority: string,
  path: string,
  metadata: readonly (readonly [name: string, value: string])[],
): Buffer {
  const place = postHttp + pathName + text(path) + authorityName + text(authority);
  return block(place + grpcContent + field('te', 'trailers') + fields(metadata));
}

/** The end of a call. */
export function trailers(
  code: number,
  message: string,
  extra: readonly (readonly [name: string, value: string])[] = [],
): Buffer {
  const words = message === '' ? '' : field('grpc-message', percentEncode(message));
  return block(field('grpc-status', String(code)) + words + fields(extra));
}

function block(characters: string): Buffer {
  return Buffer.from(characters, 'latin1');
}

function fields(all: readonly (readonly [name: string, value: string])[]): string {
  return all.map(([name, value]) => field(name, value)).join('');
}

function field(name: string, value: string): string {
  return `\0${text(name)}${text(value)}`;
}

function text(value: string): string {
  return integer(value.length, 7) + value;
}

function integer(value: number, bits: number): string {
  const most = 2 ** bits - 1;
  if (value < most) return String.fromCharCode(value);
  const bytes = [most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return String.fromCharCode(...bytes, rest);
}

/** A message must fit the engine's header limit together with its own wrapping. */
const longestMessage = 4096;

/** gRPC's escaping of `grpc-message`: bytes of UTF-8 outside of printable ASCII, and `%`. */
function percentEncode(message: string): string {
  let encoded = '';
  for (const byte of Buffer.from(message)) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    if (encoded.length > longestMessage) break;
  }
  return encoded;
}
