import {
  contentOf,
  defaultFrameSize,
  errorCode,
  type Frame,
  FrameReader,
  frameFlag,
  frameOf,
  frameType,
  has,
  numbersFrame,
  preface,
  setting,
  WireError,
} from './frames.js';
import { type Header, HeaderDecoder } from './header-decoder.js';

const longestHeaderBlock = 16 * 1024 * 1024;

/** What one end of a connection hears; frames without a meaning for it are not told. */
export interface InflowListener {
  /** A whole header block. @param last nothing follows on that stream */
  headers(stream: number, headers: readonly Header[], last: boolean): void;
  /** @param size what the stream's window lost, padding included */
  data(stream: number, content: Buffer, size: number, last: boolean): void;
  reset(stream: number, code: number): void;
  /** @param lastStream streams above were not looked at */
  goAway(lastStream: number, code: number): void;
  /** A frame to be sent: an answer to a ping, more room. */
  reply(frame: Buffer): void;
  initialWindow(size: number): void;
  frameSize(size: number): void;
  /** Calls that the peer takes at a time. */
  streamLimit(count: number): void;
  /** @param stream 0 for the connection */
  widen(stream: number, by: number): void;
}

interface HeaderBlock {
  readonly stream: number;
  readonly last: boolean;
  readonly parts: Buffer[];
  length: number;
}

/** Reads what arrives on an HTTP/2 connection, on either end, and answers what needs no thought. */
export class Inflow {
  private readonly reader: FrameReader;
  private readonly decoder = new HeaderDecoder();
  private block: HeaderBlock | undefined;
  private unacknowledged = 0;

  /**
   * @param options.window bytes that the peer may send ahead on all streams together
   * @param options.server whether the peer begins with the preface of clients
   */
  constructor(
    private readonly listener: InflowListener,
    private readonly options: { readonly window: number; readonly server: boolean },
  ) {
    this.reader = new FrameReader(options.server ? preface.length : 0);
  }

  /** @throws WireError when the peer breaks the rules */
  receive(chunk: Buffer): void {
    for (const frame of this.reader.push(chunk)) this.handle(frame);
  }

  private handle(frame: Frame): void {
    const { payload, stream } = frame;
    if (this.block !== undefined && frame.type !== frameType.continuation)
      throw new WireError('protocol', 'A header block was not finished.');
    switch (frame.type) {
      case -1:
        if (!payload.equals(preface)) throw new WireError('protocol', 'The peer does not speak HTTP/2.');
        return;
      case frameType.data:
        return this.data(frame);
      case frameType.headers:
        this.block = { stream, last: has(frame, frameFlag.endStream), parts: [], length: 0 };
        return this.headers(frame);
      case frameType.continuation:
        return this.headers(frame);
      case frameType.reset:
        return this.listener.reset(stream, numberIn(frame, 0, 4));
      case frameType.settings:
        return this.settings(frame);
      case frameType.ping:
        if (!has(frame, frameFlag.ack)) this.listener.reply(frameOf(frameType.ping, frameFlag.ack, 0, payload));
        return;
      case frameType.goAway:
        return this.listener.goAway(numberIn(frame, 0, 8) & 0x7fffffff, numberIn(frame, 4, 8));
      case frameType.windowUpdate:
        return this.listener.widen(stream, numberIn(frame, 0, 4) & 0x7fffffff);
    }
  }

  private data(frame: Frame): void {
    const { stream, payload } = frame;
    this.unacknowledged += payload.length;
    if (this.unacknowledged > this.options.window / 4) {
      this.listener.reply(numbersFrame(frameType.windowUpdate, 0, this.unacknowledged));
      this.unacknowledged = 0;
    }
    this.listener.data(stream, contentOf(frame), payload.length, has(frame, frameFlag.endStream));
  }

  private headers(frame: Frame): void {
    const { block } = this;
    if (block?.stream !== frame.stream) throw new WireError('protocol', 'A continuation continues nothing.');
    const part = contentOf(frame);
    block.length += part.length;
    if (block.length > longestHeaderBlock) throw new WireError('compression', 'A header block is too long.');
    block.parts.push(part);
    if (!has(frame, frameFlag.endHeaders)) return;
    this.block = undefined;
    this.listener.headers(block.stream, this.decoder.decode(Buffer.concat(block.parts)), block.last);
  }

  private settings(frame: Frame): void {
    if (has(frame, frameFlag.ack)) return;
    for (let at = 0; at + 6 <= frame.payload.length; at += 6) {
      const value = frame.payload.readUInt32BE(at + 2);
      const id = frame.payload.readUInt16BE(at);
      if (id === setting.initialWindowSize) this.listener.initialWindow(value);
      if (id === setting.maxFrameSize) this.listener.frameSize(Math.max(defaultFrameSize, value));
      if (id === setting.maxConcurrentStreams) this.listener.streamLimit(value);
    }
    this.listener.reply(frameOf(frameType.settings, frameFlag.ack, 0, Buffer.alloc(0)));
  }
}

function numberIn({ payload }: Frame, at: number, least: number): number {
  if (payload.length < least) throw new WireError('frameSize', 'A frame is shorter than its kind must be.');
  return payload.readUInt32BE(at);
}

/** Says goodbye for a reason. */
export function goAwayFrame(lastStream: number, kind: keyof typeof errorCode): Buffer {
  return numbersFrame(frameType.goAway, 0, lastStream, errorCode[kind]);
}
