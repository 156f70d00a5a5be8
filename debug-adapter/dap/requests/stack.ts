import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Frame } from '../../debugger/api.js';
import type { FrameReference } from '../references.js';
import type { Handler, Session } from '../session.js';
import { sourceOf } from '../sources.js';
import { hasCommands } from '../../dockerfile/run.js';
import { failureText } from '../state/failure.js';
import { groupsOf } from '../state/groups.js';
import { instructionLine } from '../state/step.js';
import { requireStop } from '../stops.js';
import { UserError } from '../../debugger/errors.js';

const longestName = 80;

/** `[build 3/5] RUN make`, as BuildKit's own progress calls it; a command in a RUN by itself. */
export function frameName({ instruction, stage, statement }: Frame): string {
  const name = statement?.text ?? `${stage === '' ? '' : `[${stage}] `}${instructionLine(instruction)}`;
  return name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
}

/** Columns from 0, the end exclusive. */
function rangeOf({ instruction, statement }: Frame) {
  if (statement !== undefined) return statement;
  const { startLine, endLine, text } = instruction;
  return { startLine, endLine, startColumn: 0, endColumn: text.length - text.lastIndexOf('\n') - 1 };
}

function toFrame(session: Session, reference: FrameReference): DebugProtocol.StackFrame {
  const { toClientLine, toClientColumn } = session.positions;
  const { startLine, endLine, startColumn, endColumn } = rangeOf(reference.frame);
  const source = sourceOf(session);
  return {
    id: session.references.frame(reference),
    name: frameName(reference.frame),
    line: toClientLine(startLine),
    column: toClientColumn(startColumn + 1),
    endLine: toClientLine(endLine),
    endColumn: toClientColumn(endColumn + 1),
    canRestart: true,
    ...(source !== undefined && { source }),
  };
}

const threads: Handler = (session) => ({
  threads: session.debugger.threads().map(({ id, platform }) => ({ id, name: platform })),
});

const stackTrace: Handler = (session, args) => {
  const stop = requireStop(session, args.number('threadId'));
  const start = args.optionalNumber('startFrame') ?? 0;
  const levels = args.optionalNumber('levels') ?? 0;
  const frames = stop.frames.slice(start, levels > 0 ? start + levels : undefined);
  return {
    stackFrames: frames.map((frame) => toFrame(session, { stop, frame })),
    totalFrames: stop.frames.length,
  };
};

const scopes: Handler = (session, args) => {
  const reference = session.references.findFrame(args.number('frameId'));
  const groups = groupsOf(reference);
  return {
    scopes: groups.map(({ name, hint, expensive, children }) => ({
      name,
      expensive,
      variablesReference: session.references.children(reference.stop.thread, children),
      ...(hint !== undefined && { presentationHint: hint }),
    })),
  };
};

const exceptionInfo: Handler = (session, args) => {
  const { reason, frames } = requireStop(session, args.number('threadId'));
  if (reason.kind === 'warning') {
    const text = reason.warnings
      .map(({ message, hint, url }) => [message, hint, url].filter(Boolean).join('\n'))
      .join('\n\n');
    const codes = reason.warnings.map(({ code }) => code).join(', ');
    return { exceptionId: codes, description: text, breakMode: 'userUnhandled' };
  }
  if (reason.kind === 'uncached') {
    const step = frames[0] === undefined ? 'The step' : instructionLine(frames[0].instruction);
    const description = `${step} does not come from the cache. ${reason.why}`;
    return { exceptionId: 'cache-miss', description, breakMode: 'userUnhandled' };
  }
  if (reason.kind === 'exit') {
    const { code } = reason;
    const command = frames[0]?.statement;
    const which = command === undefined ? '' : `, the ${command.index + 1}. of ${command.count} commands of this RUN,`;
    const description = `${command?.text ?? 'The last command'}${which} ended it with exit code ${code}.`;
    return { exceptionId: `exit-${code}`, description, breakMode: 'always' };
  }
  if (reason.kind !== 'failed') throw new UserError('not-failed', 'No step failed here.');
  const { failure } = reason;
  const instruction = frames[0]?.instruction;
  const into = session.settings?.speaksFlags === true ? ':step' : 'Step Into';
  const more =
    failure.exitCode !== undefined && instruction !== undefined && hasCommands(instruction)
      ? `\n\n${into} goes through its commands, one by one.`
      : '';
  return {
    exceptionId: failure.code,
    description: failure.summary,
    breakMode: 'always',
    details: {
      message: failure.engineMessage,
      typeName: failure.code,
      fullTypeName: failure.code,
      stackTrace: failureText(failure) + more,
    },
  };
};

/** Requests about where the build stands. */
export const stackHandlers = { threads, stackTrace, scopes, exceptionInfo } satisfies Record<string, Handler>;
