/** A DAP client for tests: records everything, misses nothing, and checks the invariants of every message. */
import { inspect } from 'node:util';
import type { DebugProtocol as P } from '@vscode/debugprotocol';
import { Invariants } from './invariants.js';
import type { Arguments, Body, Command, Entry, EventName, Events, Message } from './protocol.js';
import { Schema } from './schema.js';
import { openTerminal, type Terminal, type TerminalKind } from './terminal.js';
import { type Exit, frame, unframe, Wire, type WireOptions } from './wire.js';

export interface ClientOptions extends WireOptions {
  /** What answers `runInTerminal`: `pipe` (default), `tmux` (a real pty), or nothing. */
  readonly terminal?: TerminalKind | 'refuse';
  /** Milliseconds that `next` and requests wait; default 20000. */
  readonly timeout?: number;
  /** The adapter may write to stderr. */
  readonly allowStderr?: boolean;
}

/** The adapter said no. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly response: Message) {
    super(`${response.command ?? ''}: ${errorOf(response)?.format ?? response.message ?? 'refused'}`);
  }
  /** The structured error, if it sent one. */
  get error(): P.Message | undefined {
    return errorOf(this.response);
  }
}

interface Waiter {
  check(): boolean;
  fail(reason: string): void;
}

const schema = Schema.load();

export class DapClient implements AsyncDisposable {
  /** All messages in the order they were sent and read. */
  readonly entries: Entry[] = [];
  /** Terminals that were opened for the adapter. */
  readonly terminals: Terminal[] = [];
  /** Messages that are no DAP at all. */
  readonly junk: string[] = [];
  capabilities: P.Capabilities = {};
  private readonly invariants = new Invariants(schema);
  private readonly waiters = new Set<Waiter>();
  private readonly cursors = new Map<string, number>();
  private seq = 0;
  private closed = false;
  private initialized = false;

  private constructor(
    readonly wire: Wire,
    private readonly options: ClientOptions,
  ) {
    const onBody = (text: string): void => this.receive(text);
    wire.output.on(
      'data',
      unframe(onBody, (text) => this.junk.push(text)),
    );
    void wire.closed.then(() => {
      this.closed = true;
      this.settle();
    });
  }

  static async start(options: ClientOptions = {}): Promise<DapClient> {
    return new DapClient(await Wire.start(options), options);
  }

  /** Another client of the same server; only on TCP. */
  async another(): Promise<DapClient> {
    return new DapClient(await this.wire.another(), this.options);
  }

  /** Sends a request; the body of the answer, or `Refused`. */
  async request<C extends Command>(
    command: C,
    ...args: undefined extends Arguments<C> ? [Arguments<C>?] : [Arguments<C>]
  ): Promise<Body<C>> {
    const response = await this.answerTo(this.send(command, args[0]));
    if (response.success !== true) throw new Refused(response);
    return response.body as Body<C>;
  }

  /** Sends any request, known to DAP or not, without waiting; gives its seq. */
  send(command: string, args?: unknown): number {
    const seq = ++this.seq;
    this.post({ seq, type: 'request', command, ...(args === undefined ? {} : { arguments: args }) });
    return seq;
  }

  /** Writes bytes as they are. If they hold a request after all, in spite of what is wrong with them, gives its seq. */
  sendBytes(bytes: Buffer | string, request?: { readonly command: string }): number {
    const seq = this.nextSeq;
    if (request !== undefined) this.record({ from: 'client', message: { seq, type: 'request', ...request } });
    if (request !== undefined) this.seq = seq;
    this.wire.send(bytes);
    return seq;
  }

  /** The number that the next request will have. */
  get nextSeq(): number {
    return this.seq + 1;
  }

  /** The answer to a request, be it yes or no. */
  answerTo(seq: number, timeout?: number): Promise<Message> {
    const request = this.entries.find((entry) => entry.from === 'client' && entry.message.seq === seq);
    return this.wait(
      `the answer to ${request?.message.command ?? ''} (${seq})`,
      () => this.adapterMessages().find((message) => message.type === 'response' && message.request_seq === seq),
      timeout,
    );
  }

  /**
   * The next event of that name that was not taken yet, also one that came before the call; with `match`, the next one
   * for which it holds. Fails at once when the session or the process ends first.
   */
  async next<E extends EventName>(
    name: E,
    match: (body: Events[E]) => boolean = () => true,
    timeout?: number,
  ): Promise<Events[E]> {
    const message = await this.nextOf([name], (event) => match(event.body as Events[E]), timeout);
    return message.body as Events[E];
  }

  /** The next event of any of these names that was not taken yet. */
  nextOf(
    names: readonly EventName[],
    match: (message: Message) => boolean = () => true,
    timeout?: number,
  ): Promise<Message> {
    const last = names.some((name) => name === 'terminated' || name === 'exited');
    return this.wait(
      `event ${names.join(' or ')}`,
      () => {
        const index = this.entries.findIndex(({ from, message }, at) => {
          const name = names.find((candidate) => from === 'adapter' && candidate === message.event);
          return name !== undefined && at >= (this.cursors.get(name) ?? 0) && match(message);
        });
        const message = this.entries[index]?.message;
        if (message?.event !== undefined) this.cursors.set(message.event, index + 1);
        return message;
      },
      timeout,
      last ? undefined : () => this.all('terminated').length > 0,
    );
  }

  /** All events of that name so far; takes none. */
  all<E extends EventName>(name: E): Events[E][] {
    return this.adapterMessages()
      .filter((message) => message.event === name)
      .map((message) => message.body as Events[E]);
  }

