import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { CustomEvents, CustomRequests } from '../../../debug-adapter/contract.js';
import { Session } from '../../../debug-adapter/dap/session.js';
import { encodeMessage, MessageReader } from '../../../debug-adapter/dap/wire/framing.js';
import { dockerfileText, FakeDebugger } from './fake-debugger.js';

export interface Message {
  readonly seq: number;
  readonly type: string;
  readonly command?: string;
  readonly event?: string;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly message?: string;
  readonly body?: object;
  readonly arguments?: object;
}

interface Bodies {
  initialize: DebugProtocol.Capabilities;
  setBreakpoints: DebugProtocol.SetBreakpointsResponse['body'];
  setDataBreakpoints: DebugProtocol.SetDataBreakpointsResponse['body'];
  breakpointLocations: DebugProtocol.BreakpointLocationsResponse['body'];
  stackTrace: DebugProtocol.StackTraceResponse['body'];
  scopes: DebugProtocol.ScopesResponse['body'];
  variables: DebugProtocol.VariablesResponse['body'];
  locations: DebugProtocol.LocationsResponse['body'];
  source: DebugProtocol.SourceResponse['body'];
  evaluate: DebugProtocol.EvaluateResponse['body'];
  completions: DebugProtocol.CompletionsResponse['body'];
  exceptionInfo: DebugProtocol.ExceptionInfoResponse['body'];
  threads: DebugProtocol.ThreadsResponse['body'];
  loadedSources: DebugProtocol.LoadedSourcesResponse['body'];
  'dockerfile/openShell': CustomRequests['dockerfile/openShell']['body'];
  'dockerfile/setState': CustomRequests['dockerfile/setState']['body'];
}
type Body<K> = K extends keyof Bodies ? Bodies[K] : object;

interface EventBodies extends CustomEvents {
  output: DebugProtocol.OutputEvent['body'];
  stopped: DebugProtocol.StoppedEvent['body'];
  breakpoint: DebugProtocol.BreakpointEvent['body'];
  progressStart: DebugProtocol.ProgressStartEvent['body'];
  exited: DebugProtocol.ExitedEvent['body'];
}
type EventBody<K> = K extends keyof EventBodies ? EventBodies[K] : object;

/** A client on in-memory streams, with a session on a fake debugger behind them. */
export class Client {
  readonly debugger = new FakeDebugger();
  readonly messages: Message[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'dap-unit-'));
  readonly dockerfile = join(this.folder, 'Dockerfile');
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly session: Session;
  closed = false;
  #seq = 1;
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor() {
    writeFileSync(this.dockerfile, dockerfileText);
    const reader = new MessageReader();
    this.output.on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk)) {
        if (frame.kind === 'broken') throw new Error(frame.reason);
        this.messages.push(frame.value as Message);
      }
      for (const wake of this.#waiting.splice(0)) wake();
    });
    this.session = new Session(
      {
        surroundings: { env: { FROM_ENV: 'yes' }, homeDir: this.folder, now: () => 0 },
        cwd: this.folder,
        createDebugger: () => Promise.resolve(this.debugger),
        onClosed: () => (this.closed = true),
      },
      this.input,
      this.output,
    );
  }

  send(command: string, args?: object): number {
    const seq = this.#seq++;
    this.input.write(encodeMessage({ seq, type: 'request', command, ...(args && { arguments: args }) }));
    return seq;
  }

  answer(seq: number): Promise<Message> {
    return this.#find((message) => message.type === 'response' && message.request_seq === seq);
  }

  /** Body of the answer; rejects with the words of a refusal. */
  async request<K extends string>(command: K, args?: object): Promise<Body<K>> {
    const answer = await this.answer(this.send(command, args));
    if (answer.success !== true) throw new Error(answer.message);
    return (answer.body ?? {}) as Body<K>;
  }

  respond(request: Message, body: object | undefined, message?: string): void {
    const success = message === undefined;
    const { seq, command } = request;
    this.input.write(
      encodeMessage({ seq: this.#seq++, type: 'response', request_seq: seq, command, success, body, message }),
    );
  }

  /** The next event of that name that no one has taken. */
  async event<K extends string>(name: K): Promise<EventBody<K>> {
    const found = await this.#find((message, index) => index >= this.#taken && message.event === name);
    this.#taken = this.messages.indexOf(found) + 1;
    return (found.body ?? {}) as EventBody<K>;
  }

  reverse(command: string, nth = 0): Promise<Message> {
    return this.#find(
      (message, index) =>
        this.messages.slice(0, index).filter((other) => other.command === command && other.type === 'request')
          .length === nth &&
        message.type === 'request' &&
        message.command === command,
    );
  }

  events<K extends string>(name: K): EventBody<K>[] {
    return this.messages
      .filter((message) => message.event === name)
      .map((message) => (message.body ?? {}) as EventBody<K>);
  }

  /** Everything that was printed. */
  printed(): string {
    return this.events('output')
      .map((body) => body.output)
      .join('');
  }

  async initialize(more: object = {}): Promise<DebugProtocol.Capabilities> {
    return this.request('initialize', { adapterID: 'buildkit', ...more });
  }

  /** Up to a started build. */
  async launch(more: object = {}, client: object = {}): Promise<void> {
    await this.initialize(client);
    const launch = this.send('launch', { context: this.folder, ...more });
    await this.event('initialized');
    await this.request('configurationDone');
    const answer = await this.answer(launch);
    if (answer.success !== true) throw new Error(answer.message);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.input.end();
    this.session.close();
    rmSync(this.folder, { recursive: true, force: true });
    await new Promise(setImmediate);
  }

  async #find(match: (message: Message, index: number) => boolean): Promise<Message> {
    const deadline = Date.now() + 3000;
    for (;;) {
      const found = this.messages.find(match);
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`nothing came; last: ${JSON.stringify(this.messages.slice(-5))}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
}

/** Waits for what comes by itself; fails with what was wrong last. */
export async function eventually(check: () => void, withinMs = 2000): Promise<void> {
  for (const end = Date.now() + withinMs; ; await new Promise((resolve) => setTimeout(resolve, 5))) {
    try {
      return check();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
