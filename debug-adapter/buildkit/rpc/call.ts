import type { Metadata } from '@grpc/grpc-js';
import { type ChannelInterface, type InterceptingListener, type StatusObject, status } from '@grpc/grpc-js';
import type { ClientConnection } from '../http2/client.js';
import type { ClientStream } from '../http2/client-stream.js';
import { errorCode } from '../http2/frames.js';
import type { Header } from '../http2/header-decoder.js';
import { requestHeaders } from '../http2/header-encoder.js';
import type { Trace } from '../trace.js';
import { MessageReader, messagePrefix } from './messages.js';
import { httpCode, metadataOf, readStatus, statusOf, valueOf } from './statuses.js';

/** The library does not export the name of this type. */
export type GrpcCall = ReturnType<ChannelInterface['createCall']>;

/** What a call needs of its connection. */
export interface CallSite {
  readonly connection: ClientConnection;
  readonly authority: string;
  readonly receiveLimit: number;
  readonly trace: Trace | undefined;
}

/** Bytes that may wait in a stream before its writer has to wait too. */
const writeAhead = 512 * 1024;

/** One gRPC call on one HTTP/2 stream; messages are read one by one, as they are asked for. */
export class StreamCall implements GrpcCall {
  private stream: ClientStream | undefined;
  private listener: InterceptingListener | undefined;
  private readonly messages: Buffer[] = [];
  private readonly reader: MessageReader;
  private readonly waiting = new Set<() => void>();
  /** Bytes that the engine may not send again before the messages in line are taken. */
  private held = 0;
  private httpStatus = 0;
  private wanted = false;
  private pumping = false;
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
    const { connection, authority } = this.site;
    if (connection.end !== undefined) {
      this.outcome = this.unavailable();
      return this.finishSoon();
    }
    const headers: Header[] = [['user-agent', 'dockerfile-debugger'], ...headersOf(metadata), ...this.timeout()];
    this.stream = connection.open(requestHeaders(authority, this.path, headers), {
      headers: (found, last) => this.heard(found, last),
      data: (bytes, last) => this.receive(bytes, last),
      broken: (code) => this.settle(this.brokenStatus(code)),
    });
    this.site.trace?.({ at: 'engine', call: this.stream.number, method: this.path });
  }

  private timeout(): readonly Header[] {
    const milliseconds = Number(this.deadline) - Date.now();
    if (milliseconds >= 1e9) return [];
    const expire = (): void => this.cancelWithStatus(status.DEADLINE_EXCEEDED, 'Deadline exceeded.');
    this.timer = setTimeout(expire, Math.max(0, milliseconds));
    return [['grpc-timeout', `${Math.max(1, Math.ceil(milliseconds))}m`]];
  }

  private heard(headers: readonly Header[], last: boolean): void {
    const httpStatus = valueOf(headers, ':status');
    if (httpStatus !== undefined) this.httpStatus = Number(httpStatus);
    if (last) this.settle(readStatus(headers, this.httpStatus));
    else if (!this.finished) this.listener?.onReceiveMetadata(metadataOf(headers));
  }

  private receive(chunk: Buffer, last: boolean): void {
    if (this.finished) return;
    this.held += chunk.length;
    try {
      for (const message of this.reader.push(chunk)) this.messages.push(message);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return this.cancelWithStatus(status.RESOURCE_EXHAUSTED, text);
    }
    if (last) this.outcome ??= this.endedStatus();
    this.pump();
  }

  /** Hands on what was asked for, then lets the engine send more or not. */
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
    if (this.messages.length > 0) return;
    this.stream?.consumed(this.held);
    this.held = 0;
    if (this.outcome !== undefined) this.finish(this.outcome);
  }

  private settle(outcome: StatusObject): void {
    this.outcome ??= outcome;
    this.release();
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
    this.stream?.end();
    const { listener, site, stream } = this;
    const error = outcome.details === '' ? undefined : outcome.details.slice(0, 500);
    site.trace?.({ at: 'engine', call: stream?.number, code: outcome.code, error });
    process.nextTick(() => listener.onReceiveStatus(outcome));
  }

  /** Lets writers go on that wait for a stream that is over; the status tells them. */
  private release(): void {
    for (const written of this.waiting) process.nextTick(written);
    this.waiting.clear();
  }

  private endedStatus(): StatusObject {
    const { httpStatus } = this;
    return httpStatus === 0 || httpStatus === 200
      ? statusOf(status.INTERNAL, 'The call ended without a status.')
      : statusOf(httpCode(httpStatus), `The engine answered with HTTP status ${httpStatus}.`);
  }

  private brokenStatus(code: number | undefined): StatusObject {
    switch (code) {
      case undefined:
      case errorCode.refused:
        return this.unavailable();
      case errorCode.none:
        return this.endedStatus();
      case errorCode.cancel:
        return statusOf(status.CANCELLED, 'The engine cancelled the call.');
      case errorCode.calm:
        return statusOf(status.RESOURCE_EXHAUSTED, 'The engine asked for fewer calls.');
      default:
        return statusOf(status.INTERNAL, `The call was reset with code ${code}.`);
    }
  }

  private unavailable(): StatusObject {
    const cause = this.site.connection.end ?? 'the engine refused the call';
    return statusOf(status.UNAVAILABLE, `The connection to the engine was lost: ${cause}`);
  }

  cancelWithStatus(code: status, details: string): void {
    if (this.finished) return;
    this.outcome = statusOf(code, details);
    this.messages.length = 0;
    if (this.listener === undefined) return;
    this.stream?.cancel();
    this.finish(this.outcome);
  }

  sendMessageWithContext(context: { readonly callback?: () => void }, message: Buffer): void {
    const written = context.callback ?? (() => undefined);
    const { stream } = this;
    if (stream === undefined || this.finished || stream.closing) return void process.nextTick(written);
    let taken = (): void => undefined;
    if (stream.queued + message.length > writeAhead) {
      this.waiting.add(written);
      taken = () => {
        if (this.waiting.delete(written)) written();
      };
    } else {
      process.nextTick(written);
    }
    stream.send([messagePrefix(message.length), message], taken);
  }

  startRead(): void {
    this.wanted = true;
    this.pump();
  }

  halfClose(): void {
    this.stream?.end();
  }

  getPeer(): string {
    return this.site.authority;
  }

  getCallNumber(): number {
    return this.stream?.number ?? 0;
  }

  setCredentials(): void {
    // Engines know no call credentials.
  }

  getAuthContext(): null {
    return null;
  }
}

function headersOf(metadata: Metadata): Header[] {
  return Object.entries(metadata.toHttp2Headers()).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): Header => [name, String(one ?? '')]),
  );
}
