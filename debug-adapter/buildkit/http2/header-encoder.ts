/** Indexed field 8 of the static table: `:status: 200`. */
const statusOk = 0x88;
/** Index of `content-type`, as a literal that is not remembered. */
const contentType = Buffer.from([0x0f, 0x10]);

/** What opens every answer. */
export const responseHeaders = Buffer.concat([Buffer.from([statusOk]), contentType, text('application/grpc')]);

/** Indexed fields `:method: POST` and `:scheme: http`, and literals for `:path` and `:authority`. */
const postHttp = [0x83, 0x86];
const pathName = 0x04;
const authorityName = 0x01;

/** What opens a call of ours. */
export function requestHeaders(
  authority: string,
  path: string,
  metadata: readonly (readonly [name: string, value: string])[],
): Buffer {
  return Buffer.concat([
    Buffer.from([...postHttp, pathName]),
    text(path),
    Buffer.from([authorityName]),
    text(authority),
    contentType,
    text('application/grpc'),
    ...field('te', 'trailers'),
    ...metadata.flatMap(([name, value]) => field(name, value)),
  ]);
}

/** The end of a call. */
export function trailers(
  code: number,
  message: string,
  extra: readonly (readonly [name: string, value: string])[] = [],
): Buffer {
  const fields = [
    ['grpc-status', String(code)] as const,
    ...(message === '' ? [] : [['grpc-message', percentEncode(message)] as const]),
    ...extra,
  ];
  return Buffer.concat(fields.flatMap(([name, value]) => field(name, value)));
}

function field(name: string, value: string): Buffer[] {
  return [Buffer.from([0]), text(name), text(value)];
}

/** A string literal without Huffman coding. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  return Buffer.concat([integer(bytes.length, 7), bytes]);
}

function integer(value: number, bits: number): Buffer {
  const most = 2 ** bits - 1;
  if (value < most) return Buffer.from([value]);
  const bytes = [most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
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
