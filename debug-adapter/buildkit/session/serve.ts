import type { SessionOptions } from '../api.js';
import type { Trace } from '../trace.js';
import { methodPaths } from './method-paths.js';
import { serveMethods } from './rpc-server.js';
import type { Services } from './services.js';
import type { SessionTunnel } from './tunnel.js';

/** Serves a session to the engine at the other end of the stream; `close` cuts off calls that still run. */
export function serveSession(
  tunnel: SessionTunnel,
  options: SessionOptions,
  trace?: Trace,
): { close(): Promise<void> } {
  const announced = new Set(methodPaths(options));
  let opened: Promise<Services> | undefined;
  const services = (): Promise<Services> => (opened ??= import('./services.js').then((it) => it.openServices(options)));
  // Nothing is to be closed of what could not be opened.
  const closeServices = async (): Promise<void> => (await opened?.catch(() => undefined))?.close();
  const find = async (path: string) => (announced.has(path) ? (await services()).methods.get(path) : undefined);
  const server = serveMethods(tunnel, find, { sink: tunnel.sink, trace });
  tunnel.once('close', () => void closeServices());
  return {
    close: async () => {
      await server.close();
      await closeServices();
    },
  };
}
