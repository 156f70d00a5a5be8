import * as z from 'zod/v4';
import type { Build } from '../build.js';
import { commandText } from '../command-text.js';
import { type Place, placeInput, placeOf } from '../place.js';
import { defineTool } from '../tool.js';
import { ToolError } from '../tool-error.js';
import { patienceOf, timeoutInput } from '../waiting.js';
import { textOf } from '../../cli/fields.js';

/** A command in the step's container. */
export const runInStep = defineTool({
  name: 'run_in_step',
  title: 'Run a command in the step',
  description: [
    "Runs a shell command where the build stands, with the step's files, user, working directory, environment, network and",
    'mounts; answers with its output and exit code. "cd" and "export" hold for the next command. At a failed step the files are',
    'as the failed command left them. What commands change stays in this container and is no part of the image (but caches',
    'and the network are real). Within a RUN that was stepped into, it runs in the very shell of the script.',
    'Images without a shell get one from a toolbox.',
  ].join(' '),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  input: {
    command: z
      .string()
      .min(1)
      .describe('Shell command, e.g. "ls -la /app && cat /tmp/build.log". There is no terminal and no input.'),
    state: z
      .enum(['failed', 'initial'])
      .optional()
      .describe('At a failed step: "failed" (default) as the command left it, "initial" before it ran.'),
    ...placeInput,
    timeoutSeconds: timeoutInput,
  },
  run: async ({ command, state, platform, frame, timeoutSeconds }, call) => {
    const { build } = call.desk;
    const place = await placeOf(build, { platform, frame });
    requireQuiet(build);
    const expression = asCommand(command);
    const before = state === undefined ? undefined : await choose(build, place, state);
    try {
      const evaluation = { expression, frameId: place.frame.id };
      return commandText(await build.evaluate(evaluation, patienceOf(call, timeoutSeconds)));
    } finally {
      if (before !== undefined) await choose(build, place, before);
    }
  },
});

/** Throws words when a command runs. */
export function requireQuiet(build: Build): void {
  if (!build.busy) return;
  const running = build.command?.evaluation.expression ?? '';
  throw new ToolError(
    `The command before still runs: ${running}\nbuild_status with waitSeconds waits for it; go with action "pause" ends it.`,
  );
}

/** In the console a colon begins a debugger command; here it is the shell's own word, which does nothing. */
function asCommand(command: string): string {
  const text = command.trim();
  if (/^:[a-z]/.test(text)) throw new ToolError(`"${text}" is a command of the debugger: pass it to debugger_command.`);
  return text.replace(/^:(?!\S)/, 'true');
}

/** Gives the state that was chosen before, if it was another one. */
async function choose(build: Build, { id, frame }: Place, state: string): Promise<string | undefined> {
  const { adapter } = build;
  const said = await adapter.request('evaluate', { expression: ':state', context: 'repl', frameId: frame.id });
  const now = /^\w+/.exec(textOf(said['result']))?.[0];
  if (now === state) return undefined;
  await adapter.request('dockerfile/setState', { threadId: id, state });
  return now;
}
