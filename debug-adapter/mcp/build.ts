/** One build that is debugged: the client's end of its session, and what is known of it. */
import { Adapter, type Peer, Refusal } from '../cli/adapter.js';
import type { Breakpoints } from '../cli/breakpoints.js';
import { type Fields, listOf, numberOf, textOf } from '../cli/fields.js';
import { Machine, type News, type Stopped } from '../cli/machine.js';
import { Command, type Evaluation } from './command.js';
import { handshake } from './handshake.js';
import { Lines } from './lines.js';
import type { Order, StopKind } from './order.js';
import { doing } from './doing.js';

/** Where a build is: it runs, a thread of it stands, it is over, or it was never begun. */
export type Standing =
  | { readonly kind: 'running' }
  | Stopped
  | { readonly kind: 'ended' }
  | { readonly kind: 'refused'; readonly error: Refusal };

/** How long somebody waits, and what happens meanwhile. */
export interface Patience {
  readonly milliseconds: number;
  /** When it is aborted the build is paused, or the command that runs is ended. */
  readonly signal: AbortSignal;
  /** Told every few seconds what goes on. */
  readonly progress: (message: string) => void;
}

const tellEvery = 2000;

/** From the launch to the goodbye. */
export class Build implements AsyncDisposable {
  readonly machine: Machine;
  readonly adapter: Adapter;
  /** All that steps wrote, of all attempts. */
  readonly log = new Lines();
  readonly began = Date.now();
  /** When it was over. */
  endedAt: number | undefined;
  /** Why it did not begin. */
  refusal: Refusal | undefined;
  /** What the adapter said since the last answer, in whole lines. */
  private said: string[] = [];
  /** The last command; it may still run. */
  command: Command | undefined;
  /** The thread that the agent moved or was told of last. */
  thread: number | undefined;
  private readonly launched: Promise<Refusal | undefined>;
  private launching = true;
  private goodbye: Promise<void> | undefined;
  private setReady: () => void = () => undefined;
  private pending: Promise<News> | undefined;
  private readonly ready = new Promise<void>((resolve) => (this.setReady = resolve));

  constructor(
    peer: Peer,
    readonly order: Order,
    readonly breakpoints: Breakpoints,
    public stopOn: readonly StopKind[],
  ) {
    this.machine = new Machine(order.dockerfile, () => undefined);
    this.adapter = new Adapter(peer, {
      event: (name, body) => this.event(name, body),
      asked: (name) => Promise.reject(new Error(`${name} is not possible here: there is no terminal.`)),
    });
    void this.adapter.ended.then((text) => this.lost(text));
    this.launched = this.launch();
  }

  /** Waits until a thread stands or the build is over, but not longer than somebody has patience. */
  async settle({ milliseconds, signal, progress }: Patience): Promise<Standing> {
    const ticking = setInterval(() => progress(doing(this)), tellEvery);
    const wait = timer(milliseconds, signal);
    try {
      const standing = await Promise.race([this.news(), wait.over]);
      if (standing.kind === 'stopped') this.thread = standing.threadId;
      if (signal.aborted) this.interrupt();
      return standing;
    } finally {
      clearInterval(ticking);
      wait.cancel();
    }
  }

  /** Runs a command at a stop; undefined when it still runs when patience ends. */
  async evaluate(evaluation: Evaluation, patience: Patience): Promise<Command> {
    this.command = new Command(this.adapter, evaluation);
    return await this.finish(this.command, patience);
  }

  /** Waits for a command, but not longer than somebody has patience. */
  async finish(command: Command, { milliseconds, signal, progress }: Patience): Promise<Command> {
    const ticking = setInterval(() => progress(doing(this)), tellEvery);
    const wait = timer(milliseconds, signal);
    try {
      await Promise.race([command.ended, wait.over]);
      if (signal.aborted) command.cancel();
      return command;
    } finally {
      clearInterval(ticking);
      wait.cancel();
    }
  }

  /** Nothing of it moves any more. */
  get over(): boolean {
    return this.endedAt !== undefined;
  }

  /** Whether a command runs that nobody has waited for to its end. */
  get busy(): boolean {
    return this.command !== undefined && this.command.end === undefined;
  }

