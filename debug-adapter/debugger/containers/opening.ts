/**
 * Opens the container of a scene so that commands can run in it, whatever its image lacks: a shell, the user that the
 * step names, a working directory that is a folder, programs for this machine. What had to be different is told in notes.
 *
 * A keeper process as pid 1 holds the container open; its first words say that the shell works.
 */
import { StringDecoder } from 'node:string_decoder';
import type { Container, Gateway, Process } from '../../buildkit/api.js';
import type { Mount } from '../../buildkit/gen/ops.js';
import { cleanPath } from '../../patterns/clean-path.js';
import { UserError } from '../errors.js';
import { keepersScript, type FirstCommand } from './first-command.js';
import { scratchMount, TOOL_FOLDERS, type OwnFile } from './own-folder.js';
import { makeContainer, startProcess, withVariables } from './processes.js';
import { quote } from '../common/quote.js';
import { rememberingFile } from './remembered.js';
import { type Scene, wordsOnLost } from './scene.js';
import { findShell, isPosixShell, pathOf, SHELLS } from './shell-search.js';
import { supervisorFiles } from './supervised.js';
import type { Toolbox } from './toolbox.js';

export interface Opening {
  readonly container: Container;
  readonly keeper: Process;
  /** As it could be had. */
  readonly scene: Scene;
  /** Runs a POSIX script that follows: program and flags. */
  readonly shell: readonly string[];
  /** Programs that may stand in for it when people type, best first. */
  readonly interactive: readonly string[];
  /** What is different from the step itself, in words. */
  readonly notes: readonly string[];
  /** The command that it was to begin with, where that could be: it waits to be let go. */
  readonly first: FirstCommand | undefined;
  /** Of the keeper, what comes after its first words. */
  readonly output: Process['output'];
}

/** What a container has to run commands with. */
export type Shells = Pick<Opening, 'scene' | 'shell' | 'interactive' | 'notes'>;

/** How a container is opened. */
export interface OpenOptions {
  /** A command in a terminal that the keeper itself starts: the container needs no second process for it. */
  readonly first?: (shells: Shells) => FirstCommand;
}

/** What is tried. */
interface Plan {
  readonly scene: Scene;
  readonly shell: readonly string[];
  /** Programs of the toolbox: `added` to those of the image, or the `only` ones that run. */
  readonly tools: 'none' | 'added' | 'only';
  readonly notes: readonly string[];
}

interface Open {
  readonly kind: 'open';
  readonly container: Container;
  readonly keeper: Process;
  readonly words: readonly string[];
  readonly output: Process['output'];
}
interface Shut {
  readonly kind: 'shut';
  readonly why: Why;
  readonly text: string;
}
type Why = 'user' | 'folder' | 'foreign' | 'shell' | 'other';

/** What makes containers in a build. */
export interface Workshop {
  readonly gateway: Gateway;
  readonly toolbox: Toolbox;
}

/** Rejects with `UserError` when there is no way. */
export async function openContainer(
  workshop: Workshop,
  scene: Scene,
  signal: AbortSignal,
  options: OpenOptions = {},
): Promise<Opening> {
  if (scene.os === 'windows') throw noWindows();
  let plan = await firstPlan(workshop, { ...scene, mounts: [...scene.mounts, scratchMount] }, signal);
  for (;;) {
    const first = plan.tools === 'none' ? options.first?.({ ...plan, interactive: SHELLS }) : undefined;
    const launch = await tryPlan(workshop.gateway, plan, first, signal);
    if (launch.kind === 'open') return opened(plan, launch, first);
    plan = await nextPlan(workshop, plan, launch, signal);
  }
}

async function firstPlan(workshop: Workshop, scene: Scene, signal: AbortSignal): Promise<Plan> {
  const plan: Plan = { scene, shell: scene.shell, tools: 'none', notes: scene.notes };
  const shell = await findShell(workshop.gateway, scene, signal);
  return shell === undefined ? withToolbox(workshop, plan, 'added', signal) : { ...plan, shell };
}

