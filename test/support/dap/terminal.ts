/** Terminals for `runInTerminal`: a child on pipes, or a real pty of tmux. Waiting is by events, never by sleeping. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { DebugProtocol as P } from '@vscode/debugprotocol';
import { Tmux } from './tmux.js';

export type TerminalKind = 'pipe' | 'tmux';

export interface Terminal extends AsyncDisposable {
  /** Title and command line that the adapter asked for. */
  readonly request: P.RunInTerminalRequestArguments;
  readonly pid: number;
  /** What is on the screen, or all output of a pipe. */
  screen(): string;
  /** Types text; `\r` or `\n` is Enter. */
  type(text: string): void;
  /** Resolves with the screen once it matches. */
  seen(pattern: RegExp, timeout?: number): Promise<string>;
  /** Only a tmux terminal has a size. */
  resize(columns: number, rows: number): Promise<void>;
}

/** Starts what the adapter wants to run. */
export async function openTerminal(request: P.RunInTerminalRequestArguments, kind: TerminalKind): Promise<Terminal> {
  return kind === 'pipe' ? new PipeTerminal(request) : await openTmux(request);
}

class PipeTerminal implements Terminal {
  private readonly child: ChildProcess;
  private readonly listeners = new Set<() => void>();
  private text = '';

  constructor(readonly request: P.RunInTerminalRequestArguments) {
    const [command = '', ...args] = request.args;
    const env = { ...process.env, ...clean(request.env) };
    this.child = spawn(command, args, { cwd: request.cwd === '' ? undefined : request.cwd, env, stdio: 'pipe' });
    const read = (chunk: Buffer): void => {
      this.text += chunk.toString();
      for (const listener of [...this.listeners]) listener();
    };
    this.child.stdout?.on('data', read);
    this.child.stderr?.on('data', read);
    this.child.stdin?.on('error', () => undefined);
    this.child.once('error', (error) => read(Buffer.from(String(error))));
    this.child.once('exit', (code) => read(Buffer.from(`\n[exit ${code ?? 'by signal'}]\n`)));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  screen(): string {
    return this.text;
  }

  type(text: string): void {
    this.child.stdin?.write(text.replaceAll('\r', '\n'));
  }

  /** Closes standard input. */
  endInput(): void {
    this.child.stdin?.end();
  }

  seen(pattern: RegExp, timeout = 20_000): Promise<string> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (!pattern.test(this.text)) return;
        done();
        resolve(this.text);
      };
      const done = (): void => {
        clearTimeout(timer);
        this.listeners.delete(check);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`${pattern} was not seen in ${timeout} ms:\n${this.text}`));
      }, timeout);
      this.listeners.add(check);
      check();
    });
  }

  resize(): Promise<void> {
    return Promise.reject(new Error('A pipe has no size; start the client with terminal: "tmux".'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }
}

async function openTmux(request: P.RunInTerminalRequestArguments): Promise<Terminal> {
  const tmux = await Tmux.start(request.args, {
    cwd: request.cwd === '' ? undefined : request.cwd,
    env: clean(request.env),
  });
  return {
    request,
    pid: await tmux.pid(),
    screen: () => tmux.screen,
    type: (text) => tmux.type(text),
    seen: (pattern, timeout) => tmux.seen(pattern, timeout),
    resize: (columns, rows) => tmux.resize(columns, rows),
    [Symbol.asyncDispose]: () => tmux[Symbol.asyncDispose](),
  };
}

function clean(env: Readonly<Record<string, string | null>> | undefined): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env ?? {}).map(([name, value]) => [name, value ?? undefined]));
}
