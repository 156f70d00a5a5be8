import { type Client, status } from '@grpc/grpc-js';
import type { Abortable } from '../api.js';
import { EngineError, UserError } from '../errors.js';
import { clientOn } from './calls.js';
import type { DuplexChannel } from './channel.js';
import { noDetails } from './details.js';

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
    try {
      if (this.disposed) throw new Error('it was closed');
      const channel = await this.open({});
      void channel.closed.then(() => {
        this.current = undefined;
      });
      return channel;
    } catch (error) {
      this.current = undefined;
      throw notDialled(error);
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

/** The error of a connection that cannot be made again, as calls on it would give it. */
export function notDialled(error: unknown): Error {
  if (error instanceof UserError || error instanceof EngineError) return error;
  const text = `The engine cannot be reached any more: ${error instanceof Error ? error.message : String(error)}`;
  return new EngineError('dial', status.UNAVAILABLE, text, noDetails, { cause: error });
}
