import * as z from 'zod/v4';
import type { Build } from '../build.js';
import { commandText } from '../command-text.js';
import { tell } from '../moves.js';
import { type Place, placeInput, placeOf } from '../place.js';
import { type Answer, type Call, defineTool } from '../tool.js';
import { ToolError } from '../tool-error.js';
import { patienceOf, timeoutInput, waitFor } from '../waiting.js';
import { requireQuiet } from './run-in-step.js';

/** Words of other clients, and the tool that does it here. */
const elsewhere: Readonly<Record<string, string>> = {
  shell: 'run_in_step: there is no terminal here',
  next: 'go with action "next"',
  step: 'go with action "stepIn"',
  out: 'go with action "stepOut"',
  continue: 'go with action "continue"',
  reverse: 'go with action "reverseContinue"',
  break: 'breakpoints',
  delete: 'breakpoints with remove',
  thread: 'the argument "platform" of the tools; build_status lists them',
  vars: 'variables',
  list: 'your own tools: it is a file',
  quit: 'build_end',
};

/** Commands after which the build goes on, and whether that is another build. */
const moving: ReadonlyMap<string, boolean> = new Map([
  ['goto', false],
  ['back', false],
  ['retry', true],
  ['force', true],
  ['apply', true],
  ['restart', true],
]);

/** What the debugger knows of a stop. */
export const debuggerCommand = defineTool({
  name: 'debugger_command',
  title: 'Ask the debugger',
  description: [
    'Asks the debugger about the stop, in its own words. The most useful:',
    ':diff (files that this step changed; ":diff 7" of another line, ":diff stage" of the stage so far, ":diff 4 7" between two lines)',
    ':why (why this step was not taken from the cache; ":why 7")',
    ':blame /PATH (which instruction wrote a file last)',
    ':since COMMAND (runs a shell command in the states before, and says since which instruction it answers as it does here)',
    ':find NAME [/FOLDER] (files by name, with * and ?)',
    ':env, :args, :mounts (values with the line that set each)',
    ':rerun (the command of this RUN once more, in a fresh container)',
    ':save /PATH [TO] (copies a file or folder out of the image to this machine; --force replaces files)',
    ':state initial|failed (what run_in_step and read_path look at from now on), :reset (a fresh container)',
    '--in=TREE behind :blame, :find, :save names another file system, e.g. --in=container for what run_in_step changed.',
    ':help lists all, ":help diff" tells more of one.',
  ].join('\n'),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  input: {
    command: z.string().min(1).describe('E.g. ":diff" or ":blame /etc/app.conf".'),
    ...placeInput,
    timeoutSeconds: timeoutInput,
  },
  run: async ({ command, platform, frame, timeoutSeconds }, call) => {
    const expression = command.trim().replace(/^:?\s*/, ':');
    const name = /^:(\S*)/.exec(expression)?.[1] ?? '';
    const tool = elsewhere[name];
    if (tool !== undefined) throw new ToolError(`:${name} is for terminals. Here it is: ${tool}.`);
    const { build } = call.desk;
    const place = await placeOf(build, { platform, frame });
    requireQuiet(build);
    const all = moving.get(name);
    if (all !== undefined) return await move({ build, place, expression, all }, call, timeoutSeconds);
    const done = await build.evaluate({ expression, frameId: place.frame.id }, patienceOf(call, timeoutSeconds));
    const answer = commandText(done);
    return name === 'help' ? { ...answer, text: ours(answer.text) } : answer;
  },
});

interface Move {
  readonly build: Build;
  readonly place: Place;
  readonly expression: string;
  readonly all: boolean;
}

async function move(
  { build, place, expression, all }: Move,
  call: Call,
  timeoutSeconds: number | undefined,
): Promise<Answer> {
  build.note(await tell(build, place, expression, all));
  return await waitFor(build, call, timeoutSeconds);
}

/** The list without what cannot be had here. */
function ours(help: string): string {
  return help
    .split('\n')
    .filter((line) => !line.startsWith(':shell'))
    .join('\n');
}
