import type { DebugProtocol } from '@vscode/debugprotocol';
import { completions } from '../commands/complete.js';
import { completionSources } from '../commands/completion-sources.js';
import { evaluateExpression, isVariable, type Evaluated } from '../commands/expressions.js';
import { hoverText, requireDockerfile, variableText, type Hover } from '../commands/hover.js';
import { consoleOutput, keepOutput } from '../commands/run.js';
import type { EvaluateExtras } from '../../contract.js';
import { runCommand } from '../commands/table.js';
import type { Stop } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import type { Handler, Session } from '../session.js';
import { describe } from '../problems.js';
import { requireFrame } from '../stops.js';

/** Of the output of a watched command so much is shown. */
const longestWatch = 16 * 1024;

/** Exit code of a process that was killed, as all are whose container is given back. */
const killed = 137;

function stillStands({ debugger: debug }: Session, stop: Stop): boolean {
  return debug.stopOf(stop.thread) === stop;
}

interface Question {
  readonly session: Session;
  readonly text: string;
  readonly frameId: number | undefined;
  /** Of the Dockerfile, where the client says it. */
  readonly line: number | undefined;
  readonly signal: AbortSignal;
}

async function variable({ session, text, frameId, signal }: Question): Promise<Evaluated> {
  const { frame } = requireFrame(session, frameId);
  return evaluateExpression(text, await frame.config(signal), requireDockerfile(session.debugger.dockerfile));
}

function asHover({ session, text, frameId, line, signal }: Question): Hover {
  const { frame } = requireFrame(session, frameId);
  return { text, line, frame, dockerfile: requireDockerfile(session.debugger.dockerfile), signal };
}

async function watch(question: Question): Promise<string> {
  const { session, text, frameId, signal } = question;
  if (isVariable(text)) return (await variable(question)).value;
  const output = keepOutput(longestWatch);
  const code = await requireFrame(session, frameId).frame.run(text, output.sink, signal, { forget: true });
  return code === 0 ? output.text() : `exit code ${code}: ${output.text()}`;
}

/** What the console answers; of a shell command also how it ended, which its text says only if that is no 0. */
interface ConsoleAnswer extends EvaluateExtras {
  readonly result: string;
}

async function repl(question: Question): Promise<ConsoleAnswer> {
  const { session, text, frameId, signal } = question;
  if (isVariable(text)) return { result: await variableText(asHover(question)) };
  const frame = (): ReturnType<typeof requireFrame> => requireFrame(session, frameId);
  if (!text.startsWith(':')) {
    const output = consoleOutput(session);
    const { stop, frame: here } = frame();
    const code = await here.run(text, output.sink, signal);
    if (signal.aborted) output.show();
    await session.drained();
    signal.throwIfAborted();
    if (code === killed && !stillStands(session, stop)) {
      output.show();
      throw new UserError('command-ended', 'The build went on before the command was over, which ended it.');
    }
    return { result: output.answer(code), exitCode: code };
  }
  const [, name = '', rest = ''] = /^:(\S*)([^]*)$/.exec(text) ?? [];
  const result = await runCommand(name, { session, text: rest.trim(), frame, signal });
  await session.drained();
  return { result };
}

const evaluate: Handler = async (session, args, { signal }) => {
  const text = args.text('expression').trim();
  const line = args.optionalNumber('line');
  const question: Question = {
    session,
    text,
    frameId: args.optionalNumber('frameId'),
    line: line === undefined ? undefined : session.positions.fromClientLine(line),
    signal,
  };
  if (text === '') return { result: '', variablesReference: 0 };
  const context = args.optionalText('context') ?? 'watch';
  switch (context) {
    case 'repl':
      return { ...(await repl(question)), variablesReference: 0 };
    case 'hover':
      return { result: await hoverText(asHover(question)), variablesReference: 0 };
    case 'clipboard':
    case 'variables':
      return { result: (await variable(question)).value, variablesReference: 0 };
    default:
      return { result: await watch(question), variablesReference: 0 };
  }
};

const completionsRequest: Handler = async (
  session,
  args,
  { signal },
): Promise<{ targets: DebugProtocol.CompletionItem[] }> => {
  const text = args.text('text');
  const first = session.client.columnsStartAt1 ? 1 : 0;
  const column = args.number('column') - first;
  const frameId = args.optionalNumber('frameId');
  const sources = completionSources(session, frameId, signal);
  try {
    const targets = await completions(text.slice(0, column), sources);
    return { targets: targets.map((target) => ({ ...target, start: target.start + first })) };
  } catch (error) {
    // Nothing stands anywhere, or no command can run there: no reason for a message while typing.
    if (describe(error).code === 'bug') throw error;
    return { targets: [] };
  }
};

/** Requests of the debug console, hovers and watches. */
export const evaluateHandlers = { evaluate, completions: completionsRequest } satisfies Record<string, Handler>;
