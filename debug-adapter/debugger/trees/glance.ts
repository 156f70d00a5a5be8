/**
 * A folder as a process of the toolbox sees it: its names at once, and what they stand for where that is wanted. The
 * engine looks at every entry of a folder before it answers, and a folder may have a hundred thousand.
 */
import type { Container, Process } from '../../buildkit/api.js';
import type { Mount } from '../../buildkit/gen/ops.js';
import type { FileFact } from '../api.js';
import { readBatches } from '../listing-batches.js';
import type { Workshop } from '../opening.js';
import { finishProcess } from '../processes.js';
import { factOfLine, inspecting, openBeside, placeOf, TELL_EACH_AND_LINKS } from './inspecting.js';

/** The file system is one that nobody changes. */
export interface GlanceRequest {
  readonly workshop: Workshop;
  /** What is looked into. */
  readonly mount: Pick<Mount, 'resultID' | 'selector'>;
  /** Absolute, in what is mounted. */
  readonly folder: string;
}

/** Names that are wanted: some that are known, or chosen among all that there are. */
export type Wanted = readonly string[] | ((all: readonly string[]) => readonly string[]);

/** A link on the way to the folder would be followed from the wrong root. */
const ENTER = 'cd -P -- "$1" && [ "$PWD" = "$1" ] || exit 1';
const NAMES = `set -- *; [ -e "$1" ] || [ -L "$1" ] || shift; printf '%s\\000' .* "$@" ''`;

/** Facts of the names that are wanted, in their order. Rejects when one is not there, and where there is no toolbox. */
export async function glance(
  { workshop, mount, folder }: GlanceRequest,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<readonly FileFact[]> {
  const container = await openBeside(workshop, [mount], signal);
  try {
    return await look(container, folder, wanted, signal);
  } finally {
    // Nobody has to wait until the engine has cleaned up; it never rejects.
    void container[Symbol.asyncDispose]();
  }
}

async function look(
  container: Container,
  folder: string,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<readonly FileFact[]> {
  const script = [ENTER, ...(typeof wanted === 'function' ? [NAMES] : []), TELL_EACH_AND_LINKS].join('\n');
  const place = folder === '/' ? placeOf(0) : `${placeOf(0)}${folder}`;
  const process = await container.exec(inspecting(['sh', '-c', script, 'sh', place]), { signal });
  const told = typeof wanted === 'function' ? chosen(process, wanted, signal) : given(process, wanted, signal);
  return readFacts(await told);
}

async function given(process: Process, names: readonly string[], signal: AbortSignal): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const ended = finishProcess(process, ({ fd, data }) => void (fd === 1 && pieces.push(data)), signal);
  await ask(process, names);
  return whole(pieces, await ended, signal);
}

/** Names end with an empty one; what follows is told of those that are wanted. */
async function chosen(
  process: Process,
  choose: Exclude<Wanted, readonly string[]>,
  signal: AbortSignal,
): Promise<Buffer> {
  let pieces: Uint8Array[] = [];
  let last: number | undefined = 0;
  let isChosen = false;
  const code = await finishProcess(
    process,
    async ({ fd, data }) => {
      if (fd !== 1) return;
      pieces.push(data);
      const isEnd = data.at(-1) === 0 && (data.at(-2) ?? last) === 0;
      last = data.at(-1);
      if (isChosen || !isEnd) return;
      isChosen = true;
      const all = Buffer.concat(pieces).toString().split('\0').slice(0, -2);
      pieces = [];
      await ask(process, choose(all.filter((name) => name !== '.' && name !== '..')));
    },
    signal,
  );
  return whole(pieces, code, signal);
}

async function ask(process: Process, names: readonly string[]): Promise<void> {
  await process.write(Buffer.from(names.map((name) => `${name}\0`).join('')));
  process.endInput();
}

function whole(pieces: readonly Uint8Array[], code: number, signal: AbortSignal): Buffer {
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`The toolbox could not look at the files: exit code ${code}.`);
  return Buffer.concat(pieces);
}

function readFacts(bytes: Buffer): readonly FileFact[] {
  const reader = readBatches(bytes);
  const files: FileFact[] = [];
  while (!reader.ended) {
    const batch = reader.names().map((name) => factOfLine(name, reader.line()));
    files.push(...batch.map((file) => (file.type === 'link' ? { ...file, linkTarget: reader.target() } : file)));
  }
  return files;
}
