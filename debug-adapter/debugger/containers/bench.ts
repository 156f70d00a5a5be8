/**
 * The container in which commands of one stop run. It is made at the first command and kept, so that files, background
 * processes, the working directory and exported variables of one command are seen by the next.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Container, Process } from '../../buildkit/api.js';
import type { OutputSink } from '../api.js';
import { UserError } from '../errors.js';
import { letGo, type FirstCommand } from './first-command.js';
import { openContainer, type Opening, type OpenOptions, type Shells, type Workshop } from './opening.js';
import { finishProcess, makeContainer, startProcess, type StartRequest } from './processes.js';
import { remembering } from './remembered.js';
import type { Scene } from './scene.js';
import { createShared } from '../common/shared.js';
import { behindSupervisor, makeBadge, signalArgs, signalsInOrder, supervisorArgs, type Badge } from './supervised.js';

export interface Bench extends AsyncDisposable {
  readonly scene: Scene;
  /** Processes of ours that run in it now. */
  readonly busy: number;
  /** Makes it, if need be; then `first` is what `start` will be asked for first, which is ready sooner then. */
  open(signal: AbortSignal, first?: (shells: Shells) => readonly string[]): Promise<Opening>;
  /** For files: there even where no command can run. */
  container(signal: AbortSignal): Promise<Container>;
  /** Without any process in it. */
  bare(signal: AbortSignal): Promise<Container>;
  /** Starts a process beside the keeper; which one may depend on what the container has. */
  start(request: (opening: Opening) => StartRequest, signal: AbortSignal): Promise<Process>;
  /** Runs a shell command to its end; the signal ends it and its children. */
  run(command: string, options: RunOptions): Promise<number>;
}

export interface RunOptions {
  readonly output: OutputSink;
  readonly signal: AbortSignal;
  /** What it changes in working directory and exported variables holds for the next command. */
  readonly remember: boolean;
  /** Wins over the environment of the step. */
  readonly env?: Readonly<Record<string, string>>;
}

const ENDED = 'The container of this stop has ended: commands run in a fresh one.';

/** How long a command that is cancelled may take to clean up, in milliseconds. */
const PATIENCE = 1000;

export interface BenchOptions {
  /** What a user has to know about the container, once. */
  readonly tell?: (note: string) => void;
  /** Called before it is given back. */
  readonly onEnd?: () => void;
}

/** Nothing is asked of the engine before the first use. */
export function createBench(workshop: Workshop, scene: Scene, options: BenchOptions = {}): Bench {
  return new StopBench(workshop, scene, options);
}

class StopBench implements Bench {
  readonly #opening = createShared<Opening>();
  readonly #bare = createShared<Container>();
  #busy = 0;
  #started = 0;
  #first: FirstCommand | undefined;

  constructor(
    private readonly workshop: Workshop,
    readonly scene: Scene,
    private readonly options: BenchOptions,
  ) {}

  get busy(): number {
    return this.#busy;
  }

  open(signal: AbortSignal, first?: (shells: Shells) => readonly string[]): Promise<Opening> {
    return this.#opening.get(async (own) => {
      const options: OpenOptions =
        first === undefined ? {} : { first: (shells) => ({ args: first(shells), badge: makeBadge(++this.#started) }) };
      const opening = await openContainer(this.workshop, this.scene, own, options);
      this.#first = opening.first;
      this.#watch(opening);
      return opening;
    }, signal);
  }

  #watch({ notes, keeper }: Opening): void {
    const { tell = () => undefined } = this.options;
    for (const note of notes) tell(note);
    const { current } = this.#opening;
    const ended = (): void => {
      if (this.#opening.current !== current) return;
      this.#opening.forget();
      tell(ENDED);
    };
    keeper.exit.then(ended, ended);
  }

  async start(request: (opening: Opening) => StartRequest, signal: AbortSignal): Promise<Process> {
    const opening = await this.open(signal);
    signal.throwIfAborted();
    const asked = request(opening);
    const process =
      (await this.#letFirstGo(opening, asked)) ?? (await startSupervised(opening, asked, makeBadge(++this.#started)));
    this.#busy++;
    const over = (): void => void this.#busy--;
    process.exit.then(over, over);
    return process;
  }

  /** Undefined when something else is asked for than what the container began with. */
  async #letFirstGo(opening: Opening, { args, tty, size }: StartRequest): Promise<Process | undefined> {
    const first = this.#first;
    if (first === undefined || !tty || size === undefined || !isDeepStrictEqual(first.args, args)) return undefined;
    this.#first = undefined;
    return letGo(first, opening, size, signals(opening, first.badge));
  }

  async container(signal: AbortSignal): Promise<Container> {
    if (this.#bare.current !== undefined) return this.bare(signal);
    try {
      return (await this.open(signal)).container;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return this.bare(signal);
    }
  }

  bare(signal: AbortSignal): Promise<Container> {
    return this.#bare.get((own) => makeContainer(this.workshop.gateway, this.scene, own), signal);
  }

  async run(command: string, options: RunOptions): Promise<number> {
    try {
      return await this.#run(command, options);
    } catch (error) {
      const neverRan = error instanceof UserError && error.code === 'process-not-started';
      if (!neverRan || options.signal.aborted) throw error;
      // The container is gone, or its shell: nothing has run, so it may run in a fresh one.
      await this.#giveBack();
      this.options.tell?.(ENDED);
      return this.#run(command, options);
    }
  }

  async #run(command: string, { output, signal, remember, env = {} }: RunOptions): Promise<number> {
    const script = remembering(command, remember);
    const start = ({ shell }: Opening): StartRequest => ({ args: [...shell, script], tty: false, stdin: false, env });
    const process = await this.start(start, signal);
    return finishProcess(process, output, signal, () => endSoon(process));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.options.onEnd?.();
    await this.#giveBack();
    await (await this.#bare.current?.catch(() => undefined))?.[Symbol.asyncDispose]();
  }

  async #giveBack(): Promise<void> {
    const opening = await this.#opening.current?.catch(() => undefined);
    this.#opening.forget();
    opening?.keeper.endInput();
    await opening?.container[Symbol.asyncDispose]();
  }
}

async function startSupervised(opening: Opening, request: StartRequest, badge: Badge): Promise<Process> {
  const { container, scene, shell } = opening;
  const args = supervisorArgs(shell[0] ?? 'sh', request.args, badge);
  // No signal: it would cut the line to the process, not end it.
  const supervisor = await startProcess(container, scene, { ...request, args });
  return behindSupervisor(supervisor, badge, signals(opening, badge));
}

/** How signals get to all of the badge. */
function signals({ container, scene, shell }: Opening, badge: Badge): Process['signal'] {
  return signalsInOrder(async (name) => {
    const args = signalArgs(shell[0] ?? 'sh', name, badge);
    await (await startProcess(container, scene, { args, tty: false, stdin: false })).exit;
  });
}

/** As Ctrl-C in a terminal; what is still there a moment later is killed. */
function endSoon(process: Process): void {
  void process.signal('INT');
  const timer = setTimeout(() => void process.signal('KILL'), PATIENCE);
  process.exit.catch(() => undefined).finally(() => clearTimeout(timer));
}
