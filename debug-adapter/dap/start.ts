import type { Readable, Writable } from 'node:stream';
import type { Debugger, Surroundings, Trace } from '../debugger/api.js';
import { Session } from './session.js';

/** Serves one client. The debugger, with the engine's client behind it, is loaded after `initialize` is answered. */
export function startSession(
  streams: { readonly input: Readable; readonly output: Writable },
  surroundings: Surroundings,
  host: { readonly cwd: string; readonly onClosed: () => void },
): Session {
  const createDebugger = async (trace: Trace): Promise<Debugger> => {
    const module = await import('../debugger/debugger.js');
    return module.createDebugger({ ...surroundings, trace });
  };
  return new Session({ ...host, surroundings, createDebugger }, streams.input, streams.output);
}
