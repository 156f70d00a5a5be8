import * as z from 'zod/v4';
import type { Build } from '../build.js';
import { resume, restart, tell } from '../moves.js';
import { type Place, placeInput, placeOf, requireLife } from '../place.js';
import { type Answer, type Call, defineTool } from '../tool.js';
import { ToolError } from '../tool-error.js';
import { timeoutInput, waitFor } from '../waiting.js';

/** Requests of the protocol by our names, and whether the thread is to stand again soon. */
const requests = {
  continue: false,
  next: true,
  stepIn: true,
  stepOut: true,
  stepBack: true,
  reverseContinue: true,
  restartFrame: true,
} as const;

const actions = [...typed(requests), 'goto', 'retry', 'force', 'apply', 'restart', 'pause'] as const;
type Action = (typeof actions)[number];

function typed<Names extends string>(table: Readonly<Record<Names, unknown>>): readonly Names[] {
  const isName = (name: string): name is Names => name in table;
  return Object.keys(table).filter(isName);
}

interface Wanted {
  readonly action: Action;
  readonly line: number | undefined;
  readonly buildArgs: Readonly<Record<string, string>> | undefined;
}

/** Moves the build. */
export const go = defineTool({
  name: 'go',
  title: 'Move the build',
  description: [
    'Moves the build and answers at the next stop or the end.',
    'continue: run to the next breakpoint, failure or the end; at a failed step it ends the build as failed.',
    'next: run this instruction. stepIn: into the stage that this instruction uses, or through the commands of a RUN one by one',
    '(also of one that failed: finds which command it was). stepOut: to the end of that stage or RUN.',
    'stepBack, reverseContinue: one step back, back to the breakpoint before; no step runs. restartFrame: to the start of the stage of "frame".',
    'goto: to the instruction at "line"; back at once, forward by running what lies between.',
    'retry: a new build with fresh files that runs the step where it stands for real and goes on: after a fix.',
    'force: the same without the cache, also for "line". apply: a new build with the edited Dockerfile that comes back here.',
    'restart: build again from the beginning with fresh files (unchanged steps come from the cache) and with "buildArgs" if given; also when the build is over.',
    'pause: stop what runs; or end a command that runs.',
  ].join('\n'),
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  input: {
    action: z.enum(actions).describe('What to do, as told above.'),
    line: z.int().min(1).optional().describe('For goto (required) and force: a line of the Dockerfile.'),
    buildArgs: z.record(z.string(), z.string()).optional().describe('For restart: build arguments with other values.'),
    ...placeInput,
    timeoutSeconds: timeoutInput,
  },
  run: async ({ action, line, buildArgs, platform, frame, timeoutSeconds }, call) => {
    const wanted: Wanted = { action, line, buildArgs };
    check(wanted);
    if (action === 'pause') return await pause(call, timeoutSeconds);
    const { build } = call.desk;
    if (action === 'restart' && build.over) return await again(call, wanted, timeoutSeconds);
    const place = await placeOf(build, { platform, frame });
    const said = await move(build, place, wanted);
    if (said !== '') build.note(said);
    return await waitFor(build, call, timeoutSeconds);
  },
});

function check({ action, line, buildArgs }: Wanted): void {
  if (action === 'goto' && line === undefined) throw new ToolError('go "goto" needs the argument "line": where to go.');
  if (line !== undefined && action !== 'goto' && action !== 'force')
    throw new ToolError(`"line" is for goto and force: ${action} takes none.`);
  if (buildArgs !== undefined && action !== 'restart')
    throw new ToolError(`"buildArgs" are for restart: ${action} takes none.`);
}

/** Gives what the adapter says of it. */
async function move(build: Build, place: Place, { action, line, buildArgs }: Wanted): Promise<string> {
  switch (action) {
    case 'goto':
      return await tell(build, place, `:goto ${line ?? ''}`, false);
    case 'retry':
    case 'apply':
      return await tell(build, place, `:${action}`, true);
    case 'force':
      return await tell(build, place, `:force ${line ?? ''}`.trimEnd(), true);
    case 'restart':
      await restart(build, place.id, buildArgs);
      return '';
    case 'pause':
      return '';
    default:
      await resume(build, place, action, requests[action]);
      return '';
  }
}

async function pause(call: Call, timeoutSeconds: number | undefined): Promise<Answer> {
  const { build } = call.desk;
  requireLife(build);
  const ends = build.busy;
  const stands = build.machine.standsStill;
  if (ends || !stands) build.interrupt();
  if (ends) await build.command?.ended;
  const answer = await waitFor(build, call, timeoutSeconds, true);
  if (ends) return { ...answer, text: `The command was ended.\n${answer.text}` };
  return stands ? { ...answer, text: `Nothing runs.\n${answer.text}` } : answer;
}

/** The session is over: another one, with what it was started with. */
async function again(call: Call, { buildArgs }: Wanted, timeoutSeconds: number | undefined): Promise<Answer> {
  const build = await call.desk.startAgain(buildArgs);
  return await waitFor(build, call, timeoutSeconds);
}
