import type { OpenShellResponse, StateEvent, StateName } from '../../contract.js';
import { UserError } from '../../debugger/errors.js';
import type { Stop } from '../../debugger/api.js';
import type { Handler } from '../session.js';
import { openShell } from '../shells.js';
import { requireFrame } from '../stops.js';

/** A state by its name. */
export function readState(name: string): StateName {
  if (name === 'initial' || name === 'failed') return name;
  throw new UserError('state-unknown', `There is no state "${name}".`, 'States are: initial, failed.');
}

/** Chooses the state that shells, commands and files of a stop look at. */
export function chooseState(stop: Stop, state: StateName): StateEvent {
  if (!stop.states.includes(state)) {
    throw new UserError('state-unavailable', `There is no ${state} state here, only: ${stop.states.join(', ')}.`);
  }
  stop.setState(state);
  return { threadId: stop.thread, state: stop.state, available: stop.states };
}

const openShellRequest: Handler = async (session, args, { signal }): Promise<OpenShellResponse> => {
  const reference = requireFrame(session, args.optionalNumber('frameId'), args.optionalNumber('threadId'));
  const state = args.optionalText('state');
  if (state !== undefined) chooseState(reference.stop, readState(state));
  return { title: await openShell(session, reference, { signal }) };
};

const setState: Handler = (session, args): StateEvent => {
  const { stop } = requireFrame(session, undefined, args.optionalNumber('threadId'));
  return chooseState(stop, readState(args.text('state')));
};

/** Requests of our own; contract.ts has their types. */
export const customHandlers = {
  'dockerfile/openShell': openShellRequest,
  'dockerfile/setState': setState,
} satisfies Record<string, Handler>;
