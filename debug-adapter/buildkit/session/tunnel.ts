import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { status } from '@grpc/grpc-js';
import { EngineError } from '../errors.js';
import { BytesMessage, ControlService } from '../gen/control.js';
import {
  defaultFrameSize,
  defaultWindow,
  errorCode,
  frameFlag,
  frameOf,
  frameType,
  numbersFrame,
  preface,
  setting,
  settingsFrame,
} from '../http2/frames.js';
import type { Header } from '../http2/header-decoder.js';
import { requestHeaders } from '../http2/header-encoder.js';
import { Inflow } from '../http2/inflow.js';
import { headersFrame } from '../http2/outflow.js';
import { Page } from '../http2/page.js';
import { type ByteSink, pageSize } from '../http2/sink.js';
import { MessageReader } from '../rpc/messages.js';
import { readStatus } from '../rpc/statuses.js';

const streamId = 1;
/** What the engine may send ahead. */
const tunnelWindow = 64 * 1024 * 1024;
const messageLimit = 16 * 1024 * 1024;
/** Pages that may be on their way to the system at a time. */
const pages = 4;

/**
 * `Control.Session` on a connection of its own, with both layers of HTTP/2 written here: the frames of the session and
 * those of the connection around it are laid into one buffer, which goes to the socket as it is. Through Node's HTTP/2
 * every 16 KiB would cost two buffers and two copies on either layer.
 *
 * Reads as the bytes that the engine sends. Writing works, but `sink` is the way that needs no copies.
 */
export class SessionTunnel extends Duplex {
  readonly sink: ByteSink;
  /** Resolves with the first bytes of the engine; rejects when it refuses the session. */
  readonly opened: Promise<void>;
  private heard: () => void = () => undefined;
  private readonly inflow: Inflow;
  private readonly messages = new MessageReader(messageLimit);
  private unacknowledged = 0;
  private readonly waiting = new Set<() => void>();
  /** A socket tells when a page is with the system and may be used again; other streams may hold on to it. */
  private readonly free: Buffer[] | undefined;
  private readonly windows = { connection: defaultWindow, stream: defaultWindow, initial: defaultWindow };
  private frameSize = defaultFrameSize;

  /**
   * @param socket speaks HTTP/2 with prior knowledge; belongs to the tunnel from now on
   * @param authority the `:authority` of the call
   * @param metadata of `Control.Session`
   */
  constructor(
    private readonly socket: Duplex,
    authority: string,
    metadata: readonly Header[],
  ) {
    super({ allowHalfOpen: true, readableHighWaterMark: tunnelWindow, writableHighWaterMark: pageSize });
    this.free = socket instanceof Socket ? Array.from({ length: pages }, () => Buffer.alloc(0)) : undefined;
    this.sink = {
      room: () => this.room(),
      write: (lay) => this.writePage(lay),
      onRoom: (listener) => void this.waiting.add(listener),
      end: () => void this.end(),
    };
    this.opened = new Promise((resolve, reject) => {
      this.heard = resolve;
      this.once('error', reject);
      this.once('close', () => reject(failure(status.UNAVAILABLE, 'The session was closed.')));
    });
    this.opened.catch(() => undefined);
    this.inflow = this.hear();
    this.listen();
    this.begin(authority, metadata);
  }

  /** The one call on the connection. */
  private hear(): Inflow {
    const { socket, windows } = this;
    return new Inflow(
      {
        headers: (_, headers, last) => {
          if (!last) return;
          const { code, details } = readStatus(headers, Number(headers.find(([name]) => name === ':status')?.[1] ?? 0));
          this.ended(code, details);
        },
        data: (_, content, size, last) => this.takeData(content, size, last),
        reset: () => this.ended(status.CANCELLED, 'The engine cancelled the session.'),
        goAway: (_, code) => {
          if (code !== errorCode.none) this.ended(status.UNAVAILABLE, `The engine said goodbye with code ${code}.`);
        },
        reply: (frame) => void socket.write(frame),
        initialWindow: (size) => {
          windows.stream += size - windows.initial;
          windows.initial = size;
          this.tell();
        },
        frameSize: (size) => {
          this.frameSize = size;
        },
        streamLimit: () => undefined,
        widen: (stream, by) => {
          if (stream === 0) windows.connection += by;
          else windows.stream += by;
          this.tell();
        },
      },
      { window: tunnelWindow, server: false },
    );
  }

