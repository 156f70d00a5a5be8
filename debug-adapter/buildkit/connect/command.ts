import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { UserError } from '../errors.js';
import { FilteredStream } from './filtered-stream.js';

/** Characters of what a program says last that are kept for its error. */
const stderrTail = 2000;

/** Ctrl-C in a terminal that we run in is ours to interpret. Windows would open a window for it. */
const ownGroup = process.platform !== 'win32';

/** Runs a program that carries a byte stream on its input and output; it ends with the stream. */
export async function runAsStream(program: string, args: readonly string[]): Promise<Duplex> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true, detached: ownGroup });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-stderrTail);
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(notStarted(program, cause)));
  });
  const closed = new Promise<Error | undefined>((resolve) => {
    child.once('close', (code) => resolve(code === 0 || child.killed ? undefined : ended(program, code, said)));
  });
  const pipes = Duplex.from({ readable: child.stdout, writable: child.stdin });
  const stream = new FilteredStream(pipes, { take: (chunk) => [chunk], end: () => closed });
  stream.once('close', () => child.kill());
  return stream;
}

function ended(program: string, code: number | null, said: string): Error {
  const lastLine = said.trim().split('\n').at(-1) ?? '';
  return new Error(`${program} ended with code ${code ?? 'none'}: ${lastLine}`);
}

function notStarted(program: string, cause: Error): UserError {
  const hint = `Install ${program}, or put its folder on PATH.`;
  return new UserError('program-missing', `${program} cannot be started: ${cause.message}`, hint, undefined, { cause });
}
