import {
  defaultFrameSize,
  defaultWindow,
  frameFlag,
  frameHeaderLength,
  frameType,
  putFrameHeader,
  WireError,
} from './frames.js';
import type { Page } from './page.js';
import type { ByteSink } from './sink.js';

const largestWindow = 2 ** 31 - 1;
/** Frames shorter than this are not made to end with an outer frame. */
const smallFrame = 1024;

/** What one stream still has to send. */
export class OutStream {
  private readonly pieces: { readonly bytes: Uint8Array; readonly taken: (() => void) | undefined }[] = [];
  private trailers: Buffer | undefined;
  /** Bytes of the first piece that are sent. */
  private offset = 0;
  queued = 0;

  constructor(
    readonly id: number,
    public window: number,
  ) {}

  /** @param taken called when the bytes are copied and may change */
  add(bytes: Uint8Array, taken: (() => void) | undefined): void {
    this.pieces.push({ bytes, taken });
    this.queued += bytes.length;
  }

  /** To be sent when all is sent, and the last. */
  finish(trailers: Buffer): void {
    this.trailers = trailers;
  }

  /** The trailers, when it is their turn. */
  takeTrailers(): Buffer | undefined {
    const { trailers } = this;
    if (this.queued > 0) return undefined;
    this.trailers = undefined;
    return trailers;
  }

  /** Moves queued bytes into a page. */
  fill(page: Page, length: number): void {
    this.queued -= length;
    for (let left = length; left > 0; ) {
      const piece = this.pieces[0];
      if (piece === undefined) throw new RangeError('More was taken than is queued.');
      const size = Math.min(piece.bytes.length - this.offset, left);
      page.put(piece.bytes, this.offset, this.offset + size);
      left -= size;
      this.offset += size;
      if (this.offset < piece.bytes.length) continue;
      this.pieces.shift();
      this.offset = 0;
      piece.taken?.();
    }
  }
}

/** Cuts what the streams send into frames, in turns and within the windows, and writes many frames at once. */
export class Outflow {
  private readonly streams = new Map<number, OutStream>();
  private readonly urgent: Uint8Array[] = [];
  private window = defaultWindow;
  private initialWindow = defaultWindow;
  private frameSize = defaultFrameSize;
  private pumping = false;

  /** @param sent called for a stream of which something was sent */
  constructor(
    private readonly sink: ByteSink,
    private readonly sent: (stream: number) => void,
  ) {
    sink.onRoom(() => this.pump());
  }

  open(id: number): OutStream {
    const stream = new OutStream(id, this.initialWindow);
    this.streams.set(id, stream);
    return stream;
  }

  drop(id: number): void {
    this.streams.delete(id);
  }

  /** Sends frames that no window of this connection holds back; they are short. */
  control(frame: Uint8Array): void {
    this.urgent.push(frame);
    this.pump();
  }

  setInitialWindow(size: number): void {
    for (const stream of this.streams.values()) stream.window += size - this.initialWindow;
    this.initialWindow = size;
    this.pump();
  }

  setFrameSize(size: number): void {
    this.frameSize = size;
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
    let some = this.sendUrgent();
    for (const stream of this.streams.values()) {
      if (this.urgent.length > 0) return some;
      // Each frame has a header, and the first may be short.
      const room = this.sink.room();
      const fits = room - frameHeaderLength * (Math.ceil(room / smallFrame / 8) + 3);
      const length = Math.min(stream.queued, stream.window, this.window, fits);
      if (length > 0) {
        this.send(stream, length);
        some = true;
      }
      const trailers = stream.takeTrailers();
      if (trailers === undefined) continue;
      this.streams.delete(stream.id);
      this.urgent.push(trailers);
      some = true;
    }
    return some;
  }

  private sendUrgent(): boolean {
    const room = this.sink.room();
    let [count, length] = [0, 0];
    for (const frame of this.urgent) {
      if (length + frame.length > room) break;
      length += frame.length;
      count += 1;
    }
    if (count === 0) return false;
    const frames = this.urgent.splice(0, count);
    this.sink.write((page) => {
      for (const frame of frames) page.put(frame, 0, frame.length);
    }, length);
    return true;
  }

  private send(stream: OutStream, length: number): void {
    stream.window -= length;
    this.window -= length;
    const most = length + frameHeaderLength * (Math.ceil(length / this.frameSize) + 1);
    this.sink.write((page) => {
      for (let left = length; left > 0; ) {
        const whole = page.contiguous - frameHeaderLength;
        const size = Math.min(left, this.frameSize, whole < smallFrame ? left : whole);
        page.frameHeader(size, frameType.data, 0, stream.id);
        stream.fill(page, size);
        left -= size;
      }
    }, most);
    this.sent(stream.id);
  }
}

/** A header block in one frame; ours are always short enough. */
export function headersFrame(stream: number, block: Buffer, last: boolean): Buffer {
  const frame = Buffer.allocUnsafe(frameHeaderLength + block.length);
  const flags = frameFlag.endHeaders | (last ? frameFlag.endStream : 0);
  putFrameHeader(frame, 0, block.length, frameType.headers, flags, stream);
  frame.set(block, frameHeaderLength);
  return frame;
}