async function withToolbox(
  { toolbox }: Workshop,
  plan: Plan,
  tools: 'added' | 'only',
  signal: AbortSignal,
): Promise<Plan> {
  const mount = await toolbox.mount(signal);
  const { scene } = plan;
  const image = pathOf(scene);
  const path = tools === 'only' ? [...TOOL_FOLDERS, ...image] : [...image, ...TOOL_FOLDERS];
  const mounts = [...scene.mounts, mount];
  const meta = { ...scene.meta, env: withVariables(scene.meta.env, { PATH: path.join(':') }) };
  return { ...plan, tools, shell: ['sh', '-c'], scene: { ...scene, mounts, meta } };
}

/** The plan without what went wrong; each can go wrong once. */
async function nextPlan(workshop: Workshop, plan: Plan, { why, text }: Shut, signal: AbortSignal): Promise<Plan> {
  const { scene, notes, tools } = plan;
  const { user, cwd } = scene.meta;
  const changed = (meta: Partial<Scene['meta']>, note: string): Plan => ({
    ...plan,
    scene: { ...scene, meta: { ...scene.meta, ...meta } },
    notes: [...notes, note],
  });
  const lost = lostMount(scene, text);
  if (lost !== undefined) {
    const mounts = scene.mounts.filter((mount) => mount !== lost);
    return { ...plan, scene: { ...scene, mounts }, notes: [...notes, wordsOnLost(lost)] };
  }
  if (why === 'user' && user !== '')
    return changed({ user: '' }, `The image does not know the user "${user}" (${text}): this runs as root.`);
  if (why === 'folder' && cwd !== '/')
    return changed({ cwd: '/' }, `The working directory ${cwd} cannot be entered (${text}): this runs in /.`);
  if (tools !== 'none' || (why !== 'shell' && why !== 'foreign')) throw notOpened(plan, text);
  const note =
    why === 'foreign'
      ? `Programs of this image are made for ${scene.platformName}, and this engine has no emulator for them (${text}): the shell and its tools are those of the toolbox.`
      : `The shell of this image does not start (${text}): this is the one of the toolbox.`;
  return withToolbox(workshop, { ...plan, notes: [...notes, note] }, 'only', signal);
}

async function tryPlan(
  gateway: Gateway,
  plan: Plan,
  first: FirstCommand | undefined,
  signal: AbortSignal,
): Promise<Open | Shut> {
  const { scene, shell, tools } = plan;
  const container = await makeContainer(gateway, scene, signal);
  const [program = 'sh'] = shell;
  const image = pathOf(scene).filter((folder) => !TOOL_FOLDERS.includes(folder));
  const write = [...supervisorFiles, rememberingFile(scene.meta.env)].map(writeFile).join('; ');
  const args =
    tools === 'none'
      ? [program, '-c', ...afterwards(`${write}; `, first === undefined ? [WAIT] : keepersScript(first, program))]
      : [
          program,
          '-c',
          `${write}; ${TOOLBOX_KEEPER}`,
          'sh',
          image.join(':'),
          ...(tools === 'only' ? [] : wanted(scene)),
        ];
  const env = tools === 'none' ? {} : { PATH: TOOL_FOLDERS.join(':') };
  const keeper = await startProcess(container, scene, { args, tty: first !== undefined, stdin: true, env });
  const pieces = keeper.output[Symbol.asyncIterator]();
  const { up, text } = await firstWords(keeper, pieces, signal);
  const output = { [Symbol.asyncIterator]: () => pieces };
  if (up) return { kind: 'open', container, keeper, words: text.split('\n'), output };
  await container[Symbol.asyncDispose]();
  signal.throwIfAborted();
  return { kind: 'shut', why: whyShut(text), text: briefly(text) };
}

function wanted({ shell: [program = 'sh'] }: Scene): readonly string[] {
  return isPosixShell(program) ? [program, ...SHELLS] : SHELLS;
}

