import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod/v4';
import { Breakpoints } from '../../cli/breakpoints.js';
import { locateDockerfile } from '../../cli/locate.js';
import type { LaunchArguments } from '../../contract.js';
import type { Desk } from '../desk.js';
import type { Order, StopKind } from '../order.js';
import { addTo, breakpointInput, dropRefused, refusedWords, stopOnInput } from '../rules.js';
import { defineTool } from '../tool.js';
import { ToolError } from '../tool-error.js';
import { timeoutInput, waitFor } from '../waiting.js';

const usualStops: readonly StopKind[] = ['failed'];

const text = (what: string) => z.string().optional().describe(what);
const texts = (what: string) => z.array(z.string()).optional().describe(what);
const flag = (what: string) => z.boolean().optional().describe(what);

/** Launch arguments of the adapter, by its names. */
const launchInput = {
  cwd: text('Folder that relative paths start from. Default: the folder of this server, usually the project.'),
  dockerfile: text('Path of the Dockerfile. Default: "Dockerfile" in the context.'),
  context: text("Build context: a folder, or the URL of a git repository or tar. Default: the Dockerfile's folder."),
  compose: texts('Compose files: the build is what "service" of them says. [] looks for the usual names in cwd.'),
  service: text('Service of the Compose file; may be left out where only one is built.'),
  bake: texts('Bake files: the build is what "bakeTarget" of them says. [] looks for the usual names in cwd.'),
  bakeTarget: text('Target of the Bake file. Default: the one of the default group.'),
  record: text('Build record (FILE.dockerbuild), e.g. of a build that failed in CI: it is run again here.'),
  target: text('Stage to build. Default: the last one.'),
  buildArgs: z
    .record(z.string(), z.union([z.string(), z.null()]))
    .optional()
    .describe('Build arguments by name; null takes the value from the environment of this server.'),
  platforms: texts('E.g. ["linux/amd64", "linux/arm64"]: each is a thread that stops and moves by itself.'),
  secrets: texts('As --secret: "id=NAME,src=PATH" or "id=NAME,env=VARIABLE". Their values are never shown.'),
  noCache: z
    .union([z.boolean(), z.array(z.string())])
    .optional()
    .describe('true runs every step for real; a list of stage names only theirs.'),
  pull: flag('Look for newer base images.'),
  outputs: texts('As --output, e.g. "type=local,dest=out". Default: nothing is exported, the build is only run.'),
  builder: text(
    'Builder or address of the engine, e.g. "unix:///run/buildkit/buildkitd.sock". Default: found as docker does.',
  ),
  args: texts(
    'Further flags of "docker buildx build" as a list, e.g. ["--ssh", "default", "--tag", "app:dev", "--load"].',
  ),
  stopOnEntry: flag('Stop before the first instruction.'),
  stopAtEnd: flag('Stop once more after the last instruction, with the finished files.'),
  rescue: texts('Paths in the image, with * and **, that are copied to this machine out of a step that fails.'),
  rescueTo: text('Folder for them. Default: "rescued".'),
  toolbox: text('Image with tools for steps whose image has no shell; "none" for no toolbox. Default: "busybox:musl".'),
  shell: texts(
    'Command line of the shell that runs commands at a stop. Default: the SHELL of the step, bash, zsh, ash, sh.',
  ),
  trace: text('File for a log of what debugger and engine say to each other.'),
};

type LaunchInput = z.infer<z.ZodObject<typeof launchInput>>;

/** What is defined of it. */
function launchOf({ cwd, ...rest }: LaunchInput, desk: Desk): LaunchArguments {
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  // An empty list of Compose files is the folder.
  const compose = rest.compose?.length === 0 ? { compose: '.' } : {};
  return { ...desk.defaults, ...Object.fromEntries(given), ...compose, cwd: resolve(desk.cwd, cwd ?? '.') };
}

function orderOf(input: LaunchInput, desk: Desk): Order {
  const misplaced = input.args?.find((word) => /^(?:-f|--file(?:=|$))/.test(word));
  if (misplaced !== undefined)
    throw new ToolError(`"${misplaced}" was found in args: name the Dockerfile with the argument "dockerfile".`);
  const launch = launchOf(input, desk);
  const { cwd = desk.cwd, context = '', dockerfile: file } = launch;
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new ToolError(`The folder ${cwd} is not there: pass the folder of the project as "cwd".`);
  const isDefined = [launch.compose, launch.bake, launch.record].some((each) => each !== undefined);
  return { launch, dockerfile: isDefined && file === undefined ? '' : locateDockerfile({ cwd, context, file }) };
}

/** Begins a session. */
export const buildStart = defineTool({
  name: 'build_start',
  title: 'Start a build',
  description: [
    'Builds a Dockerfile (or what a Compose service, a Bake target or a build record says) under the debugger and answers at the first stop or at the end: BUILT, FAILED, NOT STARTED (with',
    'the line of the error), STOPPED (a failed step, a breakpoint …) or STILL RUNNING. A failed step stops the build with its',
    'container kept, so that you can look around in it. Without breakpoints it runs as fast as "docker build".',
    'Replaces the build that was started before. Nothing is exported unless "outputs" or "args" ask for it.',
  ].join(' '),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  input: {
    ...launchInput,
    breakpoints: z.array(breakpointInput).optional().describe('Where to stop before anything of that place runs.'),
    stopOn: stopOnInput.optional(),
    timeoutSeconds: timeoutInput,
  },
  run: async ({ breakpoints: wanted = [], stopOn = usualStops, timeoutSeconds, ...launch }, call) => {
    const order = orderOf(launch, call.desk);
    const breakpoints = new Breakpoints();
    for (const one of wanted) addTo(breakpoints, one);
    const build = await call.desk.start(order, { breakpoints, stopOn });
    const answer = await waitFor(build, call, timeoutSeconds);
    const refused = refusedWords(breakpoints);
    await dropRefused(build);
    return refused === '' ? answer : { ...answer, text: `${answer.text}\n\n${refused}` };
  },
});
