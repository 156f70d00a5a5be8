/** Starts the shipped adapter and carries framed messages, over stdio or TCP. */
import { type ChildProcess, spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export type Transport = 'stdio' | 'tcp';

export interface WireOptions {
  /** Default: `DAP_TRANSPORT` of the environment, else stdio. */
  readonly transport?: Transport;
  /** Added to the environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** More arguments for the adapter's command line. */
  readonly args?: readonly string[];
}

/** How the process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Path of the shipped adapter; `DAP_ADAPTER` names another one. */
export function adapterPath(): string {
  const shipped = fileURLToPath(new URL('../../../dist/debug-adapter.js', import.meta.url));
  return process.env['DAP_ADAPTER'] ?? shipped;
}

/** A message with its header, ready to be sent. */
export function frame(message: unknown): Buffer {
  const body = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
}

/** Takes chunks, gives the bodies of whole messages. */
export function unframe(onBody: (text: string) => void, onJunk: (text: string) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const end = pending.indexOf('\r\n\r\n');
      if (end < 0) return;
      const header = pending.subarray(0, end).toString('latin1');
      const length = /^Content-Length: (\d+)$/.exec(header)?.[1];
      if (length === undefined) {
        onJunk(header);
        pending = pending.subarray(end + 4);
        continue;
      }
      const stop = end + 4 + Number(length);
      if (pending.length < stop) return;
      onBody(pending.subarray(end + 4, stop).toString('utf8'));
      pending = pending.subarray(stop);
    }
  };
}

/** A running adapter and the connection to it. */
export class Wire {
  /** What the adapter wrote to stderr. */
  stderr = '';
  readonly exit: Promise<Exit>;
  /** All that came from the adapter was read, and nothing will come any more. */
  readonly closed: Promise<void>;

  private constructor(
    readonly process: ChildProcess,
    readonly transport: Transport,
    readonly input: Writable,
    readonly output: Readable,
    private readonly socket: Socket | undefined,
    /** Shares its process with a connection that came first. */
    private readonly guest = false,
  ) {
    this.exit = new Promise((resolve) => process.once('exit', (code, signal) => resolve({ code, signal })));
    this.closed = new Promise((resolve) => (socket ?? process).once('close', () => resolve()));
    if (!guest) process.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    // A write after the adapter's end is what some tests are about; the end itself is told by `exit`.
    input.on('error', () => undefined);
  }

  static async start(options: WireOptions = {}): Promise<Wire> {
    const transport = options.transport ?? (process.env['DAP_TRANSPORT'] === 'tcp' ? 'tcp' : 'stdio');
    const port = transport === 'tcp' ? ['--port', '0'] : [];
    const child = spawn(process.execPath, [adapterPath(), ...port, ...(options.args ?? [])], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    if (transport === 'stdio') return new Wire(child, transport, child.stdin, child.stdout, undefined);
    const socket = await connectTo(await portOf(child));
    return new Wire(child, transport, socket, socket, socket);
  }

  /** Another connection to the same server. */
  async another(): Promise<Wire> {
    const socket = await connectTo(this.socket?.remotePort ?? 0);
    return new Wire(this.process, this.transport, socket, socket, socket, true);
  }

  /** Bytes that are written at a time; undefined: as they come. */
  piece: number | undefined;
  private sending: Promise<void> = Promise.resolve();

  send(bytes: Buffer | string): void {
    const { piece } = this;
    if (piece === undefined) this.input.write(bytes);
    else this.sending = this.sending.then(() => this.sendPieces(Buffer.from(bytes), piece));
  }

  /** The next piece goes when the one before is written and the loop has turned: the reader sees them apart. */
  private async sendPieces(bytes: Buffer, piece: number): Promise<void> {
    for (let at = 0; at < bytes.length; at += piece) {
      await new Promise((resolve) => this.input.write(bytes.subarray(at, at + piece), resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Ends the connection, and the process unless it is somebody else's. */
  async end(): Promise<void> {
    this.socket?.destroy();
    if (this.guest) return await this.closed;
    this.process.kill('SIGKILL');
    await this.exit;
  }
}

function connectTo(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Waits for the line in which the server tells its port. */
function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.once('exit', (code) => reject(new Error(`The server ended with ${code} before it listened: ${text}`)));
    child.once('error', reject);
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const port = /listening (?:at|on) \S*:(\d+)/i.exec(text)?.[1];
      if (port === undefined) return;
      child.stdout?.off('data', read);
      resolve(Number(port));
    };
    child.stdout?.on('data', read);
  });
}
