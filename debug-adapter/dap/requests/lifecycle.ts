import { UserError } from '../../debugger/errors.js';
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

const attach: Handler = () => {
  throw new UserError('attach-unsupported', 'There is no build to attach to.', 'Use "request": "launch".');
};

const configurationDone: Handler = (session, _args, turn) => {
  turn.after(() => session.lifecycle.configure());
  return undefined;
};

const restart: Handler = (session, args, turn) => {
  session.lifecycle.requireStarted();
  turn.after(() => session.lifecycle.restart({ args: args.object('arguments') }));
  return undefined;
};

const terminate: Handler = (session, _args, turn) => {
  turn.after(() => session.lifecycle.terminate());
  return undefined;
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
  if (args.optionalText('progressId') !== undefined) session.lifecycle.stopWorking();
  return undefined;
};

/** Requests that begin and end a session. */
export const lifecycleHandlers = {
  initialize,
  launch: (session, args, turn) => session.lifecycle.launch(args, turn),
  attach,
  configurationDone,
  restart,
  terminate,
  disconnect,
  cancel,
} satisfies Record<string, Handler>;
