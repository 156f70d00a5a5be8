import { UserError } from '../../debugger/errors.js';
import type { Stop } from '../../debugger/api.js';
import type { Fields } from '../fields.js';
import type { Handler, Session, Turn } from '../session.js';

/** Refuses a thread that is not there. */
export function requireThread(session: Session, thread: number): void {
  const known = session.debugger.threads();
  if (known.some(({ id }) => id === thread)) return;
  const names = known.map(({ id, platform }) => `${id} (${platform})`).join(', ');
  throw new UserError('thread-unknown', `There is no thread ${thread}.`, names === '' ? '' : `Threads are: ${names}.`);
}

/** Leaves the stop of a thread once the answer is out; throws words when it does not stand. */
export function leave(session: Session, args: Fields, turn: Turn, go: (thread: number, stop: Stop) => void): void {
  const thread = args.number('threadId');
  requireThread(session, thread);
  const stop = session.debugger.stopOf(thread);
  // One that was told to go on goes when the answer is out.
  if (stop === undefined || session.resumed.has(thread)) {
    throw new UserError('not-stopped', 'This build is running: it cannot be told to go on.', 'Pause it first.');
  }
  session.references.forget(thread);
  session.resumed.add(thread);
  turn.after(() => {
    try {
      go(thread, stop);
    } finally {
      // It stands as before, and may be told to go on again.
      if (session.debugger.stopOf(thread) === stop) session.resumed.delete(thread);
    }
  });
}

/** Whoever steps quickly would lose the failure that has just come up. A RUN that failed can be gone into. */
function requireStep(session: Session, args: Fields, isIn = false): void {
  const stop = session.debugger.stopOf(args.number('threadId'));
  if (stop?.reason.kind !== 'failed' || (isIn && stop.frames[0]?.instruction.keyword === 'RUN')) return;
  throw new UserError(
    'step-failed',
    'The step failed: nothing follows it.',
    'Continue (:continue) ends the build; Retry (:retry) runs the step again, Step Back (:back) stands before it, Step Into goes through the commands of a RUN.',
  );
}

function resume(how: 'continue' | 'next' | 'stepOut'): Handler {
  return (session, args, turn) => {
    if (how !== 'continue') requireStep(session, args);
    leave(session, args, turn, (thread) => session.debugger.resume(thread, how));
    return how === 'continue' ? { allThreadsContinued: session.debugger.threads().length === 1 } : undefined;
  };
}

const stepIn: Handler = (session, args, turn) => {
  const stage = args.optionalNumber('targetId');
  requireStep(session, args, stage === undefined);
  leave(session, args, turn, (thread) => session.debugger.resume(thread, stage === undefined ? 'stepIn' : { stage }));
  return undefined;
};

const stepInTargets: Handler = (session, args) => {
  const { stop, frame } = session.references.findFrame(args.number('frameId'));
  const { dockerfile } = session.debugger;
  const targets = stop.frames[0] === frame ? stop.stepInTargets : [];
  return {
    targets: targets.map((stage) => {
      const line = dockerfile?.stages[stage]?.instructions[0]?.startLine;
      const label = dockerfile?.stages[stage]?.name ?? `stage ${stage}`;
      return { id: stage, label, ...(line !== undefined && { line: session.positions.toClientLine(line) }) };
    }),
  };
};

const pause: Handler = (session, args, turn) => {
  const thread = args.number('threadId');
  requireThread(session, thread);
  if (session.settings?.noDebug === true)
    throw new UserError(
      'no-debug',
      'This build runs without debugging: nothing stops it before its end.',
      'Stop ends it.',
    );
  turn.after(() => void session.lifecycle.pause(thread));
  return undefined;
};

/** Requests that move the build. */
export const controlHandlers = {
  continue: resume('continue'),
  next: resume('next'),
  stepIn,
  stepInTargets,
  stepOut: resume('stepOut'),
  pause,
} satisfies Record<string, Handler>;
