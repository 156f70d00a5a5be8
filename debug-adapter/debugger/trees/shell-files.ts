/**
 * Files of a container through its own shell, as root: for engines that cannot be asked for them (before BuildKit 0.27).
 * Needs `stat`, `readlink`, `tail` and `head`, which the toolbox has where the image has nothing.
 */
import type { FileFact } from '../api.js';
import type { Bench } from '../containers/bench.js';
import { UserError } from '../errors.js';
import { readBatches } from '../common/listing-batches.js';
import { finishProcess } from '../containers/processes.js';
import { quote } from '../common/quote.js';
import { factOfStat } from './system-mode.js';

/** What is wanted as a folder is there, and is none. */
export function noFolder(path: string): UserError {
  return new UserError(
    'not-a-folder',
    `${path} is a file, or lies below one: it holds no files.`,
    'Open the file itself.',
  );
}

/** So many names are put on one command line. */
const BATCH = 200;

/**
 * What a folder holds, `.` and `..` left out.
 *
 * @param only the one name that is wanted
 */
export async function listByShell(
  bench: Bench,
  path: string,
  signal: AbortSignal,
  only?: string,
): Promise<readonly FileFact[]> {
  const names = only === undefined ? '.* *' : quote(only);
  const script = `if [ -e ${quote(path)} ] && [ ! -d ${quote(path)} ]; then echo "it is no folder" >&2; exit 1; fi
cd -- ${quote(path)} || exit 1
command -v stat >/dev/null || { echo "there is no program stat" >&2; exit 1; }
look() { stat -c '%f %s %u %g %Y' -- "$@" 2>/dev/null; }
each() { for f in "$@"; do look "$f" || echo 0 0 0 0 0; done; }
tell() {
  echo "$#"; printf '%s\\000' "$@"
  lines=$(look "$@") || lines=$(each "$@")
  echo "$lines"
  for f in "$@"; do if [ -L "$f" ]; then readlink -- "$f"; printf '\\000'; fi; done
}
set --
for f in ${names}; do
  case $f in .|..) continue;; esac
  [ -e "$f" ] || [ -L "$f" ] || continue
  set -- "$@" "$f"
  if [ $# -ge ${BATCH} ]; then tell "$@"; set --; fi
done
if [ $# -gt 0 ]; then tell "$@"; fi`;
  return readListing(await output(bench, script, path, signal));
}

/** A piece of a file; shorter at its end. */
export async function readByShell(
  bench: Bench,
  path: string,
  { offset, length }: { readonly offset: number; readonly length: number },
  signal: AbortSignal,
): Promise<Uint8Array> {
  const file = quote(path);
  const script = `[ -f ${file} ] || { echo "no such file" >&2; exit 1; }
[ -r ${file} ] || { echo "permission denied" >&2; exit 1; }
tail -c +${offset + 1} -- ${file} | head -c ${length}`;
  return output(bench, script, path, signal);
}

async function output(bench: Bench, script: string, path: string, signal: AbortSignal): Promise<Buffer> {
  const process = await bench.start(
    ({ shell }) => ({ args: [...shell.slice(0, 1), '-c', script], tty: false, stdin: false, asRoot: true }),
    signal,
  );
  const pieces: { readonly fd: 1 | 2; readonly data: Uint8Array }[] = [];
  const code = await finishProcess(process, (piece) => void pieces.push(piece), signal);
  signal.throwIfAborted();
  const of = (fd: 1 | 2): Buffer => Buffer.concat(pieces.filter((piece) => piece.fd === fd).map(({ data }) => data));
  if (code === 0) return of(1);
  const why = of(2).toString().trim().split('\n').at(-1) ?? '';
  if (why === 'it is no folder') throw noFolder(path);
  if (/no such file|not a directory|can't cd to/i.test(why))
    throw new UserError('file-not-found', `There is no ${path} in this state.`, 'Look at the folder above it.');
  throw new UserError(
    'files-unreadable',
    `${path} cannot be read: ${why === '' ? `exit code ${code}` : why}.`,
    'This engine is asked through a shell in the container (it needs BuildKit 0.27 or Docker Engine 29.2 to do without).',
  );
}

/** Batches: their number, names that end with 0, a line of numbers for each, the targets of links, which end with 0. */
export function readListing(bytes: Buffer): readonly FileFact[] {
  const files: FileFact[] = [];
  const reader = readBatches(bytes);
  while (!reader.ended) {
    const names = reader.names();
    const batch = names.map((name) => numbers(name, reader.line()));
    files.push(...batch.map((file) => (file.type === 'link' ? { ...file, linkTarget: reader.target() } : file)));
  }
  return files;
}

function numbers(name: string, line: string): FileFact {
  const words = line.split(' ');
  return factOfStat(name, words, Number(words[4] ?? '0') * 1000);
}
