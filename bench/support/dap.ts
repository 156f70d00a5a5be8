/** The least of a DAP client, the same for our adapter and for `buildx dap`: what is measured is not the client. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { unframe, frame } from '../../test/support/dap/wire.js';
import { environment } from './measure.js';

export interface Peer {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly launch: (place: { readonly folder: string }) => Readonly<Record<string, unknown>>;
  /** What one types in the debug console for a shell. */
  readonly shell: string;
}

interface Message {
  readonly type: string;
  readonly seq: number;
  readonly event?: string;
  readonly command?: string;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

const engine = process.env['DFD_TEST_BUILDKITD'] ?? '';

/** Our adapter as shipped. */
export const ours: Peer = {
  name: 'dockerfile-debugger',
  command: process.execPath,
  args: [fileURLToPath(new URL('../../dist/debug-adapter.js', import.meta.url))],
  env: {},
  launch: ({ folder }) => ({ cwd: folder, dockerfile: `${folder}/Dockerfile`, context: folder, builder: engine }),
  shell: ':shell',
};

/** `buildx dap build` on the same engine. */
export const buildxDap: Peer = {
  name: 'buildx dap',
  command: process.env['DFD_TEST_BUILDX'] ?? 'buildx',
  args: ['dap', 'build'],
  env: { BUILDX_EXPERIMENTAL: '1', BUILDX_BUILDER: 'dfd-bench' },
  launch: ({ folder }) => ({ dockerfile: `${folder}/Dockerfile`, contextPath: folder }),
  shell: 'exec',
};

/** One debug session. */
export class Client {
  readonly #process: ChildProcess;
  readonly #waiting = new Set<(message: Message) => void>();
  readonly messages: Message[] = [];
  #seq = 0;
  stderr = '';

  constructor(
    peer: Peer,
    readonly onTerminal: (args: readonly string[], env: Readonly<Record<string, string>>) => number = () => 0,
  ) {
    this.#process = spawn(peer.command, [...peer.args], { env: { ...environment, ...peer.env } });
    this.#process.stdout?.on(
      'data',
      unframe(
        (text) => this.#receive(JSON.parse(text) as Message),
        () => undefined,
      ),
    );
    this.#process.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  #receive(message: Message): void {
    this.messages.push(message);
    for (const wake of [...this.#waiting]) wake(message);
    if (message.type !== 'request' || message.command !== 'runInTerminal') return;
    const { args, env } = message.arguments as { args: string[]; env?: Record<string, string> };
    const processId = this.onTerminal(args, env ?? {});
    this.#write({
      type: 'response',
      request_seq: message.seq,
      command: 'runInTerminal',
      success: true,
      body: { processId },
    });
  }

  #write(message: object): number {
    const seq = ++this.#seq;
    this.#process.stdin?.write(frame({ seq, ...message }));
    return seq;
  }

  wait(match: (message: Message) => boolean, what: string): Promise<Message> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${what} within 120 s\n${this.stderr}`)), 120_000);
      const wake = (message: Message): void => {
        if (!match(message)) return;
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve(message);
      };
      this.#waiting.add(wake);
      for (const message of this.messages) wake(message);
    });
  }

  async request(command: string, args?: object): Promise<Message> {
    const seq = this.#write({ type: 'request', command, arguments: args });
    const answer = await this.wait((message) => message.type === 'response' && message.request_seq === seq, command);
    if (answer.success !== true) throw new Error(`${command}: ${JSON.stringify(answer)}`);
    return answer;
  }

  event(name: string): Promise<Message> {
    return this.wait((message) => message.event === name, name);
  }

  /** The handshake; resolves when the machine stands or has ended. */
  async start(launch: object): Promise<'stopped' | 'terminated'> {
    await this.request('initialize', { clientID: 'bench', adapterID: 'x', supportsRunInTerminalRequest: true });
    const launched = this.request('launch', launch);
    await this.event('initialized');
    await this.request('setBreakpoints', { source: { path: '/none' }, breakpoints: [] });
    const configured = this.request('configurationDone');
    const end = await this.wait(({ event }) => event === 'stopped' || event === 'terminated', 'stop');
    await Promise.all([launched, configured]);
    return end.event === 'stopped' ? 'stopped' : 'terminated';
  }

  async end(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#write({ type: 'request', command: 'disconnect', arguments: { terminateDebuggee: true } });
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 3000);
    await exited;
    clearTimeout(timer);
  }
}
