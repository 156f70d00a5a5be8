import type { Stop } from '../debugger/api.js';
import { UserError } from '../debugger/errors.js';
import type { FrameReference } from './references.js';
import type { Session } from './session.js';

/** The stop of a thread, or words why there is none. */
export function requireStop(session: Session, thread: number): Stop {
  const stop = session.debugger.stopOf(thread);
  if (stop !== undefined) return stop;
  const known = session.debugger.threads().some(({ id }) => id === thread);
  if (!known) throw new UserError('thread-unknown', `There is no thread ${thread}.`);
  throw new UserError('not-stopped', 'The build is running.', 'Pause it, or wait until it stops.');
}

/** The thread that the user most probably means: the one that stopped last, or any that stands. */
export function likelyThread(session: Session): number | undefined {
  const { debugger: debug, lastStopped } = session;
  if (lastStopped !== undefined && debug.stopOf(lastStopped) !== undefined) return lastStopped;
  return debug.threads().find(({ id }) => debug.stopOf(id) !== undefined)?.id;
}

/** The frame that a request means: by its number, or the innermost one of the likely thread. */
export function requireFrame(session: Session, frameId: number | undefined, threadId?: number): FrameReference {
  if (frameId !== undefined && frameId > 0) return session.references.findFrame(frameId);
  const thread = threadId ?? likelyThread(session);
  const stop = thread === undefined ? undefined : requireStop(session, thread);
  const frame = stop?.frames[0];
  if (stop === undefined || frame === undefined) {
    throw new UserError('not-stopped', 'The build does not stand anywhere.', 'Pause it, or wait until it stops.');
  }
  return { stop, frame };
}
