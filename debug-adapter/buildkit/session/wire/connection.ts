import type { Duplex } from 'node:stream';
import {
  contentOf,
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
  settingsFrame,
  WireError,
} from './frames.js';
import { type Header, HeaderDecoder } from './header-decoder.js';
import { Outflow } from './outflow.js';
import { plainSink } from './sink.js';
import { WireStream } from './stream.js';
import { SessionTunnel } from './tunnel.js';

/** What the peer may send ahead, by stream and in all: more than the longest message, which counts when it is whole. */
const streamWindow = 24 * 1024 * 1024;
const connectionWindow = 64 * 1024 * 1024;
const longestHeaderBlock = 16 * 1024 * 1024;

interface HeaderBlock {
  readonly stream: number;
  readonly endStream: boolean;
  readonly parts: Buffer[];
  length: number;
}

/**
 * The server's end of an HTTP/2 connection, for the one client there is: the engine. Node's own server would do, but
 * inside another HTTP/2 stream it costs two small buffers for every 16 KiB; here many frames go out as one buffer, and
 * repeated headers stay apart.
 */
export class Connection {
  private readonly reader = new FrameReader(preface.length);
  private readonly decoder = new HeaderDecoder();
  private readonly streams = new Map<number, WireStream>();
  private readonly outflow: Outflow;
  private block: HeaderBlock | undefined;
  private unacknowledged = 0;
  private lastStream = 0;
  private over = false;

  /** @param accept called with each call of the peer */
  constructor(
    private readonly transport: Duplex,
    private readonly accept: (stream: WireStream, headers: readonly Header[]) => void,
  ) {
    const sink = transport instanceof SessionTunnel ? transport.sink : plainSink(transport);
    this.outflow = new Outflow(sink, (id) => this.streams.get(id)?.outgoing.moved());
    transport.on('data', (chunk: Buffer) => this.receive(chunk));
    transport.once('error', (error: Error) => this.lost(error));
    transport.once('end', () => this.lost(new Error('The engine ended the session.')));
    transport.once('close', () => this.lost(new Error('The session is closed.')));
    this.outflow.control(
      Buffer.concat([
        settingsFrame([[setting.initialWindowSize, streamWindow]]),
        numbersFrame(frameType.windowUpdate, 0, connectionWindow - 65535),
      ]),
    );
  }

  /** Says goodbye; calls that still run are cut off. */
  close(): void {
    if (this.over) return;
    this.outflow.control(numbersFrame(frameType.goAway, 0, this.lastStream, errorCode.none));
    this.lost(new Error('The session was closed.'));
    this.transport.end();
  }

  private lost(cause: Error): void {
    if (this.over) return;
    this.over = true;
    const streams = [...this.streams.values()];
    this.streams.clear();
    for (const stream of streams) stream.abort(cause);
  }

  private receive(chunk: Buffer): void {
    if (this.over) return;
    try {
      for (const frame of this.reader.push(chunk)) this.handle(frame);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.outflow.control(numbersFrame(frameType.goAway, 0, this.lastStream, errorCode[error.kind]));
      this.lost(error);
      this.transport.destroy(error);
    }
  }

  private handle(frame: Frame): void {
    if (this.block !== undefined && frame.type !== frameType.continuation) {
      throw new WireError('protocol', 'A header block was not finished.');
    }
    switch (frame.type) {
      case -1:
        if (!frame.payload.equals(preface)) throw new WireError('protocol', 'The peer does not speak HTTP/2.');
        return;
      case frameType.data:
        return this.data(frame);
      case frameType.headers:
        this.block = { stream: frame.stream, endStream: has(frame, frameFlag.endStream), parts: [], length: 0 };
        return this.headers(frame);
      case frameType.continuation:
        return this.headers(frame);
      case frameType.reset:
        return this.drop(frame.stream, new Error('The engine cancelled the call.'));
      case frameType.settings:
        return this.settings(frame);
      case frameType.ping:
        if (!has(frame, frameFlag.ack)) this.outflow.control(frameOf(frameType.ping, frameFlag.ack, 0, frame.payload));
        return;
      case frameType.windowUpdate:
        if (frame.payload.length !== 4) throw new WireError('frameSize', 'A window update has another size.');
        return this.outflow.widen(frame.stream, frame.payload.readUInt32BE(0) & 0x7fffffff);
    }
  }

  private data(frame: Frame): void {
    this.unacknowledged += frame.payload.length;
    if (this.unacknowledged > connectionWindow / 4) {
      this.outflow.control(numbersFrame(frameType.windowUpdate, 0, this.unacknowledged));
      this.unacknowledged = 0;
    }
    const stream = this.streams.get(frame.stream);
    if (stream === undefined) return;
    const content = contentOf(frame);
    stream.receive(content, frame.payload.length, has(frame, frameFlag.endStream));
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
    const headers = this.decoder.decode(Buffer.concat(block.parts));
    const known = this.streams.get(block.stream);
    if (known !== undefined) known.receive(Buffer.alloc(0), 0, block.endStream);
    else if (block.stream > this.lastStream) this.open(block, headers);
  }

  private open(block: HeaderBlock, headers: readonly Header[]): void {
    this.lastStream = block.stream;
    const stream = new WireStream(block.stream, this.outflow, streamWindow, () => this.streams.delete(block.stream));
    this.streams.set(block.stream, stream);
    this.accept(stream, headers);
    if (block.endStream) stream.receive(Buffer.alloc(0), 0, true);
  }

  private drop(id: number, cause: Error): void {
    const stream = this.streams.get(id);
    this.streams.delete(id);
    // What is left of an answered call is wanted no more.
    this.outflow.drop(id);
    stream?.abort(cause);
  }

  private settings(frame: Frame): void {
    if (has(frame, frameFlag.ack)) return;
    for (let at = 0; at + 6 <= frame.payload.length; at += 6) {
      const value = frame.payload.readUInt32BE(at + 2);
      const id = frame.payload.readUInt16BE(at);
      if (id === setting.initialWindowSize) this.outflow.setInitialWindow(value);
      if (id === setting.maxFrameSize) this.outflow.setFrameSize(value);
    }
    this.outflow.control(frameOf(frameType.settings, frameFlag.ack, 0, Buffer.alloc(0)));
  }
}
