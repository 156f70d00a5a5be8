/**
 * What goes between the adapter and the small program in the terminal: a type byte, four bytes of length (big-endian),
 * the payload.
 *
 * Client to server: `h` JSON {token, rows, columns}, `d` input, `e` end of input, `r` JSON {rows, columns}.
 * Server to client: `d` output, `D` output of file descriptor 2, `x` JSON {code, message?}: the shell has ended.
 */

/** One frame. */
export interface ShellFrame {
  readonly type: ShellFrameType;
  readonly payload: Buffer;
}

/** See the head of this file. */
export type ShellFrameType = 'h' | 'd' | 'e' | 'r' | 'D' | 'x';

const headerLength = 5;
const longestPayload = 16 * 1024 * 1024;

function isType(letter: string): letter is ShellFrameType {
  return letter.length === 1 && 'hderDx'.includes(letter);
}

/** Bytes of a frame. */
export function encodeFrame(type: ShellFrameType, payload: Uint8Array = new Uint8Array()): Buffer {
  const bytes = Buffer.allocUnsafe(headerLength + payload.length);
  bytes.write(type, 0, 'latin1');
  bytes.writeUInt32BE(payload.length, 1);
  bytes.set(payload, headerLength);
  return bytes;
}

/**
 * Cuts a byte stream into frames. Ends with the stream; bytes that are no frame, or half of one, end it too, for
 * then the two sides do not speak the same language.
 */
export async function* readFrames(stream: AsyncIterable<Uint8Array>): AsyncGenerator<ShellFrame> {
  let chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    if (size < wanted(chunks)) continue;
    const bytes = Buffer.concat(chunks);
    let position = 0;
    while (position + headerLength <= size) {
      const end = position + headerLength + bytes.readUInt32BE(position + 1);
      const type = bytes.toString('latin1', position, position + 1);
      if (!isType(type) || end - position > longestPayload) return;
      if (end > size) break;
      yield { type, payload: bytes.subarray(position + headerLength, end) };
      position = end;
    }
    chunks = [bytes.subarray(position)];
    size -= position;
  }
}

/** How many bytes the first frame needs, as far as can be seen: joining chunks before they come would be in vain. */
function wanted(chunks: readonly Uint8Array[]): number {
  const first = chunks[0];
  if (first === undefined || first.length < headerLength) return headerLength;
  return headerLength + Buffer.from(first.buffer, first.byteOffset, first.byteLength).readUInt32BE(1);
}
