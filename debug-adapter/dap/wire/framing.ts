/** What came out of the byte stream: a JSON value, or bytes that are none. */
export type Frame =
  | { readonly kind: 'message'; readonly value: unknown }
  | { readonly kind: 'broken'; readonly reason: string; readonly text: string };

const header = /content-length:[ \t]*([^\r\n]*)/i;
const blankLine = /\r?\n\r?\n/;
const longestHeader = 8 * 1024;
const longestBody = 64 * 1024 * 1024;

/** Bytes of one message with its header. */
export function encodeMessage(message: object): string {
  const json = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
}

function excerpt(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function broken(reason: string, text: string): Frame {
  return { kind: 'broken', reason, text: excerpt(text) };
}

/** Where the header of the next message begins in a body that was too long; it may be cut off itself. Else -1. */
function eatenHeader(body: string): number {
  const whole = body.search(header);
  if (whole >= 0) return whole;
  const name = 'Content-Length:';
  for (let length = name.length - 1; length > 0; length -= 1) {
    if (body.endsWith(name.slice(0, length))) return body.length - length;
  }
  return -1;
}

/**
 * Cuts a byte stream into messages. A wrong header, a wrong length or broken JSON costs that message only: reading
 * goes on at the next `Content-Length` in sight.
 */
export class MessageReader {
  #chunks: Buffer[] = [];
  #size = 0;
  /** Length of the body that is being read; undefined while the header is. */
  #expected: number | undefined;

  /** Takes what came and answers what is complete. */
  *push(chunk: Buffer): Generator<Frame> {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    for (;;) {
      const frame = this.#expected === undefined ? this.#readHeader() : this.#readBody(this.#expected);
      if (frame === undefined) return;
      if (frame !== 'again') yield frame;
    }
  }

  /** The stream has ended: what is left belongs to no message. */
  *end(): Generator<Frame> {
    const rest = this.#take(this.#size).toString();
    if (rest.trim() !== '') yield broken('The input ended in the middle of a message.', rest);
  }

  #readHeader(): Frame | 'again' | undefined {
    if (this.#size === 0) return undefined;
    const text = this.#peek().toString('latin1', 0, longestHeader);
    const end = blankLine.exec(text);
    if (end === null) {
      if (text.length < longestHeader) return undefined;
      return broken('There is no Content-Length header.', this.#take(longestHeader).toString());
    }
    const block = text.slice(0, end.index);
    this.#take(end.index + end[0].length);
    const found = header.exec(block);
    const length = Number(found?.[1]?.trim() || Number.NaN);
    if (found === null || !Number.isSafeInteger(length) || length < 0 || length > longestBody) {
      return broken('There is no usable Content-Length header.', block);
    }
    this.#expected = length;
    const before = block.slice(0, found.index).replace(/^(?:[\w-]+:[^\r\n]*\r?\n)+/, '');
    return before.trim() === '' ? 'again' : broken('There are bytes outside of any message.', before);
  }

  #readBody(length: number): Frame | undefined {
    if (this.#size < length) return undefined;
    const body = this.#take(length);
    this.#expected = undefined;
    try {
      return { kind: 'message', value: JSON.parse(body.toString()) };
    } catch (error) {
      // A length that was too long has eaten the next header: go on from there.
      const next = eatenHeader(body.toString('latin1'));
      if (next >= 0) this.#giveBack(body.subarray(next));
      const mine = next >= 0 ? body.subarray(0, next) : body;
      return broken(error instanceof Error ? error.message : 'This is no JSON.', mine.toString());
    }
  }

  #peek(): Buffer {
    const whole = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    const joined = whole ?? Buffer.alloc(0);
    this.#chunks = [joined];
    return joined;
  }

  #take(count: number): Buffer {
    const whole = this.#peek();
    this.#chunks = [whole.subarray(count)];
    this.#size = Math.max(0, whole.length - count);
    return whole.subarray(0, count);
  }

  #giveBack(bytes: Buffer): void {
    this.#chunks.unshift(bytes);
    this.#size += bytes.length;
  }
}
