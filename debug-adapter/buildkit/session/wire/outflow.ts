import type { Writable } from 'node:stream';
import {
  defaultFrameSize,
  defaultWindow,
  frameFlag,
  frameHeaderLength,
  frameType,
  putFrameHeader,
  WireError,
} from './frames.js';

/** Most payload that goes into one write: large enough to cost little, small enough to let other streams in between. */
const turn = 512 * 1024;
const largestWindow = 2 ** 31 - 1;

/** What one stream still has to send. */
export class OutStream {
  private readonly pieces: Uint8Array[] = [];
  private trailers: Buffer | undefined;
  /** Bytes of the first piece that are sent. */
  private offset = 0;
  queued = 0;

  constructor(
    readonly id: number,
    public window: number,
  ) {}

  add(piece: Uint8Array): void {
    this.pieces.push(piece);
    this.queued += piece.length;
  }

  /** To be sent when all is sent, and the last. */
  finish(trailers: Buffer): void {
    this.trailers = trailers;
  }

  takeTrailers(): Buffer | undefined {
    const { trailers } = this;
    if (this.queued === 0) this.trailers = undefined;
    return this.queued === 0 ? trailers : undefined;
  }

  /** Moves queued bytes into a buffer. */
  fill(target: Buffer, begin: number, length: number): void {
    let at = begin;
    const end = begin + length;
    this.queued -= length;
    while (at < end) {
      const piece = this.pieces[0];
      if (piece === undefined) throw new RangeError('More was taken than is queued.');
      const size = Math.min(piece.length - this.offset, end - at);
      target.set(size === piece.length ? piece : piece.subarray(this.offset, this.offset + size), at);
      at += size;
      this.offset += size;
      if (this.offset < piece.length) continue;
      this.pieces.shift();
      this.offset = 0;
    }
  }
}

/** Cuts what the streams send into frames, in turns and within the windows, and writes many frames at once. */
export class Outflow {
  private readonly streams = new Map<number, OutStream>();
  private window = defaultWindow;
  private initialWindow = defaultWindow;
  private frameSize = defaultFrameSize;
  private pumping = false;

  /** @param sent called for a stream of which something was sent */
  constructor(
    private readonly transport: Writable,
    private readonly sent: (stream: number) => void,
  ) {
    transport.on('drain', () => this.pump());
  }

  open(id: number): OutStream {
    const stream = new OutStream(id, this.initialWindow);
    this.streams.set(id, stream);
    return stream;
  }

  drop(id: number): void {
    this.streams.delete(id);
  }

  /** Sends frames that no window holds back. */
  control(frame: Uint8Array): void {
    if (this.transport.writable) this.transport.write(frame);
  }

  setInitialWindow(size: number): void {
    for (const stream of this.streams.values()) stream.window += size - this.initialWindow;
    this.initialWindow = size;
    this.pump();
  }

  setFrameSize(size: number): void {
    this.frameSize = Math.min(size, turn);
  }

  widen(id: number, by: number): void {
    const stream = this.streams.get(id);
    if (id === 0) this.window += by;
    else if (stream !== undefined) stream.window += by;
    if (this.window > largestWindow) throw new WireError('flowControl', 'The window of the connection is too large.');
    this.pump();
  }

  /** Sends what may be sent now. */
  pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    try {
      while (this.round());
    } finally {
      this.pumping = false;
    }
  }

  /** One turn for each stream; false when nothing could be sent. */
  private round(): boolean {
    let some = false;
    for (const stream of this.streams.values()) {
      if (!this.transport.writable || this.transport.writableNeedDrain) return false;
      const length = Math.min(stream.queued, stream.window, this.window, turn);
      if (length > 0) {
        this.write(stream, length);
        some = true;
      }
      const trailers = stream.takeTrailers();
      if (trailers === undefined) continue;
      this.streams.delete(stream.id);
      this.transport.write(trailers);
    }
    return some;
  }

  private write(stream: OutStream, length: number): void {
    const frames = Math.ceil(length / this.frameSize);
    const buffer = Buffer.allocUnsafe(length + frames * frameHeaderLength);
    let at = 0;
    for (let left = length; left > 0; ) {
      const size = Math.min(left, this.frameSize);
      putFrameHeader(buffer, at, size, frameType.data, 0, stream.id);
      stream.fill(buffer, at + frameHeaderLength, size);
      at += frameHeaderLength + size;
      left -= size;
    }
    stream.window -= length;
    this.window -= length;
    this.transport.write(buffer);
    this.sent(stream.id);
  }
}

/** A header block in one frame; ours are always short enough. */
export function headersFrame(stream: number, block: Buffer, last: boolean): Buffer {
  const frame = Buffer.allocUnsafe(frameHeaderLength + block.length);
  putFrameHeader(
    frame,
    0,
    block.length,
    frameType.headers,
    frameFlag.endHeaders | (last ? frameFlag.endStream : 0),
    stream,
  );
  frame.set(block, frameHeaderLength);
  return frame;
}
