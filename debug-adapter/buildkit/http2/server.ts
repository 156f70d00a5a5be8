import type { Duplex } from 'node:stream';
import { frameType, numbersFrame, setting, settingsFrame, WireError } from './frames.js';
import type { Header } from './header-decoder.js';
import { goAwayFrame, Inflow } from './inflow.js';
import { Outflow } from './outflow.js';
import { ServerStream } from './server-stream.js';
import type { ByteSink } from './sink.js';

/** What the peer may send ahead, by stream and in all: more than the longest message, which counts when it is whole. */
const streamWindow = 24 * 1024 * 1024;
const connectionWindow = 64 * 1024 * 1024;

/**
 * The server's end of an HTTP/2 connection, for the one client there is: the engine. Node's own server would do, but
 * inside another HTTP/2 stream it costs two small buffers for every 16 KiB; here many frames go out as one buffer, and
 * repeated headers stay apart.
 */
export class ServerConnection {
  private readonly streams = new Map<number, ServerStream>();
  private readonly inflow: Inflow;
  private readonly outflow: Outflow;
  private lastStream = 0;
  private over = false;

  /**
   * @param sink where the frames go, which end at the transport
   * @param accept called with each call of the peer
   */
  constructor(
    private readonly transport: Duplex,
    sink: ByteSink,
    private readonly accept: (stream: ServerStream, headers: readonly Header[]) => void,
  ) {
    this.outflow = new Outflow(sink, (id) => this.streams.get(id)?.outgoing.moved());
    this.inflow = this.listen();
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
    this.outflow.control(goAwayFrame(this.lastStream, 'none'));
    this.lost(new Error('The session was closed.'));
    this.transport.end();
  }

  private listen(): Inflow {
    const { outflow } = this;
    return new Inflow(
      {
        headers: (id, headers, last) => this.headers(id, headers, last),
        data: (id, content, size, last) => this.streams.get(id)?.receive(content, size, last),
        reset: (id) => this.drop(id, new Error('The engine cancelled the call.')),
        goAway: () => undefined,
        reply: (frame) => outflow.control(frame),
        initialWindow: (size) => outflow.setInitialWindow(size),
        frameSize: (size) => outflow.setFrameSize(size),
        streamLimit: () => undefined,
        widen: (id, by) => outflow.widen(id, by),
      },
      { window: connectionWindow, server: true },
    );
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
      this.inflow.receive(chunk);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.outflow.control(goAwayFrame(this.lastStream, error.kind));
      this.lost(error);
      this.transport.destroy(error);
    }
  }

  private headers(id: number, headers: readonly Header[], last: boolean): void {
    const known = this.streams.get(id);
    if (known !== undefined) return known.receive(Buffer.alloc(0), 0, last);
    if (id <= this.lastStream) return;
    this.lastStream = id;
    const stream = new ServerStream(id, this.outflow, streamWindow, () => this.streams.delete(id));
    this.streams.set(id, stream);
    this.accept(stream, headers);
    if (last) stream.receive(Buffer.alloc(0), 0, true);
  }

  private drop(id: number, cause: Error): void {
    const stream = this.streams.get(id);
    this.streams.delete(id);
    // What is left of an answered call is wanted no more.
    this.outflow.drop(id);
    stream?.abort(cause);
  }
}