  /** Waits until `find` gives something; it is called again after each message. */
  wait<T>(
    what: string,
    find: () => T | undefined,
    timeout = this.options.timeout ?? 20_000,
    over?: () => boolean,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
      };
      const waiter: Waiter = {
        check: () => {
          const found = find();
          if (found === undefined) return over?.() ?? false;
          done();
          resolve(found);
          return false;
        },
        fail: (reason) => {
          done();
          reject(new Error(`${reason} while waiting for ${what}.\n${this.tail()}`));
        },
      };
      const timer = setTimeout(() => waiter.fail(`${timeout} ms went by`), timeout);
      this.waiters.add(waiter);
      this.settle();
    });
  }

  /** Sends `initialize` as VS Code does, without colours; `args` change or add words. */
  async initialize(args: Partial<P.InitializeRequestArguments> = {}): Promise<P.Capabilities> {
    const body = await this.request('initialize', { ...likeVsCode, ...args });
    this.capabilities = body;
    return body;
  }

  /** Resolves when the process has ended. */
  get exit(): Promise<Exit> {
    return this.wire.exit;
  }

  /** What broke an invariant so far. */
  get violations(): readonly string[] {
    const stderr = this.wire.stderr === '' || this.options.allowStderr === true ? [] : [`stderr: ${this.wire.stderr}`];
    return [...this.invariants.violations, ...this.junk.map((text) => `not DAP: ${text}`), ...stderr];
  }

  /** Disconnects if need be, waits for the end of the process, and fails when an invariant was broken. */
  async end(): Promise<void> {
    await this.leave();
    await Promise.all(this.terminals.map((terminal) => terminal[Symbol.asyncDispose]()));
    if (this.violations.length > 0) throw new Error(`${this.violations.join('\n')}\n\n${this.tail()}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  private async leave(): Promise<void> {
    try {
      if (this.closed || !this.initialized || this.wire.process.exitCode !== null || this.left) return;
      await this.answerTo(this.send('disconnect', { terminateDebuggee: true }), 5000);
      await within(2000, 'The adapter did not end after disconnect', this.wire.closed);
    } finally {
      await this.wire.end();
    }
  }

  /** A test has said goodbye itself. */
  private get left(): boolean {
    return this.entries.some(({ from, message }) => from === 'client' && message.command === 'disconnect');
  }

  /** The last messages, for error texts. */
  tail(count = 40): string {
    const lines = this.entries.slice(-count).map(({ from, message }) => {
      const { seq, type, ...rest } = message;
      const text = inspect(rest, { depth: 6, breakLength: Infinity, compact: 99 });
      return `${from === 'client' ? '→' : '←'} ${seq} ${type} ${text}`.slice(0, 600);
    });
    return [...lines, this.wire.stderr === '' ? '' : `stderr: ${this.wire.stderr}`].join('\n');
  }

  private adapterMessages(): Message[] {
    return this.entries.filter((entry) => entry.from === 'adapter').map((entry) => entry.message);
  }

  private post(message: Message): void {
    this.record({ from: 'client', message });
    this.wire.send(frame(message));
  }

  private receive(text: string): void {
    try {
      const message = JSON.parse(text) as Message;
      this.record({ from: 'adapter', message });
      if (message.command === 'initialize' && message.success === true) this.initialized = true;
      if (message.type === 'request') void this.reverse(message);
    } catch (error) {
      this.junk.push(`${String(error)}: ${text.slice(0, 200)}`);
    }
    this.settle();
  }

  private record(entry: Entry): void {
    this.entries.push(entry);
    this.invariants.observe(entry);
  }

  private settle(): void {
    for (const waiter of [...this.waiters]) {
      if (waiter.check()) waiter.fail('The session ended');
    }
    if (!this.closed) return;
    for (const waiter of [...this.waiters]) waiter.fail('The adapter ended');
  }

  private async reverse(message: Message): Promise<void> {
    const { seq, command } = message;
    const answer = (rest: Partial<Message>): void =>
      this.post({
        seq: ++this.seq,
        type: 'response',
        request_seq: seq,
        success: true,
        command: command ?? '',
        ...rest,
      });
    const kind = this.options.terminal ?? 'pipe';
    if (command !== 'runInTerminal' || kind === 'refuse') return answer({ success: false, message: 'not here' });
    try {
      const terminal = await openTerminal(message.arguments as P.RunInTerminalRequestArguments, kind);
      this.terminals.push(terminal);
      answer({ body: { processId: terminal.pid } });
    } catch (error) {
      answer({ success: false, message: String(error) });
    }
    this.settle();
  }
}

const likeVsCode: P.InitializeRequestArguments = {
  clientID: 'test',
  clientName: 'Test client',
  adapterID: 'buildkit',
  locale: 'en',
  linesStartAt1: true,
  columnsStartAt1: true,
  pathFormat: 'path',
  supportsVariableType: true,
  supportsVariablePaging: true,
  supportsRunInTerminalRequest: true,
  supportsMemoryReferences: true,
  supportsProgressReporting: true,
  supportsInvalidatedEvent: true,
  supportsMemoryEvent: true,
  supportsStartDebuggingRequest: true,
};

/** Fails when a promise takes longer. */
export async function within<T>(milliseconds: number, complaint: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${complaint} in ${milliseconds} ms.`)), milliseconds);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function errorOf(response: Message): P.Message | undefined {
  return (response.body as P.ErrorResponse['body'] | undefined)?.error;
}
