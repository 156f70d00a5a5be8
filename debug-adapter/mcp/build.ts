/** One build that is debugged: the client's end of its session, and what is known of it. */
import { Adapter, type Peer, Refusal } from '../cli/adapter.js';
import type { Breakpoints } from '../cli/breakpoints.js';
import { type Fields, fieldsOf, listOf, numberOf, textOf } from '../cli/fields.js';
import { Machine, type Stopped } from '../cli/machine.js';
import { Stopwatch } from '../cli/stopwatch.js';
import { Command, type Evaluation } from './command.js';
import { handshake } from './handshake.js';
import { Lines } from './lines.js';
import type { Order, StopKind } from './order.js';
import { doing } from './doing.js';
import { type Patience, waitWith } from './patience.js';
import { Turns, type Wait } from './turns.js';

/** Where a build is: it runs, a thread of it stands, it is over, or it was never begun. */
export type Standing =
  | { readonly kind: 'running' }
  | Stopped
  | { readonly kind: 'ended' }
  | { readonly kind: 'refused'; readonly error: Refusal };

/** Of files that were saved since the build began, and of the Dockerfile. */
const saved = /\b(?:was|were) (?:saved|deleted): :apply takes|is again as it was built/;
/** From the launch to the goodbye. */
export class Build implements AsyncDisposable {
  readonly machine: Machine;
  readonly adapter: Adapter;
  /** All that steps wrote, of all attempts. */
  readonly log = new Lines();
  /** How long it has run, stops left out. */
  readonly watch = new Stopwatch(() => Date.now());
  /** Nothing of it moves any more. */
  over = false;
  /** The engine has not answered yet. */
  isLaunching = true;
  /** It was told to stand, and will soon. */
  isStopping = false;
  /** What the adapter waits for where no step runs, e.g. a registry; '' for nothing. */
  work = '';
  /** Why it did not begin. */
  refusal: Refusal | undefined;
  /** What the adapter said since the last answer, in whole lines. */
  private said: string[] = [];
  /** The last command; it may still run. */
  command: Command | undefined;
  /** Whose stop is told next. */
  readonly turns: Turns;
  private readonly launched: Promise<Refusal | undefined>;
  private isTerminated = false;
  private goodbye: Promise<void> | undefined;
  private setReady: () => void = () => undefined;
  private readonly ready = new Promise<void>((resolve) => (this.setReady = resolve));

  constructor(
    peer: Peer,
    readonly order: Order,
    readonly breakpoints: Breakpoints,
    public stopOn: readonly StopKind[],
  ) {
    this.machine = new Machine(order.dockerfile, () => undefined);
    this.turns = new Turns(this.machine, () => this.over);
    this.adapter = new Adapter(peer, {
      event: (name, body) => this.event(name, body),
      asked: (name) => Promise.reject(new Error(`${name} is not possible here: there is no terminal.`)),
    });
    void this.adapter.ended.then((text) => this.lost(text));
    this.launched = this.launch();
  }

  /**
   * Waits until a thread stands or the build is over, but not longer than somebody has patience. When the client cancels, the
   * build is paused.
   *
   * @param fresh a stop that was told already does not count as long as anything runs
   */
  async settle(patience: Patience, fresh = false): Promise<Standing> {
    const meanwhile = { doing: () => doing(this), onAbort: () => this.interrupt() };
    const found = await waitWith(patience, meanwhile, (signal) => this.news({ fresh, signal }));
    const standing = found ?? this.turns.standing ?? { kind: 'running' };
    if (standing.kind === 'stopped') this.turns.tell(standing);
    if (standing.kind !== 'running') this.isStopping = false;
    return standing;
  }

  /** Runs a command at a stop; it may still run when patience ends. */
  async evaluate(evaluation: Evaluation, patience: Patience): Promise<Command> {
    this.command = new Command(this.adapter, evaluation);
    return await this.finish(this.command, patience);
  }

  /** Waits for a command, but not longer than somebody has patience. When the client cancels, it is ended. */
  async finish(command: Command, patience: Patience): Promise<Command> {
    const meanwhile = { doing: () => doing(this), onAbort: () => command.cancel() };
    await waitWith(patience, meanwhile, () => command.ended);
    return command;
  }

  /** Whether a command runs that nobody has waited for to its end. */
  get busy(): boolean {
    return this.command !== undefined && this.command.end === undefined;
  }

  /** Ends a command, takes back a restart, or pauses what runs. */
  interrupt(): void {
    this.isStopping = true;
    if (this.busy) return this.command?.cancel();
    // Nothing stands yet that could be paused.
    if (this.isLaunching) return void this[Symbol.asyncDispose]();
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
    const trimmed = text.replace(/^\n+|\s+$/g, '');
    if (trimmed !== '') this.said = [...this.said, trimmed].slice(-50);
  }

  /** Says goodbye; the containers of the session are gone then. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isLaunching)
      this.refusal ??= new Refusal('launch', 'cancelled', 'It was ended before the engine had answered.');
    this.end();
    this.goodbye ??= this.adapter[Symbol.asyncDispose]();
    await this.goodbye;
  }

  private async launch(): Promise<Refusal | undefined> {
    const { adapter, order, machine, breakpoints, stopOn, ready } = this;
    try {
      await handshake({ adapter, order, machine, breakpoints, stopOn, ready });
      return undefined;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.isTerminated = true;
      return (this.refusal ??= error);
    } finally {
      this.isLaunching = false;
      if (this.isTerminated) void this[Symbol.asyncDispose]();
    }
  }

  private async news(wait: Wait): Promise<Standing> {
    const refused = await this.launched;
    if (refused !== undefined) return { kind: 'refused', error: refused };
    return await this.turns.next(wait);
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
    if (name.startsWith('progress')) this.work = name === 'progressEnd' ? '' : textOf(body['message'], this.work);
    this.machine.event(name, body);
    if (name === 'dockerfile/build' && body['status'] === 'started') this.begins(numberOf(body['attempt']) ?? 1);
    this.watch.stands(this.machine.standsStill || this.over);
    if (name === 'terminated') this.terminated();
    if (name === 'dockerfile/step') this.machine.steps.take(body, Date.now());
    if (name === 'thread' && body['reason'] === 'exited') this.turns.forget(numberOf(body['threadId']) ?? 0);
    if (name === 'breakpoint') this.breakpoints.learn(fieldsOf(body['breakpoint']));
    this.turns.wake();
  }

  /** Says goodbye, unless the answer to the launch, which may say why, is still to come. */
  private terminated(): void {
    this.isTerminated = true;
    if (!this.isLaunching) void this[Symbol.asyncDispose]();
  }

  private begins(attempt: number): void {
    this.log.begin(attempt);
    // This one has what was saved.
    this.said = this.said.filter((text) => !saved.test(text));
    this.watch.restart();
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
    // The report tells of a failure in its own way.
    else if (ofProcess && asked['failure'] !== true) this.printed(line, text);
    else if (ofProcess) return;
    // How steps begin and end: the report says it in its own way.
    else if (category === 'console' && line !== undefined) this.log.add(text.replace(/\n?$/, '\n'));
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
    else this.end();
    this.turns.wake();
  }

  /** The adapter has ended; after `terminated` that is as it should be. */
  private lost(text: string): void {
    this.note(text);
    this.end();
  }

  private end(): void {
    this.over = true;
    this.watch.stands(true);
    this.setReady();
    this.machine.end();
    this.turns.wake();
  }
}
