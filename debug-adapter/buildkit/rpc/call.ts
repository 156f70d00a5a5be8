import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { type ChannelInterface, type InterceptingListener, Metadata, type StatusObject, status } from '@grpc/grpc-js';
import { MessageReader, messagePrefix } from './messages.js';
import { httpCode, readStatus, statusOf } from './statuses.js';

/** The library does not export the name of this type. */
export type GrpcCall = ReturnType<ChannelInterface['createCall']>;

/** What a call needs of its connection. */
export interface CallSite {
  readonly session: ClientHttp2Session;
  readonly authority: string;
  readonly receiveLimit: number;
  /** Why the connection is gone, once it is. */
  lost(): string | undefined;
}

/** What resets a stream (RFC 9113, section 7) and ends it (6.2); Node's own table would load all of its HTTP/2. */
const resetCode = { none: 0, refused: 7, cancel: 8, calm: 11 } as const;
const endStream = 1;

/** Bytes that may wait in a stream before its writer has to wait too. */
const writeAhead = 512 * 1024;
/** Shorter messages are copied behind their prefix: cheaper than two writes. */
const smallMessage = 2048;

/** One gRPC call on one HTTP/2 stream; messages are read one by one, as they are asked for. */
export class Http2Call implements GrpcCall {
  private stream: ClientHttp2Stream | undefined;
  private listener: InterceptingListener | undefined;
  private readonly messages: Buffer[] = [];
  private readonly reader: MessageReader;
  private readonly waiting = new Set<() => void>();
  private wanted = false;
  private pumping = false;
  private ended = false;
  private outcome: StatusObject | undefined;
  private finished = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly site: CallSite,
    private readonly path: string,
    private readonly deadline: Date | number,
  ) {
    this.reader = new MessageReader(site.receiveLimit);
  }

  start(metadata: Metadata, listener: InterceptingListener): void {
    this.listener = listener;
    if (this.outcome !== undefined) return this.finishSoon();
    const milliseconds = Number(this.deadline) - Date.now();
    const headers = {
      ...metadata.toHttp2Headers(),
      ':scheme': 'http',
      ':authority': this.site.authority,
      ':method': 'POST',
      ':path': this.path,
      te: 'trailers',
      'content-type': 'application/grpc',
      'user-agent': 'dockerfile-debugger',
      ...(milliseconds < 1e9 ? { 'grpc-timeout': `${Math.max(1, Math.ceil(milliseconds))}m` } : {}),
    };
    if (milliseconds < 1e9) {
      const expire = () => this.cancelWithStatus(status.DEADLINE_EXCEEDED, 'Deadline exceeded.');
      this.timer = setTimeout(expire, Math.max(0, milliseconds));
    }
    try {
      this.stream = this.site.session.request(headers);
    } catch (error) {
      this.outcome = this.unavailable(error);
      return this.finishSoon();
    }
    this.listen(this.stream);
  }

  private listen(stream: ClientHttp2Stream): void {
    let httpStatus = 0;
    let failure: Error | undefined;
    stream.on('response', (headers, flags) => {
      httpStatus = Number(headers[':status']);
      if ((flags & endStream) !== 0) this.settle(readStatus(headers, httpStatus));
      else this.listener?.onReceiveMetadata(Metadata.fromHttp2Headers(headers));
    });
    stream.on('trailers', (headers: IncomingHttpHeaders) => this.settle(readStatus(headers, httpStatus)));
    stream.on('data', (chunk: Buffer) => this.receive(chunk));
    stream.on('end', () => {
      this.ended = true;
      this.pump();
    });
    stream.on('error', (error: Error) => {
      failure = error;
    });
    stream.on('close', () => {
      this.ended = true;
      this.release();
      this.settle(this.closedStatus(stream.rstCode, httpStatus, failure));
    });
    stream.pause();
    this.pump();
  }

  private receive(chunk: Buffer): void {
    try {
      for (const message of this.reader.push(chunk)) this.messages.push(message);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return this.cancelWithStatus(status.RESOURCE_EXHAUSTED, text);
    }
    this.pump();
  }

  /** Hands on what was asked for, then lets the stream flow or holds it. */
  private pump(): void {
    if (this.pumping || this.finished) return;
    this.pumping = true;
    while (this.wanted && !this.finished) {
      const message = this.messages.shift();
      if (message === undefined) break;
      this.wanted = false;
      this.listener?.onReceiveMessage(message);
    }
    this.pumping = false;
    if (this.messages.length > 0) return void this.stream?.pause();
    if (this.ended && this.outcome !== undefined) return this.finish(this.outcome);
    // After the trailers nothing but the end can come, and it comes only to a stream that flows.
    if (this.wanted || this.outcome !== undefined) this.stream?.resume();
    else this.stream?.pause();
  }

  private settle(outcome: StatusObject): void {
    this.outcome ??= outcome;
    this.pump();
  }

  private finishSoon(): void {
    process.nextTick(() => {
      if (this.outcome !== undefined) this.finish(this.outcome);
    });
  }

  private finish(outcome: StatusObject): void {
    if (this.finished || this.listener === undefined) return;
    this.finished = true;
    clearTimeout(this.timer);
    this.release();
    if (this.stream?.writableEnded === false) this.stream.end();
    const { listener } = this;
    process.nextTick(() => listener.onReceiveStatus(outcome));
  }

  /** Lets writers go on that wait for a stream that is over; the status tells them. */
  private release(): void {
    for (const written of this.waiting) process.nextTick(written);
    this.waiting.clear();
  }

  private closedStatus(rstCode: number | undefined, httpStatus: number, failure: Error | undefined): StatusObject {
    if (this.site.lost() !== undefined) return this.unavailable(failure);
    switch (rstCode) {
      case resetCode.none:
        return httpStatus === 0 || httpStatus === 200
          ? statusOf(status.INTERNAL, 'The call ended without a status.')
          : statusOf(httpCode(httpStatus), `The engine answered with HTTP status ${httpStatus}.`);
      case resetCode.refused:
        return this.unavailable(failure);
      case resetCode.cancel:
        return statusOf(status.CANCELLED, failure?.message ?? 'The engine cancelled the call.');
      case resetCode.calm:
        return statusOf(status.RESOURCE_EXHAUSTED, 'The engine asked for fewer calls.');
      default:
        return statusOf(status.INTERNAL, failure?.message ?? `The call was reset with code ${rstCode ?? 'none'}.`);
    }
  }

  private unavailable(error: unknown): StatusObject {
    const cause = this.site.lost() ?? (error instanceof Error ? error.message : 'no answer');
    return statusOf(status.UNAVAILABLE, `The connection to the engine was lost: ${cause}`);
  }

  cancelWithStatus(code: status, details: string): void {
    if (this.finished) return;
    this.outcome = statusOf(code, details);
    this.messages.length = 0;
    if (this.listener === undefined) return;
    this.stream?.close(resetCode.cancel);
    this.finish(this.outcome);
  }

  sendMessageWithContext(context: { readonly callback?: () => void }, message: Buffer): void {
    this.sendPieces([message], message.length, context.callback ?? (() => undefined));
  }

  /** Sends one message that lies in several buffers, without joining them. */
  sendPieces(pieces: readonly Uint8Array[], length: number, written: () => void): void {
    const { stream } = this;
    if (stream === undefined || this.finished || stream.destroyed || stream.writableEnded) {
      process.nextTick(written);
      return;
    }
    const prefix = messagePrefix(length);
    const parts = length <= smallMessage ? [Buffer.concat([prefix, ...pieces])] : [prefix, ...pieces];
    let done = () => undefined;
    if (stream.writableLength + length > writeAhead) {
      this.waiting.add(written);
      done = () => {
        if (this.waiting.delete(written)) written();
      };
    } else {
      process.nextTick(written);
    }
    stream.cork();
    parts.forEach((part, at) => (at === parts.length - 1 ? stream.write(part, done) : stream.write(part)));
    stream.uncork();
  }

  startRead(): void {
    this.wanted = true;
    this.pump();
  }

  halfClose(): void {
    if (this.stream?.writableEnded === false) this.stream.end();
  }

  getPeer(): string {
    return this.site.authority;
  }

  getCallNumber(): number {
    return this.stream?.id ?? 0;
  }

  setCredentials(): void {
    // Engines know no call credentials.
  }

  getAuthContext(): null {
    return null;
  }
}
