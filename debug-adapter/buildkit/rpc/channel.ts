import type { Duplex } from 'node:stream';
import { type ChannelInterface, connectivityState, type Deadline } from '@grpc/grpc-js';
import { ClientConnection } from '../http2/client.js';
import type { Trace } from '../trace.js';
import { StreamCall } from './call.js';

/** What engines take and send since 0.13. */
const receiveLimit = 16 * 1024 * 1024;

/**
 * A gRPC channel over one byte stream. It never dials again: whoever opened the stream knows what a new one means.
 * No keepalive pings: engines answer more than one in five minutes with GOAWAY.
 */
export class DuplexChannel implements ChannelInterface {
  private readonly connection: ClientConnection;
  /** Settles when the connection is gone, with the cause unless it was closed on purpose. */
  readonly closed: Promise<Error | undefined>;

  /**
   * @param transport speaks HTTP/2 with prior knowledge; belongs to the channel from now on
   * @param authority the `:authority` of all calls
   * @param trace told of every call
   */
  constructor(
    transport: Duplex,
    private readonly authority: string,
    private readonly trace?: Trace,
  ) {
    this.connection = new ClientConnection(transport);
    this.closed = this.connection.closed;
  }

  createCall(method: string, deadline: Deadline): StreamCall {
    const { connection, authority, trace } = this;
    return new StreamCall({ connection, authority, receiveLimit, trace }, method, deadline);
  }

  close(): void {
    this.connection.close();
  }

  getTarget(): string {
    return this.authority;
  }

  getConnectivityState(): connectivityState {
    return this.connection.end === undefined ? connectivityState.READY : connectivityState.SHUTDOWN;
  }

  watchConnectivityState(_: connectivityState, _deadline: Date | number, callback: (error?: Error) => void): void {
    void this.closed.then(() => callback());
  }

  getChannelzRef(): never {
    throw new Error('There is no channelz here.');
  }
}
