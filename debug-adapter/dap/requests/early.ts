import { capabilities } from '../capabilities.js';
import { readClient } from '../client.js';
import { positionsOf } from '../positions.js';
import type { Handler } from '../session.js';

const initialize: Handler = (session, args, turn) => {
  session.client = readClient(args);
  session.positions = positionsOf(session.client);
  // The heavy part is loaded while the client thinks about what to launch.
  turn.after(() => setImmediate(() => void session.load().catch((error: unknown) => session.report(error))));
  return capabilities;
};

const disconnect: Handler = async (session, _args, turn) => {
  session.cancelOthers(turn);
  turn.after(() => session.close());
  await session.release();
  return undefined;
};

const cancel: Handler = (session, args) => {
  const request = args.optionalNumber('requestId');
  if (request !== undefined) session.cancel(request);
  if (args.optionalText('progressId') !== undefined) session.stopWorking();
  return undefined;
};

/** Requests that need no debugger, by name. */
export const earlyHandlers: ReadonlyMap<string, Handler> = new Map<string, Handler>(
  Object.entries({ initialize, disconnect, cancel }),
);
