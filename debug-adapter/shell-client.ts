/**
 * The program in the terminal: joins this terminal to a shell in a build. `argv[2]` is the adapter's socket, the
 * variable DOCKERFILE_DEBUG_TOKEN the one-time word that opens it.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { encodeFrame, readFrames, type ShellFrame } from './debugger/containers/shell-frames.js';

const { stdin, stdout, stderr } = process;

function size(): { rows: number; columns: number } {
  return { rows: stdout.rows || 24, columns: stdout.columns || 80 };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function setRawMode(on: boolean): void {
  if (stdin.isTTY) stdin.setRawMode(on);
}

/** Ends this program, all that was said shown, with the terminal as it was found. */
function leave(code: number, message = ''): void {
  setRawMode(false);
  stdin.pause();
  stdout.write('', () => stderr.write(message === '' ? '' : `${message}\n`, () => process.exit(code)));
}

async function write(stream: Writable, data: Buffer): Promise<void> {
  if (!stream.write(data)) await once(stream, 'drain');
}

async function sendInput(socket: Socket): Promise<void> {
  const input: AsyncIterable<Buffer> = stdin;
  for await (const chunk of input) await write(socket, encodeFrame('d', chunk));
  socket.write(encodeFrame('e'));
}

function readExit(payload: Buffer): { code: number; message: string | undefined } {
  const value: unknown = JSON.parse(payload.toString());
  const isRecord = typeof value === 'object' && value !== null;
  const code = isRecord && 'code' in value && typeof value.code === 'number' ? value.code : 1;
  const message = isRecord && 'message' in value && typeof value.message === 'string' ? value.message : undefined;
  return { code, message };
}

async function showUntilExit(frames: AsyncIterable<ShellFrame>): Promise<void> {
  for await (const { type, payload } of frames) {
    if (type === 'd') await write(stdout, payload);
    else if (type === 'D') await write(stderr, payload);
    else if (type === 'x') {
      const { code, message } = readExit(payload);
      return leave(code, message);
    }
  }
  leave(1, 'The build has ended.');
}

async function main(): Promise<void> {
  const path = process.argv[2];
  const token = process.env['DOCKERFILE_DEBUG_TOKEN'];
  if (path === undefined || token === undefined) {
    return leave(
      2,
      'This program is started by the Dockerfile debugger: use its "Open Shell", or :shell in the debug console.',
    );
  }
  const socket = connect(path);
  socket.on('error', () => leave(1, 'The shell cannot be reached: the build has ended.'));
  await once(socket, 'connect');
  setRawMode(true);
  // An editor types this program's long command line into a new terminal; nobody needs to see it.
  if (
    stdout.isTTY &&
    process.env['TERM_PROGRAM'] === 'vscode' &&
    process.env['DOCKERFILE_DEBUG_KEEP_SCREEN'] === undefined
  ) {
    stdout.write('\u001b[2J\u001b[3J\u001b[H');
  }
  socket.write(encodeFrame('h', json({ token, ...size() })));
  stdout.on('resize', () => socket.write(encodeFrame('r', json(size()))));
  sendInput(socket).catch(() => leave(1, 'The terminal can no longer be read.'));
  await showUntilExit(readFrames(socket));
}

main().catch((error: unknown) => leave(1, error instanceof Error ? error.message : String(error)));
