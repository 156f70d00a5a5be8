/** Containers of a scene and their processes. */
import type { Container, Gateway, Process } from '../../buildkit/api.js';
import { takeTurns } from '../../buildkit/turns.js';
import type { OutputSink } from '../api.js';
import { UserError } from '../errors.js';
import type { Scene } from './scene.js';

export interface StartRequest {
  readonly args: readonly string[];
  readonly tty: boolean;
  readonly stdin: boolean;
  /** Wins over the environment of the scene. */
  readonly env?: Readonly<Record<string, string>>;
  readonly size?: { readonly rows: number; readonly columns: number };
  /** Not as the user of the scene: for the debugger's own questions. */
  readonly asRoot?: boolean;
}

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
  const { args, tty, stdin, env = {}, size, asRoot = false } = request;
  // An empty user would mean that of the container's first process.
  const who = asRoot ? { user: '0:0' } : {};
  const meta = { ...scene.meta, ...who, args: [...args], env: withVariables(scene.meta.env, env) };
  const rest = { security: scene.security, secretEnv: scene.secretEnv, ...(size === undefined ? {} : { size }) };
  return container.exec({ meta, tty, stdin, ...rest }, signal === undefined ? {} : { signal });
}

/** `NAME=value` list with some names set, whatever they were before. */
export function withVariables(env: readonly string[], more: Readonly<Record<string, string>>): string[] {
  const rest = env.filter((entry) => !Object.hasOwn(more, entry.split('=', 1)[0] ?? ''));
  return [...rest, ...Object.entries(more).map(([name, value]) => `${name}=${value}`)];
}

/** Longest wait for output after the end of a command, in milliseconds. */
const LATE_OUTPUT = 500;

async function pump(process: Process, sink: OutputSink): Promise<void> {
  const turn = takeTurns();
  for await (const piece of process.output) {
    await sink(piece);
    await turn();
  }
}

/**
 * Feeds all output to the sink and answers the exit code; the signal ends the process.
 *
 * @param stop how to end it; default: only the process itself, not its children
 */
export async function finishProcess(
  process: Process,
  sink: OutputSink,
  signal: AbortSignal,
  stop: () => void = () => void process.signal('KILL'),
): Promise<number> {
  if (signal.aborted) stop();
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
