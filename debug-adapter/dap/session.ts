import { setMaxListeners } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { CustomEvents } from '../contract.js';
import type { BuildSettings, Debugger, Surroundings, Trace } from '../debugger/api.js';
import { UserError } from '../debugger/errors.js';
import { silentClient, type Client } from './client.js';
import { withoutColours } from './colours.js';
import { Fields } from './fields.js';
import type * as launched from './launched.js';
import { positionsOf, type Positions } from './positions.js';
import { describe, sentence, toMessage, toProblemEvent, type Problem } from './problems.js';
import { References } from './references.js';
import { earlyHandlers } from './requests/early.js';
import { isQuiet } from './requests/quiet.js';
import { sourceOf } from './sources.js';
import { ProgressBook } from './progress.js';
import { TraceLog } from './trace-log.js';
import { Watches } from './watches.js';
import { Connection, type Request } from './wire/connection.js';

/** What a session stands on; handed in, so that tests need no process and no engine. */
export interface Host {
  readonly surroundings: Surroundings;
  /** Folder that relative paths start from when the launch names none. */
  readonly cwd: string;
  /** Loads the debugger: with the engine's client behind it, the heavy part, which `initialize` does not wait for. */
  readonly createDebugger: (trace: Trace) => Promise<Debugger>;
  /** Called once, when the session is over for good. */
  readonly onClosed: () => void;
}

/** One request being answered. */
export interface Turn {
  readonly signal: AbortSignal;
  /** Does it after the answer has been sent, whichever it is. */
  readonly after: (action: () => void) => void;
}

/** Answers one kind of request: with a body, with nothing, or by throwing words. */
export type Handler = (session: Session, args: Fields, turn: Turn) => object | undefined | Promise<object | undefined>;

/** Events by name; custom ones are the contract's. */
export interface Events extends CustomEvents {
  initialized: undefined;
  stopped: DebugProtocol.StoppedEvent['body'];
  continued: DebugProtocol.ContinuedEvent['body'];
  thread: DebugProtocol.ThreadEvent['body'];
  breakpoint: DebugProtocol.BreakpointEvent['body'];
  invalidated: DebugProtocol.InvalidatedEvent['body'];
  progressStart: DebugProtocol.ProgressStartEvent['body'];
  progressUpdate: DebugProtocol.ProgressUpdateEvent['body'];
  progressEnd: DebugProtocol.ProgressEndEvent['body'];
  exited: DebugProtocol.ExitedEvent['body'];
  terminated: DebugProtocol.TerminatedEvent['body'];
}

/** The debugger, and what serves it. */
interface Loaded {
  readonly debugger: Debugger;
  readonly lifecycle: launched.Lifecycle;
  readonly findHandler: typeof launched.findHandler;
}

/** One client, one debugger. Every request goes through one door, so no error gets lost and each has one answer. */
export class Session {
  readonly host: Host;
  readonly references = new References();
  readonly watches = new Watches(this);
  readonly progress = new ProgressBook(this);
  readonly traceLog = new TraceLog();
  client: Client = silentClient;
  positions: Positions = positionsOf(silentClient);
  /** The thread that stopped last: what the user most probably means. */
  lastStopped: number | undefined;
  readonly resumed = new Set<number>();
  readonly #connection: Connection;
  readonly #running = new Map<number, AbortController>();
  #loaded: Loaded | undefined;
  #loading: Promise<Loaded> | undefined;
  #released: Promise<void> | undefined;
  #initialized = false;
  #ended = false;
  #closed = false;