function opened(
  { scene, shell, tools, notes }: Plan,
  { kind: _, words, ...open }: Open,
  first: FirstCommand | undefined,
): Opening {
  if (tools === 'none') return { ...open, scene, shell, interactive: SHELLS, notes, first };
  const [own = '', tool = 'sh'] = words;
  const interactive = tools === 'only' ? [tool] : [...SHELLS, tool];
  return { ...open, scene, shell: [own === '' ? tool : own, '-c'], interactive, notes, first };
}

/** Everything until the keeper says that it is up, or until it ends. */
async function firstWords(
  keeper: Process,
  pieces: AsyncIterator<{ readonly data: Uint8Array }>,
  signal: AbortSignal,
): Promise<{ readonly up: boolean; readonly text: string }> {
  const decoder = new StringDecoder('utf8');
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  let text = '';
  for (;;) {
    const piece = await Promise.race([pieces.next(), aborted]);
    if (piece === undefined) return { up: false, text };
    if (piece.done === true) break;
    text += decoder.write(Buffer.from(piece.value.data));
    const end = UP.exec(text);
    if (end !== null) return { up: true, text: text.slice(0, end.index) };
  }
  const { error = '' } = await keeper.exit;
  return { up: false, text: `${text}${error}` };
}

/** The mount whose source is not there, as the engine's runtime says it: with a path on its own machine, or without. */
export function lostMount({ mounts }: Pick<Scene, 'mounts'>, text: string): Mount | undefined {
  const [, path] = /open (\S+): no such file or directory/.exec(text) ?? [];
  return mounts.find(({ dest, selector }) => {
    return dest !== '/' && selector !== '' && path?.endsWith(cleanPath(`/${selector}`)) === true;
  });
}

function whyShut(text: string): Why {
  if (/unable to find (user|group)|no matching entries in (passwd|group)/.test(text)) return 'user';
  if (/exec format error/.test(text)) return 'foreign';
  if (/\bmkdir .*(not a directory|permission denied|file exists)|chdir to cwd/.test(text)) return 'folder';
  return /\bexec\b|executable file not found|no such file or directory/.test(text) || text === '' ? 'shell' : 'other';
}

/** The end of what the engine's runtime says: what it was about stands there. */
function briefly(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? '';
  return line.replace(/^.*(?:unable to start container process|error during container init): /, '');
}

function notOpened({ scene, tools }: Plan, text: string): UserError {
  const what = `No command can run in this state: ${text === '' ? 'its container ends at once' : text}.`;
  if (tools === 'none')
    return new UserError('container-not-started', what, 'Look at the files in Variables, or at another state.');
  const hint =
    'Set "toolbox" (launch argument or setting) to an image with a statically linked shell for the platform of the engine, such as busybox:musl.';
  return new UserError(
    'toolbox-broken',
    `${what} The toolbox has no shell that starts beside ${scene.platformName} images.`,
    hint,
  );
}

function noWindows(): UserError {
  return new UserError(
    'windows-container',
    'This is a Windows container: commands and shells at a stop are made for Linux containers.',
    'Variables and files of each state can be looked at.',
  );
}

function afterwards(before: string, [script = '', ...rest]: readonly string[]): readonly string[] {
  return [before + script, ...rest];
}

function writeFile({ path, content }: OwnFile): string {
  return `printf '%s\\n' ${quote(content)} > ${path}`;
}

/** Last line of what a keeper says at its start. */
const UP = /up\r?\n$/;
/** Reads until its input ends, which is when the container is released. */
const WAIT = 'echo up; while read -r _; do :; done';
/** Says which shell the image has after all, and where that of the toolbox is. `$1`: PATH of the image; then names. */
const TOOLBOX_KEEPER = `seek() {
  case $2 in /*) [ -x "$2" ] && echo "$2"; return;; esac
  IFS=:; for d in $1; do [ -x "$d/$2" ] && echo "$d/$2" && return; done; return 1
}
image=$1; shift; own=
for name in "$@"; do own=$(seek "$image" "$name") && break; own=; done
echo "$own"; seek "$PATH" sh; ${WAIT}`;
