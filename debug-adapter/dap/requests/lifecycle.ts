import { UserError } from '../../debugger/errors.js';
import type { Handler } from '../session.js';

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

/** Requests that begin and end a session. */
export const lifecycleHandlers = {
  launch: (session, args, turn) => session.lifecycle.launch(args, turn),
  attach,
  configurationDone,
  restart,
  terminate,
} satisfies Record<string, Handler>;