  private takeData(content: Buffer, size: number, last: boolean): void {
    this.unacknowledged += size;
    if (this.unacknowledged > tunnelWindow / 4) {
      this.socket.write(numbersFrame(frameType.windowUpdate, streamId, this.unacknowledged));
      this.unacknowledged = 0;
    }
    for (const message of this.messages.push(content)) {
      const { data } = BytesMessage.decode(message);
      this.heard();
      if (data.length > 0) this.push(data);
    }
    if (last) this.ended(status.UNAVAILABLE, 'The engine ended the session.');
  }

  private listen(): void {
    const { socket } = this;
    const lost = (text: string, cause?: Error): void => void this.destroy(failure(status.UNAVAILABLE, text, cause));
    socket.on('data', (chunk: Buffer) => {
      try {
        this.inflow.receive(chunk);
      } catch (error) {
        lost(error instanceof Error ? error.message : String(error));
      }
    });
    socket.on('drain', () => this.tell());
    socket.on('error', (error) => lost(`The connection to the engine was lost: ${error.message}`, error));
    socket.once('end', () => lost('The engine closed the connection.'));
    socket.once('close', () => lost('The engine closed the connection.'));
  }

  private begin(authority: string, metadata: readonly Header[]): void {
    const headers = requestHeaders(authority, ControlService.session.path, metadata);
    this.socket.write(
      Buffer.concat([
        preface,
        settingsFrame([[setting.initialWindowSize, tunnelWindow]]),
        numbersFrame(frameType.windowUpdate, 0, tunnelWindow),
        headersFrame(streamId, headers, false),
      ]),
    );
  }

  private ended(code: status, message: string): void {
    if (code === status.OK) this.push(null);
    else this.destroy(failure(code, message));
  }

  private room(): number {
    if (this.destroyed || this.writableEnded || !this.socket.writable) return 0;
    if (this.free === undefined ? this.socket.writableNeedDrain : this.free.length === 0) return 0;
    return Page.within(Math.min(this.windows.connection, this.windows.stream, pageSize));
  }

  private writePage(lay: (page: Page) => void): void {
    const size = Page.bufferSize(pageSize, this.frameSize);
    const used = this.free?.pop();
    const buffer = used !== undefined && used.length >= size ? used : Buffer.allocUnsafeSlow(size);
    const page = new Page(buffer, { stream: streamId, frameSize: this.frameSize });
    lay(page);
    const bytes = page.finish();
    this.windows.connection -= page.payload;
    this.windows.stream -= page.payload;
    this.socket.write(bytes, () => {
      this.free?.push(buffer);
      this.tell();
    });
  }

  private tell(): void {
    for (const listener of this.waiting) listener();
  }

  override _read(): void {
    // Nothing is held back: the streams inside have windows of their own.
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    let at = 0;
    const go = (): void => {
      for (let size = this.room(); size > 0 && at < chunk.length; size = this.room()) {
        const begin = at;
        at = Math.min(chunk.length, begin + size);
        this.writePage((page) => page.put(chunk, begin, at));
      }
      if (at < chunk.length) return;
      this.waiting.delete(go);
      done();
    };
    this.waiting.add(go);
    go();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.socket.write(frameOf(frameType.data, frameFlag.endStream, streamId, Buffer.alloc(0)), () => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // Whatever waits for room is told that there will be none.
    this.waiting.clear();
    if (this.socket.writable)
      this.socket.end(numbersFrame(frameType.reset, streamId, errorCode.cancel), () => this.socket.destroy());
    else this.socket.destroy();
    done(error);
  }
}

function failure(code: status, message: string, cause?: Error): EngineError {
  return new EngineError('Control.Session', code, message, { sources: [] }, { cause });
}