  constructor(host: Host, input: Readable, output: Writable) {
    this.host = host;
    this.#connection = new Connection(input, output, {
      onRequest: (request) => void this.#answer(request),
      onBroken: (reason, request) => this.#answerBroken(reason, request),
      onEnd: () => this.close(),
      onMessage: (from, message) => this.traceLog.message(from, message),
    });
  }

  /** The debugger; requests that may come before it is loaded have awaited it at the door. */
  get debugger(): Debugger {
    return this.#required.debugger;
  }

  get lifecycle(): launched.Lifecycle {
    return this.#required.lifecycle;
  }

  get #required(): Loaded {
    if (this.#loaded === undefined)
      throw new UserError('not-launched', 'No build was launched yet.', 'Send launch first.');
    return this.#loaded;
  }

  /** Undefined before the launch. */
  get settings(): BuildSettings | undefined {
    return this.#loaded?.debugger.settings;
  }

  /** Whether the session is over: then nothing but answers may be sent. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Loads the debugger, once. */
  load(): Promise<Loaded> {
    return (this.#loading ??= this.#load());
  }

  async #load(): Promise<Loaded> {
    const [created, { findHandler, forward, Lifecycle }] = await Promise.all([
      this.host.createDebugger(this.traceLog.write),
      import('./launched.js'),
    ]);
    this.#loaded = { debugger: created, lifecycle: new Lifecycle(this), findHandler };
    forward(created, this);
    return this.#loaded;
  }

  /** Gives up what the user waits for; nothing before a build was launched. */
  stopWorking(): void {
    this.#loaded?.lifecycle.stopWorking();
  }

  /** Sends an event, in order with all others. */
  event<K extends keyof Events>(name: K, body: Events[K]): void {
    this.#connection.outbox.event(name, body);
  }

  /** Shows text in the debug console, linked to a line of the Dockerfile if there is one. */
  print(category: 'stdout' | 'stderr' | 'console' | 'important', text: string, line?: number, data?: object): void {
    // Nothing may be said before the answer to `initialize`.
    if (!this.#initialized) return;
    const shown = this.client.showsColours ? text : withoutColours(text);
    const source = line === undefined ? undefined : sourceOf(this);
    this.#connection.outbox.output(shown, {
      category,
      ...(data !== undefined && { data }),
      ...(line !== undefined && source !== undefined && { source, line: this.positions.toClientLine(line) }),
    });
  }

  /** Undefined while the client keeps up with what is printed; else it settles when it has. */
  room(): Promise<void> | undefined {
    return this.#connection.outbox.room();
  }

  /** Asks the client for something. */
  ask(command: string, args: object): Promise<unknown> {
    return this.#connection.request(command, args);
  }

  /** Tells an error that no request waits for. */
  report(error: unknown): void {
    const problem = describe(error, this.client);
    if (problem.code === 'cancelled') return;
    this.#trace(problem);
    this.print('important', `${sentence(problem)}\n`, problem.place?.line);
    this.#showPlace(problem);
  }

  /** Cancels a request that is being answered; whoever is late cancels nothing. */
  cancel(request: number): void {
    this.#running.get(request)?.abort();
  }

  /** Cancels all requests that are being answered but the one that says so. */
  cancelOthers({ signal }: Turn): void {
    for (const controller of this.#running.values()) if (controller.signal !== signal) controller.abort();
  }

  /** All output so far has gone out. */
  drained(): Promise<void> {
    return this.#connection.outbox.drained();
  }

  /** The build is over: says so, once, and lets no event follow. */
  end(exitCode: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.references.clear();
    this.progress.endAll();
    this.event('exited', { exitCode });
    this.event('terminated', undefined);
    this.#connection.outbox.close();
  }

  /** The client is gone, or said goodbye: gives everything back within two seconds. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const controller of this.#running.values()) controller.abort();
    void this.release().finally(this.host.onClosed);
  }

  /** Ends the build and what it holds in the engine, once; an engine that is dead does not hold us. */
  release(): Promise<void> {
    this.#released ??= this.#release();
    return this.#released;
  }

  async #release(): Promise<void> {
    if (this.#loaded === undefined) return;
    const { debugger: created, lifecycle } = this.#loaded;
    lifecycle[Symbol.dispose]();
    const patience = AbortSignal.timeout(1000);
    const late = new Promise<void>((resolve) => patience.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([created[Symbol.asyncDispose](), late]);
  }

  async #answer(request: Request): Promise<void> {
    const controller = new AbortController();
    // What looks through many folders at once listens many times.
    setMaxListeners(0, controller.signal);
    const after: (() => void)[] = [];
    this.#running.set(request.seq, controller);
    try {
      const handler = await this.#admit(request);
      controller.signal.throwIfAborted();
      const body = await handler(this, new Fields(request.command, request.arguments), {
        signal: controller.signal,
        after: (action) => after.push(action),
      });
      this.#connection.respond(request, body);
    } catch (error) {
      this.#fail(request, describe(error, this.client));
    }
    this.#running.delete(request.seq);
    for (const action of after) this.#attempt(action);
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.report(error);
    }
  }

  async #admit(request: Request): Promise<Handler> {
    const { command } = request;
    if (this.#closed) throw new UserError('session-over', 'This debug session is over.');
    if (command === 'initialize') {
      if (this.#initialized) throw new UserError('already-initialized', 'This session is initialized already.');
      this.#initialized = true;
    } else if (!this.#initialized && command !== 'disconnect') {
      throw new UserError('not-initialized', `The first request has to be "initialize", not "${command}".`);
    }
    const early = earlyHandlers.get(command);
    if (early !== undefined) return early;
    const { findHandler } = await this.load();
    const handler = await findHandler(command);
    if (handler === undefined) throw new UserError('request-unknown', `This adapter knows no request "${command}".`);
    return handler;
  }

  #fail(request: Request, problem: Problem): void {
    this.#trace(problem);
    this.#showPlace(problem);
    const message = problem.code === 'cancelled' ? 'cancelled' : sentence(problem);
    this.#connection.fail(request, message, toMessage(problem, !isQuiet(request.command)));
  }

  #answerBroken(reason: string, request: Request | undefined): void {
    const what = `The editor sent something that cannot be read. ${reason}`;
    this.print('console', `${what}\n`);
    if (request === undefined) return;
    this.#fail(request, { code: 'malformed-message', what, hint: '', place: undefined, trace: undefined });
  }

  #trace({ trace }: Problem): void {
    if (trace !== undefined) this.print('console', `${trace}\n`);
  }

  #showPlace({ code, what, hint, place }: Problem): void {
    const path = place?.path ?? this.settings?.dockerfile;
    if (place === undefined || path === undefined) return;
    this.lifecycle.tell(toProblemEvent({ code, what, hint }, path, place));
  }
}
