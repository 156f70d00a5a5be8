import * as z from 'zod/v4';
import type { Build } from '../build.js';
import { placeOf, requireLife } from '../place.js';
import { addTo, breakpointInput, dropRefused, refusedWords, stopOnInput } from '../rules.js';
import { defineTool } from '../tool.js';
import { ToolError } from '../tool-error.js';
import { textOf } from '../../cli/fields.js';

/** All that stops the build. */
export const breakpoints = defineTool({
  name: 'breakpoints',
  title: 'Breakpoints',
  description:
    'Sets, removes and lists what stops the build: places, kinds of stops, and paths or variables that a step changes. Without arguments it only lists. Also while the build runs, and they stay over retry and restart.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: {
    add: z.array(breakpointInput).optional().describe('One at a place that has one already replaces it.'),
    remove: z
      .array(z.union([z.int(), z.string()]))
      .optional()
      .describe('Places ("at") whose breakpoints go; "all" for all of them.'),
    watch: z
      .array(z.string())
      .optional()
      .describe(
        'Stop after a step that changes this: a path in the image ("/etc/passwd"), or a variable ("$PATH"). The build has to stand.',
      ),
    unwatch: z.array(z.string()).optional().describe('Watch these no more.'),
    stopOn: stopOnInput.optional(),
  },
  run: async ({ add = [], remove = [], watch = [], unwatch = [], stopOn }, { desk }) => {
    const { build } = desk;
    requireLife(build);
    const said: string[] = [];
    for (const at of remove) removeFrom(build, String(at));
    for (const one of add) addTo(build.breakpoints, one);
    const refused = add.length + remove.length > 0 ? await send(build) : '';
    if (stopOn !== undefined) {
      await build.adapter.request('setExceptionBreakpoints', { filters: stopOn });
      build.stopOn = stopOn;
    }
    for (const path of watch) said.push(await ask(build, `:watch ${quoted(path)}`));
    for (const path of unwatch) said.push(await ask(build, `:unwatch ${quoted(path)}`));
    const parts = [...said, ...(refused === '' ? [] : [refused, 'It is not kept.']), ...listed(build)];
    return { text: parts.join('\n'), failed: refused !== '' };
  },
});

function removeFrom(build: Build, at: string): void {
  const { breakpoints: all } = build;
  if (at === 'all' ? all.count === 0 || all.remove('all') : all.removeAt(at)) return;
  throw new ToolError([`There is no breakpoint at ${at}.`, ...listed(build)].join('\n'));
}

/** Gives words about those that hold nothing. They go, for they would be taken for some that do. */
async function send(build: Build): Promise<string> {
  await build.breakpoints.send(build.adapter, build.machine.path);
  const refused = refusedWords(build.breakpoints);
  await dropRefused(build);
  return refused;
}

function listed({ breakpoints: all, stopOn }: Build): readonly string[] {
  return [
    all.count === 0 ? 'Breakpoints: none' : `Breakpoints:\n${all.list()}`,
    `Stops on: ${stopOn.length === 0 ? 'nothing else' : stopOn.join(', ')}`,
  ];
}

async function ask(build: Build, expression: string): Promise<string> {
  const { frame } = await placeOf(build, {});
  return textOf(
    (await build.adapter.request('evaluate', { expression, context: 'repl', frameId: frame.id }))['result'],
  );
}

/** One word of the console. */
function quoted(word: string): string {
  return /[\s"'\\]/.test(word) ? `"${word.replaceAll(/["\\]/g, '\\$&')}"` : word;
}
