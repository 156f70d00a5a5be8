/** HTTP/2 frames (RFC 9113), as far as one gRPC client and its server use them. */

export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
export const frameHeaderLength = 9;
/** Largest payload that both sides take unasked. */
export const defaultFrameSize = 16384;
export const defaultWindow = 65535;

export const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const frameFlag = { endStream: 0x1, ack: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

export const setting = { enablePush: 2, maxConcurrentStreams: 3, initialWindowSize: 4, maxFrameSize: 5 } as const;

/** RFC 9113, section 7. */
export const errorCode = {
  none: 0,
  protocol: 1,
  internal: 2,
  flowControl: 3,
  frameSize: 6,
  refused: 7,
  cancel: 8,
  compression: 9,
  calm: 11,
} as const;

/** The peer broke the rules; the connection cannot go on. */
export class WireError extends Error {
  override readonly name = 'WireError';

  constructor(
    readonly kind: 'protocol' | 'flowControl' | 'frameSize' | 'compression',
    message: string,
  ) {
    super(message);
  }
}

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** Whether a frame has a flag. */
export function has(frame: Frame, flag: number): boolean {
  return (frame.flags & flag) !== 0;
}

/** Writes a frame's header into `target`. */
export function putFrameHeader(
  target: Buffer,
  at: number,
  length: number,
  type: number,
  flags: number,
  stream: number,
): void {
  target[at] = length >>> 16;
  target[at + 1] = length >>> 8;
  target[at + 2] = length;
  target[at + 3] = type;
  target[at + 4] = flags;
  target[at + 5] = stream >>> 24;
  target[at + 6] = stream >>> 16;
  target[at + 7] = stream >>> 8;
  target[at + 8] = stream;
}

/** One whole frame. */
export function frameOf(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(frameHeaderLength + payload.length);
  putFrameHeader(frame, 0, payload.length, type, flags, stream);
  frame.set(payload, frameHeaderLength);
  return frame;
}

/** A frame whose payload is 32 bit numbers: WINDOW_UPDATE, RST_STREAM, GOAWAY. */
export function numbersFrame(type: number, stream: number, ...values: readonly number[]): Buffer {
  const payload = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => payload.writeUInt32BE(value, 4 * index));
  return frameOf(type, 0, stream, payload);
}

/** Our SETTINGS. */
export function settingsFrame(values: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(6 * values.length);
  values.forEach(([id, value], index) => {
    payload.writeUInt16BE(id, 6 * index);
    payload.writeUInt32BE(value, 6 * index + 2);
  });
  return frameOf(frameType.settings, 0, 0, payload);
}

/** The payload without padding and priority. */
export function contentOf(frame: Frame): Buffer {
  let begin = 0;
  let end = frame.payload.length;
  if ((frame.flags & frameFlag.padded) !== 0) {
    end -= frame.payload[0] ?? 0;
    begin = 1;
  }
  if (frame.type === frameType.headers && (frame.flags & frameFlag.priority) !== 0) begin += 5;
  if (begin > end) throw new WireError('protocol', 'A frame is shorter than its padding.');
  return frame.payload.subarray(begin, end);
}

/** Cuts received bytes into frames, copying only those that arrive in pieces. */
export class FrameReader {
  private pieces: Buffer[] = [];
  private held = 0;
  private needed: number;

  /** @param skip bytes before the first frame, answered as a frame of type -1 */
  constructor(private skip: number) {
    this.needed = skip > 0 ? skip : frameHeaderLength;
  }

  push(chunk: Buffer): Frame[] {
    this.pieces.push(chunk);
    this.held += chunk.length;
    if (this.held < this.needed) return [];
    const bytes = this.pieces.length === 1 ? chunk : Buffer.concat(this.pieces, this.held);
    const frames: Frame[] = [];
    let at = 0;
    if (this.skip > 0) {
      frames.push({ type: -1, flags: 0, stream: 0, payload: bytes.subarray(0, this.skip) });
      at = this.skip;
      this.skip = 0;
    }
    for (;;) {
      const length = bytes.length - at < frameHeaderLength ? 0 : bytes.readUIntBE(at, 3);
      if (length > defaultFrameSize) throw new WireError('frameSize', `A frame of ${length} bytes was not asked for.`);
      const end = at + frameHeaderLength + length;
      if (end > bytes.length) {
        this.needed = end - at;
        break;
      }
      frames.push({
        type: bytes.readUInt8(at + 3),
        flags: bytes.readUInt8(at + 4),
        stream: bytes.readUInt32BE(at + 5) & 0x7fffffff,
        payload: bytes.subarray(at + frameHeaderLength, end),
      });
      at = end;
    }
    this.pieces = at < bytes.length ? [bytes.subarray(at)] : [];
    this.held = bytes.length - at;
    return frames;
  }
}
