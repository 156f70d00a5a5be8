import type { Client } from '@grpc/grpc-js';
import type { Abortable } from '../api.js';
import { clientOn } from './calls.js';
import type { DuplexChannel } from './channel.js';

/** A connection of its own for calls whose failure may break it: dialled when needed, again when it broke. */
export class Redialled implements Disposable {
  private current: Promise<DuplexChannel> | undefined;
  private disposed = false;

  constructor(private readonly open: (options: Abortable) => Promise<DuplexChannel>) {}

  /** A client on a connection that stands as far as anybody knows. */
  async client(): Promise<Client> {
    this.current ??= this.dial();
    return clientOn(await this.current);
  }

  private async dial(): Promise<DuplexChannel> {
    if (this.disposed) throw new Error('The connection to the engine is closed.');
    try {
      const channel = await this.open({});
      void channel.closed.then(() => {
        this.current = undefined;
      });
      return channel;
    } catch (error) {
      this.current = undefined;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.disposed = true;
    // Nobody waits for a connection that could not be made.
    this.current?.then(
      (channel) => channel.close(),
      () => undefined,
    );
  }
}
