/** Shells of a build: each in a container of its own, or in one that is there already. */
import { join } from 'node:path';
import type { ShellCommand } from '../api.js';
import { createBench, type Bench } from './bench.js';
import { cacheName } from './cache-locks.js';
import type { Workshop } from './opening.js';
import type { Scene } from './scene.js';
import { shellCommand, type ShellWishes } from './shell-script.js';
import { listenForTerminal, type ShellListener } from './shell-server.js';

export interface ShellRequest extends ShellWishes {
  readonly workshop: Workshop;
  /** The container of the stop, in the state that is wanted. */
  readonly bench: Bench;
  /** What a container of the shell's own is made of. */
  readonly scene: Scene;
  /** Joins the container of the shell that was opened last and is still open, or that of the stop. */
  readonly same: boolean;
  /** Joins that of the stop in any case: something is under way there. */
  readonly joins: boolean;
  readonly title: string;
}

export interface Shells extends AsyncDisposable {
  open(request: ShellRequest): Promise<ShellCommand>;
  /** Ends the shells in this container, with words for their terminals. */
  endIn(bench: Bench, message: string): void;
}

interface OpenShell {
  readonly bench: Bench;
  /** The container is there for shells only: it goes with the last of them. */
  readonly owns: boolean;
}

/** One for each build: its shells live as long as it does. */
export function createShells(): Shells {
  const open = new Map<ShellListener, OpenShell>();
  const release = async (listener: ShellListener): Promise<void> => {
    const shell = open.get(listener);
    open.delete(listener);
    const shared = [...open.values()].some(({ bench }) => bench === shell?.bench);
    if (shell?.owns === true && !shared) await shell.bench[Symbol.asyncDispose]();
  };
  return {
    async open(request) {
      const { notes, ...chosen } = choose(request, [...open.values()].at(-1));
      const listener = await listenIn(chosen.bench, chosen.owns, { ...request, notes: [...request.notes, ...notes] });
      open.set(listener, chosen);
      void listener.ended.finally(() => release(listener));
      return terminalCommand(listener, request.title);
    },
    endIn(bench, message) {
      for (const [listener, shell] of open) if (shell.bench === bench) listener.end(message);
    },
    async [Symbol.asyncDispose]() {
      // The containers go first: a shell does not end because its terminal is gone.
      await Promise.all(
        [...open].map(async ([listener, { bench, owns }]) => {
          listener.end('The build of this shell has ended.');
          if (owns) await bench[Symbol.asyncDispose]();
          await listener[Symbol.asyncDispose]();
        }),
      );
    },
  };
}

/** Where a shell is opened; a locked cache mount allows no container beside that of the stop. */
function choose(
  { workshop, bench, scene, same, joins }: ShellRequest,
  last: OpenShell | undefined,
): OpenShell & { readonly notes: readonly string[] } {
  if (joins) return { bench, owns: false, notes: [] };
  if (same) return { bench, owns: false, ...last, notes: [] };
  const [locked] = bench.scene.lockedCaches;
  if (locked === undefined) return { bench: createBench(workshop, scene), owns: true, notes: [] };
  const note = `The cache mount "${cacheName(locked)}" has sharing=locked, so only one container can have it: this shell is in that of the debug console.`;
  return { bench, owns: false, notes: [note] };
}

function listenIn(bench: Bench, owns: boolean, wishes: ShellWishes): Promise<ShellListener> {
  const { signal } = new AbortController();
  const command = (has: Parameters<typeof shellCommand>[0]): readonly string[] => shellCommand(has, wishes);
  // It is made while the terminal comes; a failure is told there.
  bench.open(signal, owns ? command : undefined).catch(() => undefined);
  // A terminal in any case: what the client has for one may be a pipe, the shell behind it is still somebody's prompt.
  return listenForTerminal((size) =>
    bench.start((opening) => ({ args: command(opening), tty: true, stdin: true, size }), signal),
  );
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
