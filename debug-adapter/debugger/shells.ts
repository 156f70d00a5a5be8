/** Shells of a build: each in a container of its own, or, where a cache mount is locked, in that of the stop. */
import { join } from 'node:path';
import type { Container, Gateway, Process } from '../buildkit/api.js';
import type { ShellCommand } from './api.js';
import { makeContainer, startProcess, type Bench, type StartRequest } from './bench.js';
import type { Scene } from './scene.js';
import { historyMount, shellCommand, shellVariables } from './shell-script.js';
import { listenForTerminal, type ShellListener } from './shell-server.js';

export interface ShellRequest {
  readonly gateway: Gateway;
  readonly scene: Scene;
  /** The container of the stop; the shell joins it when a mount cannot be had twice. */
  readonly bench: Bench;
  /** The user's own shell, from the launch arguments. */
  readonly own: readonly string[] | undefined;
  /** What arrow-up brings. */
  readonly command: string | undefined;
  readonly title: string;
  readonly signal: AbortSignal;
}

export interface Shells extends AsyncDisposable {
  open(request: ShellRequest): Promise<ShellCommand>;
  /** Ends the shells in this container, with words for their terminals. */
  endIn(bench: Bench, message: string): void;
}

interface OpenShell {
  /** The container that it joined; undefined when it has one of its own. */
  readonly bench: Bench | undefined;
  /** Ends its own container. */
  readonly release: () => Promise<void>;
}

/** One for each build: its shells live as long as it does. */
export function createShells(): Shells {
  const open = new Map<ShellListener, OpenShell>();
  return {
    async open(request) {
      const joins = request.scene.lockedCaches.length > 0;
      const made = joins ? undefined : ownContainer(request);
      // A failure is told in the terminal, which is there a moment later.
      made?.catch(() => undefined);
      const listener = await listenForTerminal(async ({ size, tty }) => {
        const start: StartRequest = {
          args: shellCommand(request.own, request.scene.shell),
          tty,
          stdin: true,
          env: shellVariables,
          ...(tty ? { size } : {}),
        };
        return startShell(request, await made, start);
      });
      const release = async (): Promise<void> => {
        await (await made?.catch(() => undefined))?.[Symbol.asyncDispose]();
      };
      open.set(listener, { bench: joins ? request.bench : undefined, release });
      void listener.ended.finally(() => {
        open.delete(listener);
        return release();
      });
      return terminalCommand(listener, request.title);
    },
    endIn(bench, message) {
      for (const [listener, shell] of open) if (shell.bench === bench) listener.end(message);
    },
    async [Symbol.asyncDispose]() {
      // The container goes first: a shell that is pid 1 does not end because its terminal is gone.
      await Promise.all(
        [...open].map(async ([listener, { release }]) => {
          listener.end('The build of this shell has ended.');
          await release();
          await listener[Symbol.asyncDispose]();
        }),
      );
    },
  };
}

async function ownContainer({ gateway, scene, command }: ShellRequest): Promise<Container> {
  const signal = new AbortController().signal;
  const history = await historyMount(gateway, command, signal);
  return makeContainer(gateway, { ...scene, mounts: [...scene.mounts, history] }, signal);
}

function startShell(
  { scene, bench, signal }: ShellRequest,
  own: Container | undefined,
  start: StartRequest,
): Promise<Process> {
  return own === undefined ? bench.start(start, signal) : startProcess(own, scene, start);
}

function terminalCommand(listener: ShellListener, title: string): ShellCommand {
  // An editor that brings its own Node runs it from its own executable.
  const asNode: Record<string, string> = 'electron' in process.versions ? { ELECTRON_RUN_AS_NODE: '1' } : {};
  return {
    title,
    args: [process.execPath, join(__dirname, 'shell-client.js'), listener.socketPath],
    env: { ...asNode, DOCKERFILE_DEBUG_TOKEN: listener.token },
    cwd: process.cwd(),
  };
}
