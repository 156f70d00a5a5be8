/** Breakpoints as arguments of tools. */
import * as z from 'zod/v4';
import type { Breakpoints, Rule } from '../cli/breakpoints.js';
import type { Build } from './build.js';
import { stopKinds } from './order.js';

export const breakpointInput = z.strictObject({
  at: z
    .union([z.int().min(1), z.string().min(1)])
    .describe(
      'A line of the Dockerfile (any line of an instruction; a line within a RUN stops before that command of its script), or a name: a stage ("build"), an instruction word ("COPY"), both ("build:RUN"), "*" for all.',
    ),
  condition: z
    .string()
    .optional()
    .describe(
      'Shell command run in the state before; the build stops if it exits with 0. E.g. "test ! -e /app/config.json".',
    ),
  hits: z.string().optional().describe('Which time counts: "3", ">= 2", "% 2".'),
  log: z
    .string()
    .optional()
    .describe(
      'Do not stop, but say this: {$VARIABLE} and {command} are replaced, e.g. "{$VERSION}: {ls | wc -l} files".',
    ),
});

export type BreakpointArgument = z.infer<typeof breakpointInput>;

export const stopOnInput = z
  .array(z.enum(stopKinds))
  .describe(
    'Kinds of stops that are on: "failed" (a step fails), "uncached" (a step is not taken from the cache), "warning". The list replaces the last one.',
  );

/** Adds one, or changes the one that is there. */
export function addTo(breakpoints: Breakpoints, { at, condition, hits, log }: BreakpointArgument): void {
  const rule: Rule = {
    ...(condition !== undefined && { condition }),
    ...(hits !== undefined && { hitCondition: hits }),
    ...(log !== undefined && { logMessage: log }),
  };
  // Names are looked up by the adapter: the text of the Dockerfile is not asked.
  breakpoints.names = true;
  breakpoints.add(String(at), [], rule);
}

/** Forgets those that hold nothing, unless a build that is still to come may have their places. */
export async function dropRefused({ breakpoints, adapter, machine, over }: Build): Promise<void> {
  if (over || machine.edited || machine.lines(machine.path).length === 0) return;
  if (breakpoints.dropRefused()) await breakpoints.send(adapter, machine.path);
}

/** Those that hold nothing, and why; '' when there are none. */
export function refusedWords({ refused }: Breakpoints): string {
  return refused.map(({ at, message }) => `Breakpoint ${at} holds nothing: ${message}`).join('\n');
}
