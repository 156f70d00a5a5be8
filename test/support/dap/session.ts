/** A whole debug session in few words, as an editor would drive it. */
import type { DebugProtocol as P } from '@vscode/debugprotocol';
import type { LaunchArguments } from '../../../debug-adapter/contract.js';
import { type ClientOptions, DapClient, Refused } from './client.js';
import type { Command, Message } from './protocol.js';
import { type Replacement, transcript, withoutImages } from './transcript.js';
import { type Files, Workspace } from './workspace.js';

/** A line, or the name of a `# @stop` marker; with conditions if need be. */
export type Place = string | number | ({ readonly at: string | number } & Omit<P.SourceBreakpoint, 'line'>);

export interface SessionOptions extends ClientOptions {
  readonly files: Files;
  /** Launch arguments; `dockerfile`, `context` and `cwd` default to the workspace. */
  readonly launch?: LaunchArguments & Readonly<Record<string, unknown>>;
  readonly breakpoints?: readonly Place[];
  readonly functionBreakpoints?: readonly string[];
  /** Exception filters; default: those the adapter has on. */
  readonly filters?: readonly string[];
  /** Exception filters with conditions; then no other is on. */
  readonly filterOptions?: readonly P.ExceptionFilterOptions[];
  readonly initialize?: Partial<P.InitializeRequestArguments>;
}

/** Where the machine stands, or that it is over. */
export type Outcome = Stopped | Ended;

export interface Stopped {
  readonly kind: 'stopped';
  readonly reason: string;
  readonly text: string | undefined;
  readonly description: string | undefined;
  readonly threadId: number;
  readonly hits: readonly number[];
  /** Line of the innermost frame. */
  readonly line: number;
  readonly frames: readonly P.StackFrame[];
}

export interface Ended {
  readonly kind: 'ended';
  readonly exitCode: number | undefined;
}

/** A variable with all that is below it, up to the depth that was asked for. */
export interface Node {
  readonly name: string;
  readonly value: string;
  readonly type: string | undefined;
  readonly reference: number;
  readonly children: readonly Node[];
}

export class Session implements AsyncDisposable {
  /** The last stop. */
  stop: Stopped | undefined;
  private constructor(
    readonly client: DapClient,
    readonly workspace: Workspace,
    private readonly options: SessionOptions,
  ) {}

  /** Makes the workspace and starts the adapter; nothing is sent yet. */
  static async open(options: SessionOptions): Promise<Session> {
    const workspace = new Workspace(options.files);
    const client = await DapClient.start({ cwd: workspace.root, ...options });
    return new Session(client, workspace, options);
  }

  /** The handshake up to `configurationDone`; then what came first, a stop or the end. */
  async start(): Promise<Outcome> {
    await this.launch();
    return this.outcome();
  }

  /** The handshake alone. */
  async launch(): Promise<void> {
    const { client, options, workspace } = this;
    const capabilities = await client.initialize(options.initialize);
    const launched = client.send('launch', { cwd: workspace.root, dockerfile: workspace.path(), ...options.launch });
    await this.ready(launched);
    if (options.breakpoints !== undefined) await this.setBreakpoints(options.breakpoints);
    if (options.functionBreakpoints !== undefined) {
      await client.request('setFunctionBreakpoints', {
        breakpoints: options.functionBreakpoints.map((name) => ({ name })),
      });
    }
    const usual = (capabilities.exceptionBreakpointFilters ?? []).filter((filter) => filter.default === true);
    const { filterOptions } = options;
    const filters = options.filters ?? (filterOptions === undefined ? usual.map(({ filter }) => filter) : []);
    await client.request('setExceptionBreakpoints', {
      filters: [...filters],
      ...(filterOptions !== undefined && { filterOptions: [...filterOptions] }),
    });
    await client.request('configurationDone');
    const response = await client.answerTo(launched);
    if (response.success !== true) throw new Refused(response);
  }

  /** A refused launch sends no `initialized`: then its answer is the news. */
  private async ready(launched: number): Promise<void> {
    const { client } = this;
    const refusal = (): Message | undefined =>
      client.entries.find(({ message }) => message.request_seq === launched && message.success === false)?.message;
    const refused = await client.wait(
      'event initialized',
      () => refusal() ?? (client.all('initialized').length > 0 ? 'ready' : undefined),
    );
    if (refused !== 'ready') throw new Refused(refused);
  }

