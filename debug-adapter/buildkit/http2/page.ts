import { frameHeaderLength, frameType, putFrameHeader } from './frames.js';

/** gRPC prefix, tag and length of a BytesMessage; the length takes three bytes also when it is small. */
const messageHead = 5 + 1 + 3;

/** Frames of an outer stream that a page is cut into, as one BytesMessage. */
export interface Envelope {
  readonly stream: number;
  readonly frameSize: number;
}

/**
 * A buffer that is filled from the front. Inside of an envelope the headers of the outer frames are put between the
 * bytes while they are laid out, so that two layers of HTTP/2 cost no more copies than one.
 */
export class Page {
  private at = 0;
  /** Where the content of the open outer frame begins. */
  private begin = 0;
  /** Payload of outer frames that are complete. */
  private sealed = 0;
  private space: number;

  constructor(
    private readonly buffer: Buffer,
    private readonly envelope: Envelope | undefined,
  ) {
    this.space = buffer.length;
    if (envelope === undefined) return;
    this.open(envelope);
    this.at += messageHead;
    this.space -= messageHead;
  }

  /** Most bytes of pages for a room of that many, counted as the outer stream counts. */
  static within(room: number): number {
    return Math.max(0, room - messageHead);
  }

  /** What a buffer must have for a page of that many bytes in outer frames of that size. */
  static bufferSize(bytes: number, frameSize: number): number {
    const payload = bytes + messageHead;
    return payload + frameHeaderLength * (Math.ceil(payload / frameSize) + 1);
  }

  /** Bytes that fit before the next outer frame begins. */
  get contiguous(): number {
    return this.space > 0 ? this.space : (this.envelope?.frameSize ?? 0);
  }

  /** Bytes that the outer stream's window loses. */
  get payload(): number {
    return this.sealed + this.at - this.begin;
  }

  put(source: Uint8Array, from: number, to: number): void {
    for (let position = from; position < to; ) {
      if (this.space === 0) this.next();
      const size = Math.min(this.space, to - position);
      const whole = position === 0 && size === source.length;
      this.buffer.set(whole ? source : source.subarray(position, position + size), this.at);
      this.at += size;
      this.space -= size;
      position += size;
    }
  }

  /** The header of an inner frame, never split. */
  frameHeader(length: number, type: number, flags: number, stream: number): void {
    if (this.space < frameHeaderLength) {
      const header = Buffer.allocUnsafe(frameHeaderLength);
      putFrameHeader(header, 0, length, type, flags, stream);
      this.put(header, 0, frameHeaderLength);
      return;
    }
    putFrameHeader(this.buffer, this.at, length, type, flags, stream);
    this.at += frameHeaderLength;
    this.space -= frameHeaderLength;
  }

  /** The bytes to be sent. */
  finish(): Buffer {
    if (this.envelope !== undefined) {
      this.seal(this.envelope);
      const length = this.sealed - 5;
      const content = this.sealed - messageHead;
      const head = frameHeaderLength;
      this.buffer[head] = 0;
      this.buffer.writeUInt32BE(length, head + 1);
      this.buffer[head + 5] = 0x0a;
      this.buffer[head + 6] = (content & 0x7f) | 0x80;
      this.buffer[head + 7] = ((content >>> 7) & 0x7f) | 0x80;
      this.buffer[head + 8] = content >>> 14;
    }
    return this.buffer.subarray(0, this.at);
  }

  private next(): void {
    if (this.envelope === undefined) throw new RangeError('The page is full.');
    this.seal(this.envelope);
    this.open(this.envelope);
  }

  private open(envelope: Envelope): void {
    this.at += frameHeaderLength;
    this.begin = this.at;
    this.space = envelope.frameSize;
  }

  private seal(envelope: Envelope): void {
    const length = this.at - this.begin;
    putFrameHeader(this.buffer, this.begin - frameHeaderLength, length, frameType.data, 0, envelope.stream);
    this.sealed += length;
    this.begin = this.at;
  }
}
