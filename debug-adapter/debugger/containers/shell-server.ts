/**
 * Shells in terminals: the adapter listens on a private socket for one connection, the terminal runs the small
 * client of dist/shell-client.js, which knows the socket's name and a token.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Process } from '../../buildkit/api.js';
import { encodeFrame, readFrames, type ShellFrame } from './shell-frames.js';

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** Starts the process once the terminal is there and its size is known. */
export type StartShell = (size: TerminalSize) => Promise<Process>;

export interface ShellListener extends AsyncDisposable {
  readonly socketPath: string;
  readonly token: string;
  /** Settles when the shell has ended or its terminal is gone. */
  readonly ended: Promise<void>;
  /** Tells the terminal why and ends it. */
  end(message: string): void;
}

/** How long a terminal may take to come, in milliseconds. */
const PATIENCE = 60_000;

/** Listens for one terminal. */
export async function listenForTerminal(start: StartShell): Promise<ShellListener> {
  const token = randomBytes(24).toString('hex');
  const folder = process.platform === 'win32' ? undefined : await makeFolder();
  const name = randomBytes(12).toString('hex');
  const socketPath = folder === undefined ? `\\\\.\\pipe\\dockerfile-debugger-${name}` : join(folder, name);
  const server = createServer();
  let socket: Socket | undefined;
  let ending: string | undefined;

  const end = (message: string): void => {
    ending = message;
    if (socket !== undefined) finish(socket, 1, message);
    server.close();
  };
  const ended = acceptOne(server).then(async (accepted) => {
    server.close();
    if (accepted === undefined) return;
    socket = accepted;
    accepted.on('error', () => accepted.destroy());
    if (ending !== undefined) return finish(accepted, 1, ending);
    await serve(accepted, token, start);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  const cleaned = ended.catch(() => undefined).finally(() => (folder === undefined ? undefined : removeFolder(folder)));
  return {
    socketPath,
    token,
    ended: cleaned,
    end,
    async [Symbol.asyncDispose]() {
      end('The build of this shell has ended.');
      await cleaned;
    },
  };
}

/** Folders of sockets. A process that ends before they are gone takes them along. */
const folders = new Set<string>();

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dfd-'));
  if (folders.size === 0) process.once('exit', removeFolders);
  folders.add(folder);
  return folder;
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  folders.delete(folder);
  if (folders.size === 0) process.off('exit', removeFolders);
}

function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

function acceptOne(server: Server): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.close(), PATIENCE);
    timer.unref();
    server.once('connection', (socket) => {
      clearTimeout(timer);
      resolve(socket);
    });
    server.once('close', () => resolve(undefined));
  });
}

function finish(socket: Socket, code: number, message?: string): void {
  if (socket.writableEnded) return;
  socket.end(encodeFrame('x', Buffer.from(JSON.stringify(message === undefined ? { code } : { code, message }))));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function sizeOf(frame: ShellFrame): TerminalSize & { readonly token: string } {
  const value: unknown = JSON.parse(frame.payload.toString('utf8'));
  const record = isRecord(value) ? value : {};
  const number = (name: string, otherwise: number): number => {
    const found = record[name];
    return typeof found === 'number' && found > 0 && found < 10_000 ? Math.floor(found) : otherwise;
  };
  const token = typeof record['token'] === 'string' ? record['token'] : '';
  return { rows: number('rows', 24), columns: number('columns', 80), token };
}

function sameToken(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** One terminal, from its first frame to the exit code. */
async function serve(socket: Socket, token: string, start: StartShell): Promise<void> {
  const frames = readFrames(socket)[Symbol.asyncIterator]();
  const first = await frames.next();
  if (first.done === true || first.value.type !== 'h') return void socket.destroy();
  const hello = sizeOf(first.value);
  if (!sameToken(hello.token, token)) return void socket.destroy();
  try {
    const shell = await start(hello);
    // A terminal that is killed ends with an error of its socket: for the shell that is a hang-up like any other.
    const input = pumpInput({ [Symbol.asyncIterator]: () => frames }, shell)
      .catch(() => undefined)
      .then(() => void shell.signal('HUP'));
    await pumpOutput(socket, shell);
    const exit = await shell.exit;
    finish(socket, exit.code, exit.error === '' ? undefined : exit.error);
    await input;
  } catch (error) {
    finish(socket, 1, error instanceof Error ? wordsOf(error) : String(error));
  }
}

function wordsOf(error: Error): string {
  return 'hint' in error && typeof error.hint === 'string' ? `${error.message} ${error.hint}`.trim() : error.message;
}

async function pumpInput(frames: AsyncIterable<ShellFrame>, shell: Process): Promise<void> {
  for await (const frame of frames) {
    if (frame.type === 'd') await shell.write(frame.payload);
    else if (frame.type === 'e') shell.endInput();
    else if (frame.type === 'r') shell.resize(sizeOf(frame));
  }
}

async function pumpOutput(socket: Socket, shell: Process): Promise<void> {
  for await (const { fd, data } of shell.output) {
    if (socket.destroyed || socket.writableEnded) return;
    const more = socket.write(encodeFrame(fd === 2 ? 'D' : 'd', data));
    if (!more)
      await new Promise<void>((resolve) => {
        const done = (): void => {
          socket.off('drain', done).off('close', done);
          resolve();
        };
        socket.on('drain', done).on('close', done);
      });
  }
}
