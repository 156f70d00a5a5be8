/** Messages of a gRPC call as they stand in its byte stream: one flag byte, a 32 bit length, the message. */

const prefixLength = 5;

/** Cuts a byte stream into messages, copying only those that arrive in pieces. */
export class MessageReader {
  private pieces: Buffer[] = [];
  private held = 0;
  private needed = prefixLength;

  /** @param limit longest message that is taken */
  constructor(private readonly limit: number) {}

  /**
   * Takes the next bytes; answers the messages that are complete with them.
   *
   * @throws RangeError for a message that is too long
   */
  push(chunk: Buffer): Buffer[] {
    this.pieces.push(chunk);
    this.held += chunk.length;
    if (this.held < this.needed) return [];
    const messages: Buffer[] = [];
    const bytes = this.joined();
    let at = 0;
    for (;;) {
      if (bytes.length - at < prefixLength) {
        this.keep(bytes.subarray(at), prefixLength);
        return messages;
      }
      const length = bytes.readUInt32BE(at + 1);
      this.check(bytes.readUInt8(at), length);
      const end = at + prefixLength + length;
      if (end > bytes.length) {
        this.keep(bytes.subarray(at), prefixLength + length);
        return messages;
      }
      messages.push(bytes.subarray(at + prefixLength, end));
      at = end;
    }
  }

  private check(flag: number, length: number): void {
    if (flag !== 0) throw new RangeError('The answer is compressed though nobody asked for that.');
    if (length > this.limit) {
      throw new RangeError(`A message of ${length} bytes was received; the limit is ${this.limit}.`);
    }
  }

  private joined(): Buffer {
    const [only] = this.pieces;
    return this.pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.pieces, this.held);
  }

  private keep(rest: Buffer, needed: number): void {
    this.pieces = rest.length === 0 ? [] : [rest];
    this.held = rest.length;
    this.needed = needed;
  }
}

/** What goes before a message of that length. */
export function messagePrefix(length: number): Buffer {
  const prefix = Buffer.allocUnsafe(prefixLength);
  prefix.writeUInt8(0, 0);
  prefix.writeUInt32BE(length, 1);
  return prefix;
}
