/**
 * Stands between a connection and Node's HTTP/2. BuildKit puts the whole Dockerfile into the trailers of a failed call,
 * and the whole command of a RUN into its message; Node takes no header above 64 KiB: Node 20 then hears nothing more
 * on that connection, Node 24 resets all its streams. So long values are cut short before Node sees them.
 * https://github.com/nodejs/node/blob/v20.20.2/deps/nghttp2/lib/nghttp2_hd.h (NGHTTP2_HD_MAX_NV)
 */
import { shrinkStatusDetails } from './details.js';
import type { InboundFilter } from './filtered-stream.js';
import { percentDecoded, percentEncoded } from './percent.js';
import { decodeHuffman, type HeaderField, readHeaderBlock, withValue } from './hpack.js';

const frameHeader = 9;
const headersFrame = 1;
const continuationFrame = 9;
const endStream = 0x1;
const endHeaders = 0x4;
const padded = 0x8;
const priority = 0x20;
const frameLimit = 16384;
/** Longer values are cut; far below what Node takes, far above what any other header needs. */
const valueLimit = 8192;
const heldLimit = 64 * 1024 * 1024;

/** The peer does not speak HTTP/2. */
export class WrongProtocolError extends Error {
  override readonly name = 'WrongProtocolError';
  constructor(
    readonly speaks: 'http/1' | 'tls',
    readonly firstLine: string,
  ) {
    super(speaks === 'tls' ? 'The other side speaks TLS.' : `The other side answered "${firstLine}".`);
  }
}

/** Follows the frames that arrive; all of them pass unchanged but header blocks that span several frames. */
export class HeaderGuard implements InboundFilter {
  private started = false;
  /** Bytes of the current frame that pass through. */
  private passing = 0;
  private held: Buffer[] = [];
  private heldBytes = 0;
  /** With fewer bytes held there is nothing new to find. */
  private needed = 0;

  /** Takes the next bytes; answers what may go on to Node. */
  take(chunk: Buffer): readonly Buffer[] {
    if (!this.started && chunk.length > 0) {
      this.started = true;
      checkProtocol(chunk);
    }
    if (this.passing >= chunk.length) {
      this.passing -= chunk.length;
      return [chunk];
    }
    return this.frames(chunk);
  }

  private frames(chunk: Buffer): Buffer[] {
    const out: Buffer[] = [];
    if (this.held.length === 0) {
      // The rest of a frame that began in an earlier chunk goes on with the frames after it, in one piece.
      const end = passingEnd(chunk, this.passing);
      if (end.at > 0) out.push(chunk.subarray(0, Math.min(end.at, chunk.length)));
      this.passing = Math.max(0, end.at - chunk.length);
      if (end.at >= chunk.length) return out;
      chunk = chunk.subarray(end.at);
    }
    this.hold(chunk);
    if (this.heldBytes < this.needed) return out;
    const bytes = this.held.length === 1 ? chunk : Buffer.concat(this.held, this.heldBytes);
    const { length, needed } = wholeBlock(bytes);
    this.needed = needed;
    if (length === undefined) return out;
    this.held = [];
    this.heldBytes = 0;
    this.passing = 0;
    if (length > 0) out.push(shortened(bytes.subarray(0, length)));
    const rest = bytes.subarray(length);
    return rest.length === 0 ? out : [...out, ...this.frames(rest)];
  }

  private hold(chunk: Buffer): void {
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    if (this.heldBytes > heldLimit) throw new RangeError('The headers of an answer have no end.');
  }
}

function checkProtocol(chunk: Buffer): void {
  const text = chunk.toString('latin1', 0, 200);
  if (text.startsWith('HTTP/1')) throw new WrongProtocolError('http/1', text.split('\r\n', 1)[0] ?? '');
  if (chunk[0] === 0x15 && chunk[1] === 0x03) throw new WrongProtocolError('tls', '');
}

/** Where the frames end that may pass: at a header block in several frames, an incomplete frame header, or beyond. */
function passingEnd(chunk: Buffer, start: number): { readonly at: number } {
  let at = start;
  while (at + frameHeader <= chunk.length) {
    if (chunk[at + 3] === headersFrame && ((chunk[at + 4] ?? 0) & endHeaders) === 0) break;
    at += frameHeader + chunk.readUIntBE(at, 3);
  }
  return { at };
}

/** Length of the header block at the start, 0 when something else is there; or how many bytes are needed to know. */
function wholeBlock(bytes: Buffer): { readonly length?: number; readonly needed: number } {
  if (bytes.length < frameHeader) return { needed: frameHeader };
  if (bytes[3] !== headersFrame || ((bytes[4] ?? 0) & endHeaders) !== 0) return { length: 0, needed: 0 };
  let at = 0;
  while (at + frameHeader <= bytes.length) {
    const end = at + frameHeader + bytes.readUIntBE(at, 3);
    if (at > 0 && bytes[at + 3] !== continuationFrame) return { length: at, needed: 0 };
    if (end > bytes.length) return { needed: end };
    if (((bytes[at + 4] ?? 0) & endHeaders) !== 0) return { length: end, needed: 0 };
    at = end;
  }
  return { needed: at + frameHeader };
}

/** The same header block with short values; as it was if it cannot be read. */
function shortened(frames: Buffer): Buffer {
  const fields = readHeaderBlock(blockOf(frames));
  if (fields === undefined) return frames;
  const block = Buffer.concat(fields.map(shortField));
  const stream = frames.readUInt32BE(5);
  const flags = frames.readUInt8(4) & endStream;
  const parts: Buffer[] = [];
  for (let at = 0; at < block.length; at += frameLimit) {
    const part = block.subarray(at, at + frameLimit);
    const last = at + frameLimit >= block.length ? endHeaders : 0;
    const header = Buffer.alloc(frameHeader);
    header.writeUIntBE(part.length, 0, 3);
    header.writeUInt8(at === 0 ? headersFrame : continuationFrame, 3);
    header.writeUInt8((at === 0 ? flags : 0) | last, 4);
    header.writeUInt32BE(stream, 5);
    parts.push(header, part);
  }
  return Buffer.concat(parts);
}

function blockOf(frames: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < frames.length; ) {
    const flags = at === 0 ? frames.readUInt8(4) : 0;
    const end = at + frameHeader + frames.readUIntBE(at, 3);
    const start = at + frameHeader + (flags & padded ? 1 : 0) + (flags & priority ? 5 : 0);
    parts.push(frames.subarray(start, end - (flags & padded ? frames.readUInt8(at + frameHeader) : 0)));
    at = end;
  }
  return Buffer.concat(parts);
}

function shortField(field: HeaderField): Buffer {
  if (field.value === undefined || field.value.data.length <= valueLimit / 2) return field.bytes;
  const value = field.value.huffman ? decodeHuffman(field.value.data) : field.value.data;
  if (value === undefined || value.length <= valueLimit) return field.bytes;
  return withValue(field, Buffer.from(shortValue(value.toString('latin1')), 'latin1'));
}

/** The field's name may be an index into the table; details of a status are told by their content. */
function shortValue(value: string): string {
  if (/^[A-Za-z0-9+/]+=*$/.test(value)) {
    const details = shrinkStatusDetails(Buffer.from(value, 'base64'));
    if (details !== undefined) return Buffer.from(details).toString('base64');
  }
  const text = percentDecoded(value);
  return percentEncoded(`${text.slice(0, valueLimit / 2)} [...] ${text.slice(-valueLimit / 8)}`);
}
