/** Changes files of the container in which commands of a stop run, as root, through its own shell. */
import type { Edit } from '../api.js';
import type { Bench } from '../containers/bench.js';
import { UserError } from '../errors.js';
import { finishProcess } from '../containers/processes.js';
import { quote } from '../common/quote.js';

/** So much is handed over at once. */
const PIECE = 256 * 1024;

/** Throws `UserError` with what the container's programs say against it. */
export async function editFile(bench: Bench, path: string, edit: Edit, signal: AbortSignal): Promise<void> {
  if (path === '/' && (edit.kind === 'delete' || edit.kind === 'rename'))
    throw new UserError('file-not-changed', 'The root of the container stays: nothing could run in it any more.');
  const data = edit.kind === 'write' ? edit.data : undefined;
  const process = await bench.start(
    ({ shell }) => ({
      args: [...shell.slice(0, 1), '-c', scriptOf(path, edit)],
      tty: false,
      stdin: data !== undefined,
      asRoot: true,
    }),
    signal,
  );
  const said: Uint8Array[] = [];
  const ended = finishProcess(process, ({ data: piece }) => void said.push(piece), signal);
  if (data !== undefined) {
    for (let at = 0; at < data.length; at += PIECE) await process.write(data.subarray(at, at + PIECE));
    process.endInput();
  }
  const code = await ended;
  signal.throwIfAborted();
  if (code === 0) return;
  const why = Buffer.concat(said).toString().trim().split('\n').at(-1) ?? '';
  throw new UserError(
    'file-not-changed',
    `${path} was not changed: ${why === '' ? `exit code ${code}` : why}.`,
    'Only the container of this stop can be changed: what is mounted read-only, or is not there, cannot.',
  );
}

function scriptOf(path: string, edit: Edit): string {
  const file = quote(path);
  switch (edit.kind) {
    case 'write':
      return `cat ${edit.offset === 0 ? '>' : '>>'} ${file}`;
    case 'folder':
      return `mkdir -- ${file}`;
    case 'delete':
      return `rm -r -- ${file}`;
    case 'rename':
      return `mv -- ${file} ${quote(edit.to)}`;
  }
}