  /** Ends a command, takes back a restart, or pauses what runs. */
  interrupt(): void {
    if (this.busy) return this.command?.cancel();
    if (this.launching) return void this[Symbol.asyncDispose]();
    if (this.machine.rebuilding) return this.ask('cancel', { progressId: 'build' });
    this.pause().catch((error: unknown) => this.note(error instanceof Error ? error.message : String(error)));
  }

  /** What the adapter said since this was asked last; '' for nothing. */
  takeNotes(): string {
    const said = this.said.join('\n');
    this.said = [];
    return said;
  }

  /** Says something with the next answer. */
  note(text: string): void {
    const trimmed = text.trimEnd();
    if (trimmed !== '') this.said = [...this.said, trimmed].slice(-50);
  }

  /** Says goodbye; the containers of the session are gone then. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.endedAt ??= Date.now();
    this.machine.end();
    this.setReady();
    this.goodbye ??= this.adapter[Symbol.asyncDispose]();
    await this.goodbye;
  }

  private async launch(): Promise<Refusal | undefined> {
    const { adapter, order, breakpoints, stopOn, ready } = this;
    try {
      await handshake({ adapter, order, breakpoints, stopOn, ready });
      return undefined;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refusal = error;
      void this[Symbol.asyncDispose]();
      return error;
    } finally {
      this.launching = false;
    }
  }

  private async news(): Promise<Standing> {
    const refused = await this.launched;
    if (refused !== undefined) return { kind: 'refused', error: refused };
    // Whoever waits at the same time is told the same.
    this.pending ??= this.machine.news().finally(() => (this.pending = undefined));
    return await this.pending;
  }

  private async pause(): Promise<void> {
    const threads = listOf((await this.adapter.request('threads'))['threads']).flatMap(({ id }) => numberOf(id) ?? []);
    const running = threads.filter((threadId) => !this.machine.stands(threadId));
    await Promise.all(running.map((threadId) => this.adapter.request('pause', { threadId })));
  }

  /** For requests whose answer says nothing. */
  private ask(command: string, args: object): void {
    this.adapter.request(command, args).catch(() => undefined);
  }

  private event(name: string, body: Fields): void {
    if (name === 'initialized') return this.setReady();
    if (name === 'output') return this.output(body);
    this.machine.event(name, body);
    if (name === 'terminated') void this[Symbol.asyncDispose]();
    if (name === 'dockerfile/step') this.machine.steps.take(body, Date.now());
  }

  private output(body: Fields): void {
    const text = textOf(body['output']);
    const { category } = body;
    if (category === 'telemetry' || text === '') return;
    const line = numberOf(body['line']);
    if (category === 'important' && this.machine.rebuilding) void this.refused();
    const ofProcess = category === 'stdout' || category === 'stderr';
    const [asked = {}] = listOf([body['data']]);
    if (asked['logpoint'] === true || asked['stepped'] === true) this.note(text);
    else if (ofProcess && line === undefined && this.busy) this.command?.output.add(text);
    else if (ofProcess) this.printed(line, text);
    else this.note(text);
  }

  private printed(line: number | undefined, text: string): void {
    if (line !== undefined) this.machine.steps.print(line, text);
    this.log.add(text, line);
  }

  /** Another build was asked for and cannot be: what stands still stands, or there is nothing more. */
  private async refused(): Promise<void> {
    const { adapter, machine } = this;
    const threads = await adapter.request('threads').catch((): Fields => ({}));
    if (!machine.rebuilding) return;
    if (listOf(threads['threads']).length > 0) machine.stay();
    else machine.end();
  }

  /** The adapter has ended; after `terminated` that is as it should be. */
  private lost(text: string): void {
    this.note(text);
    this.endedAt ??= Date.now();
    this.setReady();
    this.machine.end();
  }
}

/** Settles with `running` when time is over or nobody wants to wait any more. */
function timer(
  milliseconds: number,
  signal: AbortSignal,
): { readonly over: Promise<Standing>; readonly cancel: () => void } {
  let give: () => void = () => undefined;
  const over = new Promise<Standing>((resolve) => (give = () => resolve({ kind: 'running' })));
  const timeout = setTimeout(give, milliseconds);
  signal.addEventListener('abort', give, { once: true });
  if (signal.aborted) give();
  const cancel = (): void => {
    clearTimeout(timeout);
    signal.removeEventListener('abort', give);
  };
  return { over, cancel };
}
