import type { DebugProtocol } from '@vscode/debugprotocol';
import { UserError } from '../../debugger/errors.js';
import { completions } from '../commands/complete.js';
import { evaluateExpression, isVariable, type Evaluated } from '../commands/expressions.js';
import { consoleOutput, keepOutput } from '../commands/run.js';
import { findCommand } from '../commands/table.js';
import type { Handler, Session } from '../session.js';
import { requireFrame } from '../stops.js';

/** Of the output of a watched command so much is shown. */
const longestWatch = 16 * 1024;

interface Question {
  readonly session: Session;
  readonly text: string;
  readonly frameId: number | undefined;
  readonly signal: AbortSignal;
}

async function variable({ session, text, frameId, signal }: Question): Promise<Evaluated> {
  const { frame } = requireFrame(session, frameId);
  const { dockerfile } = session.debugger;
  if (dockerfile === undefined) throw new UserError('not-launched', 'The Dockerfile has not been read yet.');
  return evaluateExpression(text, await frame.config(signal), dockerfile);
}

async function hover(question: Question): Promise<string> {
  const { value, origin } = await variable(question);
  return origin === undefined ? value : `${value}  (${origin})`;
}

async function watch(question: Question): Promise<string> {
  const { session, text, frameId, signal } = question;
  if (isVariable(text)) return (await variable(question)).value;
  const output = keepOutput(longestWatch);
  const code = await requireFrame(session, frameId).frame.run(text, output.sink, signal);
  return code === 0 ? output.text() : `exit code ${code}: ${output.text()}`;
}

async function repl(question: Question): Promise<string> {
  const { session, text, frameId, signal } = question;
  if (isVariable(text)) return hover(question);
  const frame = (): ReturnType<typeof requireFrame> => requireFrame(session, frameId);
  if (!text.startsWith(':')) {
    const output = consoleOutput(session);
    const code = await frame().frame.run(text, output.sink, signal);
    await session.drained();
    return output.answer(code);
  }
  const [name = '', ...words] = text.slice(1).split(/\s+/);
  const result = await findCommand(name).run({ session, words, frame, signal });
  await session.drained();
  return result;
}

const evaluate: Handler = async (session, args, { signal }) => {
  const text = args.text('expression').trim();
  const question: Question = { session, text, frameId: args.optionalNumber('frameId'), signal };
  if (text === '') return { result: '', variablesReference: 0 };
  const context = args.optionalText('context') ?? 'watch';
  switch (context) {
    case 'repl':
      return { result: await repl(question), variablesReference: 0 };
    case 'hover':
      return { result: await hover(question), variablesReference: 0 };
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
  const names = async (): Promise<readonly string[]> => {
    const config = await requireFrame(session, frameId).frame.config(signal);
    return [...config.environment.keys()];
  };
  const targets = await completions(text.slice(0, column), names);
  return { targets: targets.map((target) => ({ ...target, start: target.start + first })) };
};

/** Requests of the debug console, hovers and watches. */
export const evaluateHandlers = { evaluate, completions: completionsRequest } satisfies Record<string, Handler>;
