/**
 * The container in which commands of one stop run. It is made at the first command and kept, so that files and
 * background processes of one command are seen by the next; a keeper process as pid 1 holds it open.
 */
import type { Container, Gateway, Process } from '../buildkit/api.js';
import type { OutputSink } from './api.js';
import { UserError } from './errors.js';
import type { Scene } from './scene.js';

export interface Bench extends AsyncDisposable {
  readonly scene: Scene;
  /** Processes of ours that run in it now. */
  readonly busy: number;
  container(signal: AbortSignal): Promise<Container>;
  /** Starts a process beside the keeper. */
  start(request: StartRequest, signal: AbortSignal): Promise<Process>;
}

export interface StartRequest {
  readonly args: readonly string[];
  readonly tty: boolean;
  readonly stdin: boolean;
  /** Wins over the environment of the scene. */
  readonly env?: Readonly<Record<string, string>>;
  readonly size?: { readonly rows: number; readonly columns: number };
}

/** Reads until its input ends, which is when the container is released; needs nothing but a shell. */
const KEEPER = 'while read -r _; do :; done';

/** A new container of a scene, without processes. */
export function makeContainer(gateway: Gateway, scene: Scene, signal: AbortSignal): Promise<Container> {
  return gateway.newContainer(
    {
      mounts: scene.mounts,
      network: scene.network,
      extraHosts: scene.meta.extraHosts,
      ...(scene.meta.hostname === '' ? {} : { hostname: scene.meta.hostname }),
      ...(scene.platform === undefined ? {} : { platform: scene.platform }),
    },
    { signal },
  );
}

/** Starts a process with the user, environment and working directory of the scene. */
export function startProcess(
  container: Container,
  scene: Scene,
  request: StartRequest,
  signal?: AbortSignal,
): Promise<Process> {
  const { args, tty, stdin, env = {}, size } = request;
  const meta = { ...scene.meta, args: [...args], env: withVariables(scene.meta.env, env) };
  const rest = { security: scene.security, secretEnv: scene.secretEnv, ...(size === undefined ? {} : { size }) };
  return container.exec({ meta, tty, stdin, ...rest }, signal === undefined ? {} : { signal });
}

/** `NAME=value` list with some names set, whatever they were before. */
function withVariables(env: readonly string[], more: Readonly<Record<string, string>>): string[] {
  const rest = env.filter((entry) => !Object.hasOwn(more, entry.split('=', 1)[0] ?? ''));
  return [...rest, ...Object.entries(more).map(([name, value]) => `${name}=${value}`)];
}

/** Nothing is asked of the engine before the first use. */
export function createBench(gateway: Gateway, scene: Scene): Bench {
  let made: Promise<{ readonly container: Container; readonly keeper: Process }> | undefined;
  let busy = 0;

  const make = async (signal: AbortSignal): Promise<{ readonly container: Container; readonly keeper: Process }> => {
    const container = await makeContainer(gateway, scene, signal);
    const keeper = await startProcess(container, scene, { args: [...scene.shell, KEEPER], tty: false, stdin: true });
    return { container, keeper };
  };
  const open = (signal: AbortSignal): Promise<{ readonly container: Container; readonly keeper: Process }> => {
    made ??= make(signal).catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };

  return {
    scene,
    get busy() {
      return busy;
    },
    container: async (signal) => (await open(signal)).container,
    async start(request, signal) {
      const { container, keeper } = await open(signal);
      const ended = keeper.exit.then((exit) => noShell(scene, exit.error));
      const process = await Promise.race([
        startProcess(container, scene, request, signal),
        ended.then((error) => Promise.reject(error)),
      ]);
      busy++;
      void process.exit.catch(() => undefined).finally(() => busy--);
      return process;
    },
    async [Symbol.asyncDispose]() {
      const { container, keeper } = (await made?.catch(() => undefined)) ?? {};
      made = undefined;
      keeper?.endInput();
      await container?.[Symbol.asyncDispose]();
    },
  };
}

/** The keeper ends at once only when its program is missing or cannot run. */
function noShell(scene: Scene, cause: string | undefined): UserError {
  const why = cause === undefined || cause === '' ? '' : ` (${cause})`;
  if (/unable to find user|no matching entries in passwd/.test(why)) {
    return new UserError(
      'no-user',
      `No command can run in this state: the image does not know the user "${scene.meta.user}"${why}.`,
      'Create the user in an earlier step, or give USER as a number.',
    );
  }
  return new UserError(
    'no-shell',
    `No command can run in this state: ${scene.shell[0] ?? 'the shell'} does not start in this image${why}.`,
    'The image may have no shell. Look at the files in Variables, or stop at a step of a stage that has one.',
  );
}

/** Longest wait for output after the end of a command, in milliseconds. */
const LATE_OUTPUT = 500;

async function pump(process: Process, sink: OutputSink): Promise<void> {
  for await (const piece of process.output) await sink(piece);
}

/** Feeds all output to the sink and answers the exit code; the signal ends the process. */
export async function finishProcess(process: Process, sink: OutputSink, signal: AbortSignal): Promise<number> {
  const stop = (): void => process.signal('KILL');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const pumped = pump(process, sink);
    // A background process of the command keeps the output open; the command itself is over.
    const { code, error } = await Promise.race([pumped.then(() => process.exit), process.exit]);
    await Promise.race([pumped, new Promise((resolve) => setTimeout(resolve, LATE_OUTPUT).unref())]);
    if (error !== undefined && error !== '' && code === 255) {
      throw new UserError('process-not-started', `The command did not run: ${error}`);
    }
    return code;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
