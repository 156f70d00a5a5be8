/** A registry that takes connections and never answers: what asks it waits. */
import { createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

export interface SilentRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** Resolves when somebody has asked who had not asked when this was called before. */
  asked(): Promise<void>;
}

export async function openSilentRegistry(): Promise<SilentRegistry> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port of 127.0.0.1 was asked for');
  let seen = 0;
  return {
    address: `127.0.0.1:${address.port}`,
    asked: async () => {
      while (sockets.size <= seen) await setTimeout(20);
      seen = sockets.size;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
