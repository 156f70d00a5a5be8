import type { RebuildResponse } from '../../contract.js';
import { applyEdits, instructionAtLine, type Rebuild, runAgain } from '../again.js';
import type { Handler, Turn } from '../session.js';
import { requireFrame } from '../stops.js';

function answer({ title, begin }: Rebuild, turn: Turn): RebuildResponse {
  turn.after(begin);
  return { title };
}

const again: Handler = (session, args, turn) => {
  const reference = requireFrame(session, args.optionalNumber('frameId'), args.optionalNumber('threadId'));
  const line = args.optionalNumber('line');
  const instruction = line === undefined ? undefined : instructionAtLine(session, line);
  return answer(runAgain(session, reference, args.flag('force'), instruction), turn);
};

const apply: Handler = async (session, _args, turn) => answer(await applyEdits(session, turn.signal), turn);

const restartWith: Handler = (session, args, turn) => {
  session.lifecycle.requireStarted();
  const buildArgs = args.object('buildArgs').members();
  turn.after(() => session.lifecycle.restart({ buildArgs }));
  return undefined;
};

/** Requests of our own that begin another build; contract.ts has their types. */
export const againHandlers = {
  'dockerfile/again': again,
  'dockerfile/apply': apply,
  'dockerfile/restartWith': restartWith,
} satisfies Record<string, Handler>;
