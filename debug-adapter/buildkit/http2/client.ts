import type { Duplex } from 'node:stream';
import { ClientStream, type ClientStreamListener } from './client-stream.js';
import { errorCode, frameType, numbersFrame, preface, setting, settingsFrame, WireError } from './frames.js';
import { goAwayFrame, Inflow } from './inflow.js';
import { Outflow } from './outflow.js';
import { plainSink } from './sink.js';

/** What the engine may send ahead, by call and in all; more is asked for as messages are taken. */
const streamWindow = 4 * 1024 * 1024;
const connectionWindow = 16 * 1024 * 1024;

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

interface Waiting {
  readonly stream: ClientStream;
  readonly block: Buffer;
}

/**
 * The client's end of an HTTP/2 connection with prior knowledge. BuildKit puts the whole Dockerfile into the trailers of
 * a failed call, and the whole command of a RUN into its message; Node's HTTP/2 takes no header above 64 KiB: Node 20 then
 * hears nothing more on that connection, Node 24 resets all its streams. Also a start is shorter without it.
 * https://github.com/nodejs/node/blob/v20.20.2/deps/nghttp2/lib/nghttp2_hd.h (NGHTTP2_HD_MAX_NV)
 */
export class ClientConnection {
  private readonly streams = new Map<number, ClientStream>();
  private readonly waiting: Waiting[] = [];
  private readonly outflow: Outflow;
  private readonly inflow: Inflow;
  private nextId = 1;
  private limit = Number.POSITIVE_INFINITY;
  private cause: Error | undefined;
  private heard = false;
  private over = false;
  private leaving = false;
  private settled: (cause: Error | undefined) => void = () => undefined;
  /** Settles when the connection is gone, with the cause unless it was closed on purpose. */
  readonly closed = new Promise<Error | undefined>((resolve) => (this.settled = resolve));

  constructor(private readonly transport: Duplex) {
    this.outflow = new Outflow(plainSink(transport), () => undefined);
    this.inflow = this.listen();
    transport.on('data', (chunk: Buffer) => this.receive(chunk));
    transport.on('error', (error: Error) => this.lost(error));
    transport.once('end', () => this.lost());
    transport.once('close', () => this.lost());
    this.outflow.control(
      Buffer.concat([
        preface,
        settingsFrame([
          [setting.enablePush, 0],
          [setting.initialWindowSize, streamWindow],
        ]),
        numbersFrame(frameType.windowUpdate, 0, connectionWindow - 65535),
      ]),
    );
  }

  /** Why there can be no calls any more; undefined while there can. */
  get end(): string | undefined {
    return this.over || this.leaving ? (this.cause?.message ?? 'it was closed') : undefined;
  }

  /** Opens a call. @param block its headers, encoded */
  open(block: Buffer, listener: ClientStreamListener): ClientStream {
    const stream = new ClientStream(listener, this.outflow, streamWindow, (id) => this.closedStream(id, stream));
    this.waiting.push({ stream, block });
    this.beginNext();
    return stream;
  }

  /** Cuts off calls that still run. */
  close(): void {
    if (this.over) return;
    this.outflow.control(goAwayFrame(0, 'none'));
    this.finish();
    this.transport.end(() => this.transport.destroy());
  }

  private listen(): Inflow {
    const { outflow, streams } = this;
    return new Inflow(
      {
        headers: (id, headers, last) => streams.get(id)?.receiveHeaders(headers, last),
        data: (id, content, size, last) => streams.get(id)?.receiveData(content, size, last),
        reset: (id, code) => streams.get(id)?.break(code),
        goAway: (lastStream, code) => this.leave(lastStream, code),
        reply: (frame) => outflow.control(frame),
        initialWindow: (size) => outflow.setInitialWindow(size),
        frameSize: (size) => outflow.setFrameSize(size),
        streamLimit: (count) => {
          this.limit = count;
          this.beginNext();
        },
        widen: (id, by) => outflow.widen(id, by),
      },
      { window: connectionWindow, server: false },
    );
  }

  private receive(chunk: Buffer): void {
    if (this.over) return;
    try {
      if (!this.heard) checkProtocol(chunk);
      this.heard = true;
      this.inflow.receive(chunk);
    } catch (error) {
      if (error instanceof WireError) this.outflow.control(goAwayFrame(0, error.kind));
      this.lost(error instanceof Error ? error : new Error(String(error)));
      this.transport.destroy();
    }
  }

  private beginNext(): void {
    while (this.streams.size < this.limit && !this.over && !this.leaving) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      const id = this.nextId;
      this.nextId += 2;
      this.streams.set(id, next.stream);
      next.stream.begin(id, next.block);
    }
  }

  private closedStream(id: number, stream: ClientStream): void {
    this.streams.delete(id);
    const at = this.waiting.findIndex((one) => one.stream === stream);
    if (at >= 0) this.waiting.splice(at, 1);
    if (this.leaving && this.streams.size === 0) this.close();
    else this.beginNext();
  }

  /** The engine takes no more calls; those that it has may end. */
  private leave(lastStream: number, code: number): void {
    if (code !== errorCode.none) this.cause ??= new Error(`The engine said goodbye with code ${code}.`);
    this.leaving = true;
    for (const { stream } of this.waiting.splice(0)) stream.break(errorCode.refused);
    for (const [id, stream] of [...this.streams]) if (id > lastStream) stream.break(errorCode.refused);
    if (this.streams.size === 0) this.close();
  }

  private lost(cause?: Error): void {
    this.cause ??= cause;
    if (this.over) return;
    this.finish();
    this.transport.destroy();
  }

  private finish(): void {
    this.over = true;
    const streams = [...this.streams.values(), ...this.waiting.splice(0).map(({ stream }) => stream)];
    this.streams.clear();
    for (const stream of streams) stream.break(undefined);
    this.settled(this.cause);
  }
}

function checkProtocol(chunk: Buffer): void {
  const text = chunk.toString('latin1', 0, 200);
  if (text.startsWith('HTTP/1')) throw new WrongProtocolError('http/1', text.split('\r\n', 1)[0] ?? '');
  if (chunk[0] === 0x15 && chunk[1] === 0x03) throw new WrongProtocolError('tls', '');
}
