import type { Duplex } from 'node:stream';
import type { Abortable } from '../api.js';
import { reasonOf } from '../rpc/calls.js';
import type { Route } from './routes.js';
import { systemCode } from '../system-code.js';

/**
 * Whether HTTP/1 is spoken there, by the first bytes of an answer: BuildKit begins with HTTP/2, TLS with an alert. Node's
 * HTTP is loaded only for those who do.
 */
export async function peek(route: Route, { signal }: Abortable): Promise<'http/1' | 'tls' | 'other'> {
  const socket = await route.open({ signal });
  try {
    const first = await ask(socket, route.authority, signal);
    if (first.toString('latin1', 0, 5) === 'HTTP/') return 'http/1';
    return first[0] === 0x15 && first[1] === 0x03 ? 'tls' : 'other';
  } finally {
    socket.destroy();
  }
}

/** The first bytes of the answer; none when there is none. */
function ask(socket: Duplex, authority: string, signal: AbortSignal | undefined): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal === undefined ? new Error('aborted') : reasonOf(signal));
    const nothing = (): void => resolve(Buffer.alloc(0));
    socket.once('data', resolve);
    socket.once('end', nothing);
    socket.once('close', () => {
      signal?.removeEventListener('abort', abort);
      nothing();
    });
    socket.on('error', (error: Error) => {
      const code = systemCode(error);
      if (code === 'ECONNRESET' || code === 'EPIPE') nothing();
      else reject(error);
    });
    signal?.addEventListener('abort', abort, { once: true });
    socket.write(`HEAD /_ping HTTP/1.1\r\nHost: ${authority}\r\nConnection: close\r\n\r\n`);
  });
}
