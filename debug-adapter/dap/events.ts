import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BreakpointFact, Debugger, DebuggerEvents, StopReason } from '../debugger/api.js';
import type { Session } from './session.js';
import { sourceOf } from './sources.js';

interface StopWords {
  readonly reason: string;
  /** What the editor shows beside the thread. */
  readonly description: string;
  /** More of it, e.g. on hover. */
  readonly text?: string;
}

const breakpointReasons = {
  line: { reason: 'breakpoint', description: 'Paused on breakpoint' },
  function: { reason: 'function breakpoint', description: 'Paused on function breakpoint' },
  data: { reason: 'data breakpoint', description: 'Paused on data breakpoint' },
} as const;

function breakpointWords({ cause, note }: Extract<StopReason, { readonly kind: 'breakpoint' }>): StopWords {
  return { ...breakpointReasons[cause], ...(note !== '' && { text: note }) };
}

/** A stop in the protocol's words. */
export function stopWords(reason: StopReason): StopWords {
  switch (reason.kind) {
    case 'entry':
      return { reason: 'entry', description: 'Paused before the first instruction' };
    case 'breakpoint':
      return breakpointWords(reason);
    case 'goto':
      return { reason: 'goto', description: 'Paused after a jump' };
    case 'stage':
      return { reason: 'restart', description: 'Paused before the first instruction of the stage' };
    case 'edited':
      return { reason: 'goto', description: 'Paused in the edited build' };
    case 'warning':
      return {
        reason: 'exception',
        description: 'Paused on warning',
        text: reason.warnings.map(({ message }) => message).join('\n'),
      };
    case 'uncached':
      return { reason: 'exception', description: 'Paused on cache miss', text: reason.why };
    case 'step':
      return { reason: 'step', description: 'Paused on step' };
    case 'pause':
      return { reason: 'pause', description: 'Paused' };
    case 'end':
      return { reason: 'step', description: 'Paused after the last instruction' };
    case 'exit':
      return {
        reason: 'exception',
        description: 'Paused where the RUN ended',
        text: `The command ended the RUN with exit code ${reason.code}.`,
      };
    case 'failed':
      return { reason: 'exception', description: 'Paused on failed step', text: reason.failure.summary };
  }
}

/** A breakpoint in the protocol's words. */
export function toBreakpoint(session: Session, fact: BreakpointFact): DebugProtocol.Breakpoint {
  const { toClientLine } = session.positions;
  const { line = fact.requestedLine, endLine } = fact;
  const source = session.debugger.dockerfile === undefined ? undefined : sourceOf(session);
  return {
    id: fact.id,
    verified: fact.verified,
    ...(line !== undefined && { line: toClientLine(line) }),
    ...(endLine !== undefined && { endLine: toClientLine(endLine) }),
    ...(fact.message !== undefined && { message: fact.message }),
    ...(!fact.verified && { reason: session.debugger.dockerfile === undefined ? 'pending' : 'failed' }),
    ...(source !== undefined && fact.line !== undefined && { source }),
  };
}

function onStopped(session: Session, { thread, stop }: DebuggerEvents['stopped']): void {
  session.references.forget(thread);
  session.resumed.delete(thread);
  session.lastStopped = thread;
  const hits = stop.reason.kind === 'breakpoint' ? stop.reason.ids : [];
  session.event('stopped', {
    ...stopWords(stop.reason),
    threadId: thread,
    allThreadsStopped: session.debugger.threads().every(({ id }) => session.debugger.stopOf(id) !== undefined),
    ...(hits.length > 0 && { hitBreakpointIds: [...hits] }),
  });
}

function onContinued(session: Session, thread: number): void {
  session.references.forget(thread);
  // A client that asked for it knows already.
  if (session.resumed.delete(thread)) return;
  session.event('continued', { threadId: thread, allThreadsContinued: session.debugger.threads().length === 1 });
}

function onBreakpoints(session: Session, { breakpoints }: DebuggerEvents['breakpoints']): void {
  for (const fact of breakpoints)
    session.event('breakpoint', { reason: 'changed', breakpoint: toBreakpoint(session, fact) });
}

function onState(session: Session, { thread, state, available }: DebuggerEvents['state']): void {
  session.event('dockerfile/state', { threadId: thread, state, available });
  if (session.client.takesInvalidations) session.event('invalidated', { areas: ['variables'], threadId: thread });
}

/** One line, however many files it were. */
export function savedWords({ paths, gone }: DebuggerEvents['contextSaved']): string {
  const [first = ''] = paths;
  const more = paths.length - 1;
  const others = more === 0 ? '' : ` (and ${more} more ${more === 1 ? 'file' : 'files'})`;
  const what = `${first}${others} of the build context ${more === 0 ? 'was' : 'were'} ${gone ? 'deleted' : 'saved'}`;
  return `${what}: :apply takes the edits and comes back here, Restart builds again.`;
}

/** Passes everything that the debugger says on to the client. */
export function forward(debug: Debugger, session: Session): void {
  const path = (): string => session.settings?.dockerfile ?? '';
  debug.on('stopped', (body) => onStopped(session, body));
  debug.on('continued', ({ thread }) => onContinued(session, thread));
  debug.on('thread', ({ thread, status }) => session.event('thread', { threadId: thread, reason: status }));
  debug.on('output', ({ category, text, line, ...kinds }) => {
    session.print(category, text, line, Object.values(kinds).includes(true) ? kinds : undefined);
  });
  debug.on('step', (step) => session.event('dockerfile/step', { path: path(), ...step }));
  debug.on('problem', (problem) => session.lifecycle.tell({ path: path(), ...problem }));
  debug.on('build', (build) => {
    session.lifecycle.welcome();
    session.event('dockerfile/build', { path: path(), ...build });
  });
  debug.on('progress', (body) => session.progress.tell(body));
  debug.on('breakpoints', (body) => onBreakpoints(session, body));
  debug.on('state', (body) => onState(session, body));
  debug.on('saved', (saved) => {
    session.event('dockerfile/saved', saved);
    const text = saved.edited
      ? 'The Dockerfile was saved: :apply takes the edits and comes back here.'
      : 'The Dockerfile is again as it was built.';
    session.print('console', `${text}\n`);
  });
  debug.on('contextSaved', (files) => session.print('console', `${savedWords(files)}\n`));
  debug.on('ended', ({ exitCode }) => session.end(exitCode));
}
