import { type ClientHttp2Session, connect } from 'node:http2';
import type { Duplex } from 'node:stream';
import { type ChannelInterface, connectivityState, type Deadline } from '@grpc/grpc-js';
import { Http2Call } from './call.js';
import { FilteredStream } from './filtered-stream.js';
import { HeaderGuard } from './header-guard.js';

const window = 4 * 1024 * 1024;
/** What engines take and send since 0.13. */
const receiveLimit = 16 * 1024 * 1024;

/**
 * A gRPC channel over one byte stream. It never dials again: whoever opened the stream knows what a new one means.
 * No keepalive pings: engines answer more than one in five minutes with GOAWAY.
 */
export class DuplexChannel implements ChannelInterface {
  private readonly session: ClientHttp2Session;
  private cause: Error | undefined;
  private over = false;
  /** Settles when the connection is gone, with the cause unless it was closed on purpose. */
  readonly closed: Promise<Error | undefined>;

  /**
   * @param transport speaks HTTP/2 with prior knowledge
   * @param authority the `:authority` of all calls
   * @param headers `long` when answers may have headers that Node cannot take, see header-guard.ts; `short` leaves a
   *   socket to Node as it is, which is faster
   */
  constructor(
    transport: Duplex,
    private readonly authority: string,
    headers: 'long' | 'short' = 'long',
  ) {
    const stream = headers === 'long' ? new FilteredStream(transport, new HeaderGuard()) : transport;
    // Errors of the stream arrive here before Node wraps them.
    stream.on('error', (error: Error) => (this.cause ??= error));
    this.session = connect(`http://${authority}`, {
      createConnection: () => stream,
      settings: { initialWindowSize: window, enablePush: false },
      maxSessionMemory: 1000,
    });
    this.session.on('connect', () => this.session.setLocalWindowSize(window));
    this.session.on('error', (error: Error) => (this.cause ??= error));
    this.session.on('goaway', (code) => {
      if (code !== 0) this.cause ??= new Error(`The engine said goodbye with code ${code}.`);
    });
    this.closed = new Promise((resolve) => {
      this.session.once('close', () => {
        this.over = true;
        stream.destroy();
        resolve(this.cause);
      });
    });
  }

  createCall(method: string, deadline: Deadline): Http2Call {
    const site = {
      session: this.session,
      authority: this.authority,
      receiveLimit,
      lost: () => (this.over || this.session.destroyed ? (this.cause?.message ?? 'it was closed') : undefined),
    };
    return new Http2Call(site, method, deadline);
  }

  close(): void {
    this.session.destroy();
  }

  getTarget(): string {
    return this.authority;
  }

  getConnectivityState(): connectivityState {
    return this.over || this.session.closed ? connectivityState.SHUTDOWN : connectivityState.READY;
  }

  watchConnectivityState(_: connectivityState, _deadline: Date | number, callback: (error?: Error) => void): void {
    void this.closed.then(() => callback());
  }

  getChannelzRef(): never {
    throw new Error('There is no channelz here.');
  }
}
