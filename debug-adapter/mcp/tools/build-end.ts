import { defineTool } from '../tool.js';

/** Ends the session. */
export const buildEnd = defineTool({
  name: 'build_end',
  title: 'End the build',
  description:
    'Ends the build and removes the containers of its stop. Its log stays readable with build_log. Not needed before another build_start.',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  input: {},
  run: async (_args, { desk }) => {
    if (!desk.hasBuild) return 'There is no build.';
    const { build } = desk;
    if (build.over) return 'The build was over already.';
    await build[Symbol.asyncDispose]();
    return 'The build was ended, and its containers are gone.';
  },
});
