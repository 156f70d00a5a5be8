import { UserError } from '../../debugger/errors.js';
import type { Handler, Session } from '../session.js';

function requireThread(session: Session, thread: number): void {
  const known = session.debugger.threads();
  if (known.some(({ id }) => id === thread)) return;
  const names = known.map(({ id, platform }) => `${id} (${platform})`).join(', ');
  throw new UserError('thread-unknown', `There is no thread ${thread}.`, names === '' ? '' : `Threads are: ${names}.`);
}

function resume(how: 'continue' | 'next' | 'stepIn' | 'stepOut'): Handler {
  return (session, args, turn) => {
    const thread = args.number('threadId');
    requireThread(session, thread);
    if (session.debugger.stopOf(thread) === undefined) {
      throw new UserError('not-stopped', 'This build is running: it cannot be told to go on.', 'Pause it first.');
    }
    session.references.forget(thread);
    session.resumed.add(thread);
    turn.after(() => session.debugger.resume(thread, how));
    return how === 'continue' ? { allThreadsContinued: session.debugger.threads().length === 1 } : undefined;
  };
}

const pause: Handler = (session, args, turn) => {
  const thread = args.number('threadId');
  requireThread(session, thread);
  turn.after(() => void session.lifecycle.pause(thread));
  return undefined;
};

/** Requests that move the build. */
export const controlHandlers = {
  continue: resume('continue'),
  next: resume('next'),
  stepIn: resume('stepIn'),
  stepOut: resume('stepOut'),
  pause,
} satisfies Record<string, Handler>;