  /** Sets the breakpoints of the Dockerfile (or another file) by markers or lines. */
  async setBreakpoints(places: readonly Place[], file = 'Dockerfile'): Promise<P.Breakpoint[]> {
    const breakpoints = places.map((place) => {
      const { at, ...rest } = typeof place === 'object' ? place : { at: place };
      return { ...rest, line: typeof at === 'number' ? at : this.workspace.line(at, file) };
    });
    const source = { name: file, path: this.workspace.path(file) };
    return (await this.client.request('setBreakpoints', { source, breakpoints })).breakpoints;
  }

  /** Sends a request that moves the machine; gives the next stop or the end. */
  async go(command: 'continue' | 'next' | 'stepIn' | 'stepOut' | 'stepBack' | 'reverseContinue'): Promise<Outcome> {
    await this.client.request(command, { threadId: this.here.threadId });
    return this.outcome();
  }

  /** The next stop, with its stack, or the end. */
  async outcome(): Promise<Outcome> {
    const { client } = this;
    const event = await client.nextOf(['stopped', 'terminated']);
    if (event.event === 'terminated') return { kind: 'ended', exitCode: client.all('exited')[0]?.exitCode };
    const outcome = await this.describe(event.body as P.StoppedEvent['body']);
    this.stop = outcome;
    return outcome;
  }

  /** The last stop; fails when there was none. */
  get here(): Stopped {
    if (this.stop === undefined) throw new Error(`Not stopped.\n${this.client.tail()}`);
    return this.stop;
  }

  private async describe(body: P.StoppedEvent['body']): Promise<Stopped> {
    const threadId = body.threadId ?? 0;
    const { stackFrames } = await this.client.request('stackTrace', { threadId });
    const { reason, text, description } = body;
    const hits = body.hitBreakpointIds ?? [];
    return {
      kind: 'stopped',
      reason,
      text,
      description,
      threadId,
      hits,
      line: stackFrames[0]?.line ?? 0,
      frames: stackFrames,
    };
  }

  /** Runs a line of the debug console in the innermost frame. */
  async evaluate(expression: string, context = 'repl'): Promise<string> {
    const frameId = this.here.frames[0]?.id;
    const frame = frameId === undefined ? {} : { frameId };
    return (await this.client.request('evaluate', { expression, context, ...frame })).result;
  }

  /** The scopes of a frame (default: the innermost) with what is in them. */
  async scopes(depth = 1, frame = 0): Promise<readonly Node[]> {
    const frameId = this.here.frames[frame]?.id ?? 0;
    const { scopes } = await this.client.request('scopes', { frameId });
    const nodes: Node[] = [];
    for (const { name, variablesReference: reference, expensive } of scopes) {
      const children = expensive || depth === 0 ? [] : await this.children(reference, depth - 1);
      nodes.push({ name, value: '', type: undefined, reference, children });
    }
    return nodes;
  }

  /** What is below a reference. */
  async children(reference: number, depth = 0): Promise<readonly Node[]> {
    if (reference === 0) return [];
    const { variables } = await this.client.request('variables', { variablesReference: reference });
    const nodes: Node[] = [];
    for (const { name, value, type, variablesReference } of variables) {
      const children = depth === 0 ? [] : await this.children(variablesReference, depth - 1);
      nodes.push({ name, value, type, reference: variablesReference, children });
    }
    return nodes;
  }

  /** A variable by the names on the way to it: `variable('Environment', 'PATH')`. */
  async variable(scope: string, ...names: readonly string[]): Promise<Node> {
    let node = (await this.scopes(0)).find(({ name }) => name === scope);
    for (const next of names) node = (await this.children(node?.reference ?? 0)).find(({ name }) => name === next);
    if (node === undefined) throw new Error(`No ${[scope, ...names].join(' › ')}.\n${this.client.tail(10)}`);
    return node;
  }

  /** Text of the output events so far, of one category or all. */
  output(category?: string): string {
    const wanted = this.client
      .all('output')
      .filter((body) => category === undefined || (body.category ?? 'console') === category);
    return wanted.map((body) => body.output).join('');
  }

  /** What a user would have seen so far; see transcript.ts. */
  transcript(replacements: readonly Replacement[] = []): string {
    const Dockerfile = this.options.files['Dockerfile'];
    return transcript(this.client.entries, [
      [this.workspace.root, '<workspace>'],
      ...replacements,
      ...(typeof Dockerfile === 'string' ? withoutImages(Dockerfile) : []),
    ]);
  }

  /** Requests that move the machine and need a thread. */
  async request(command: Command & ('pause' | 'stepIn' | 'next' | 'continue')): Promise<void> {
    await this.client.request(command, { threadId: this.stop?.threadId ?? 1 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.client.end();
    } finally {
      this.workspace[Symbol.dispose]();
    }
  }
}
