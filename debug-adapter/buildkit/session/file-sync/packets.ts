import type { BytePath } from './byte-path.js';

/** An entry of the tree, as the wire describes it. */
export interface EntryStat {
  readonly path: BytePath;
  /** Go's `os.FileMode`. */
  readonly mode: number;
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly modTime: bigint;
  /** Target of a symbolic link, or path of the file that this is a hard link to. */
  readonly link: BytePath;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
}

const packetType = { request: 1, data: 2, fin: 3, error: 4 } as const;

/** Bytes of prefix, type, id and length of a packet, at most. */
export const packetOverhead = 24;
const grpcPrefix = 5;
/** The longest STAT beside its texts. */
const statOverhead = 96;

/**
 * Encodes `fsutil.types.Packet`s, many into one buffer and each with its gRPC prefix. By hand, as one upload has
 * thousands of them, and as names need not be UTF-8.
 */
export class PacketWriter {
  private buffer: Buffer;
  private at = 0;

  /** @param size of a batch; larger packets get a buffer of their own */
  constructor(private readonly size: number) {
    this.buffer = Buffer.allocUnsafe(size);
  }

  /** Bytes that wait. */
  get length(): number {
    return this.at;
  }

  get full(): boolean {
    return this.at > this.size / 2;
  }

  /** What was written since the last time. */
  take(): Buffer {
    const bytes = this.buffer.subarray(0, this.at);
    // What is left is used on, so that small batches do not cost large buffers.
    this.buffer =
      this.buffer.length - this.at < this.size / 4 ? Buffer.allocUnsafe(this.size) : this.buffer.subarray(this.at);
    this.at = 0;
    return bytes;
  }

  /** Makes room for so many bytes. */
  private need(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.buffer.length, this.at + bytes, this.size));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }

  stat(entry: EntryStat): void {
    this.need(statOverhead + entry.path.length + entry.link.length);
    const start = this.at;
    // Length of a STAT is known when it is written: it goes behind the longest header it can have.
    const body = start + packetOverhead;
    this.at = body;
    this.text(0x0a, entry.path);
    this.number(0x10, entry.mode);
    this.number(0x28, entry.size);
    this.bigNumber(0x30, entry.modTime);
    this.text(0x3a, entry.link);
    this.number(0x40, entry.deviceMajor);
    this.number(0x48, entry.deviceMinor);
    const length = this.at - body;
    const head = this.prefix(start, 1 + varintSize(length) + length);
    this.buffer[head] = 0x12;
    this.at = head + 1;
    this.varint(length);
    this.buffer.copyWithin(this.at, body, body + length);
    this.at += length;
  }

  /** The end of the list: a packet without anything in it. */
  listEnd(): void {
    this.need(packetOverhead);
    this.at = this.prefix(this.at, 0);
  }

  /** The end of a file, when `data` is empty. */
  data(id: number, data: Uint8Array): void {
    this.need(packetOverhead + data.length);
    this.dataHeader(id, data.length);
    this.buffer.set(data, this.at);
    this.at += data.length;
  }

  /** Room for content that is read straight into the buffer; `dataRead` must follow. */
  space(most: number): Buffer {
    this.need(packetOverhead + most);
    return this.buffer.subarray(this.at + packetOverhead, this.at + packetOverhead + most);
  }

  /** A packet of what was read into `space`. */
  dataRead(id: number, length: number): void {
    const from = this.at + packetOverhead;
    this.dataHeader(id, length);
    this.buffer.copyWithin(this.at, from, from + length);
    this.at += length;
  }

  /** A packet whose content is in `buffer` already, behind `packetOverhead` free bytes. */
  static dataBefore(buffer: Buffer, id: number, length: number): Buffer {
    const head = new PacketWriter(packetOverhead);
    head.dataHeader(id, length);
    const begin = packetOverhead - head.at;
    head.buffer.copy(buffer, begin, 0, head.at);
    return buffer.subarray(begin, packetOverhead + length);
  }

  fin(): void {
    this.need(packetOverhead);
    this.at = this.prefix(this.at, 2);
    this.number(0x08, packetType.fin);
  }

  request(id: number): void {
    this.need(packetOverhead);
    this.at = this.prefix(this.at, 2 + idSize(id));
    this.number(0x08, packetType.request);
    this.number(0x18, id);
  }

  error(text: string): void {
    const bytes = Buffer.from(text);
    this.need(packetOverhead + bytes.length);
    this.at = this.prefix(this.at, 2 + 1 + varintSize(bytes.length) + bytes.length);
    this.number(0x08, packetType.error);
    this.buffer[this.at++] = 0x22;
    this.varint(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  private dataHeader(id: number, length: number): void {
    const dataSize = length === 0 ? 0 : 1 + varintSize(length) + length;
    this.at = this.prefix(this.at, 2 + idSize(id) + dataSize);
    this.number(0x08, packetType.data);
    this.number(0x18, id);
    if (length === 0) return;
    this.buffer[this.at++] = 0x22;
    this.varint(length);
  }

  private prefix(at: number, length: number): number {
    this.buffer[at] = 0;
    this.buffer.writeUInt32BE(length, at + 1);
    return at + grpcPrefix;
  }

  private text(tag: number, text: BytePath): void {
    if (text === '') return;
    this.buffer[this.at++] = tag;
    this.varint(text.length);
    this.at += this.buffer.write(text, this.at, 'latin1');
  }

  /** Zero is not written. */
  private number(tag: number, value: number): void {
    if (value === 0) return;
    this.buffer[this.at++] = tag;
    this.varint(value);
  }

  private bigNumber(tag: number, value: bigint): void {
    if (value === 0n) return;
    this.buffer[this.at++] = tag;
    let rest = BigInt.asUintN(64, value);
    // Four bytes of seven bits at a time, as arithmetic on large numbers is slow.
    for (; rest >= 0x10000000n; rest >>= 28n) {
      const low = Number(rest & 0xfffffffn);
      for (let shift = 0; shift < 28; shift += 7) this.buffer[this.at++] = ((low >>> shift) & 0x7f) | 0x80;
    }
    this.varint(Number(rest));
  }

  private varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80000000; rest = Math.floor(rest / 128)) this.buffer[this.at++] = (rest % 128) | 0x80;
    for (; rest >= 0x80; rest >>>= 7) this.buffer[this.at++] = (rest & 0x7f) | 0x80;
    this.buffer[this.at++] = rest;
  }
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++;
  return size;
}

function idSize(id: number): number {
  return id === 0 ? 0 : 1 + varintSize(id);
}
