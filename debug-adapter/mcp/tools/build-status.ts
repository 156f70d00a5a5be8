import * as z from 'zod/v4';
import { commandText } from '../command-text.js';
import { defineTool } from '../tool.js';
import { patienceOf, waitFor } from '../waiting.js';

/** So long something that was told to end may take. */
const endingSeconds = 3;

/** Tells where things are, and waits if that is wanted. */
export const buildStatus = defineTool({
  name: 'build_status',
  title: 'Where the build is',
  description:
    'Says where the build stands, what runs, or how it ended. With waitSeconds it waits that long for what runs (the build, or a command of run_in_step that was still running), and answers as soon as it stops or ends.',
  annotations: { readOnlyHint: true, openWorldHint: false },
  input: {
    waitSeconds: z.number().min(0).max(3600).optional().describe('Default: 0, only look.'),
  },
  run: async ({ waitSeconds = 0 }, call) => {
    const { build } = call.desk;
    const { command } = build;
    const isEnding = build.isStopping || command?.cancelled === true;
    const seconds = Math.max(waitSeconds, isEnding ? endingSeconds : 0);
    if (!build.busy || command === undefined) return await waitFor(build, call, seconds, true);
    await build.finish(command, patienceOf(call, seconds));
    return commandText(command);
  },
});
