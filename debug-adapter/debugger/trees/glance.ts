/**
 * A folder as a process of the toolbox sees it: its names at once, and what they stand for where that is wanted. The
 * engine looks at every entry of a folder before it answers, and a folder may have a hundred thousand.
 */
import type { Container, Process } from '../../buildkit/api.js';
import type { Mount } from '../../buildkit/gen/ops.js';
import type { FileFact, FirstFiles } from '../api.js';
import { readBatches } from '../common/listing-batches.js';
import type { Workshop } from '../containers/opening.js';
import { finishProcess } from '../containers/processes.js';
import { factOfLine, inspecting, openBeside, placeOf, TELL_EACH_AND_LINKS } from './inspecting.js';

/** The file system is one that nobody changes. */
export interface GlanceRequest {
  readonly workshop: Workshop;
  /** What is looked into. */
  readonly mount: Pick<Mount, 'resultID' | 'selector'>;
  /** Absolute, in what is mounted. */
  readonly folder: string;
}

/**
 * A link on the way to the folder would be followed from the wrong root. Before 0.34 engines tell of no end while the input
 * is open: what is said here makes us close it.
 */
const ENTER = `cd -P -- "$1" && [ "$PWD" = "$1" ] || { printf '\\000\\000'; exit 1; }`;
/**
 * How many names begin with a dot, and the first `$2` of them in the order of their bytes; the same of the others; an
 * empty one. The folder is read twice at one time, for a large one takes long. Not a function: it would copy all names.
 */
const FIRST_NAMES = `n=$2
tell='[ -e "$1" ] || [ -L "$1" ] || shift
i=0; printf "%s\\000" "$#"
for name do
  [ "$i" -lt "$n" ] || break
  i=$((i + 1)); printf "%s\\000" "$name"
done'
{ set -- .*; eval "$tell"; } | { set -- *; cat; eval "$tell"; }
printf '\\000'`;

const ALL_NAMES = `for name in .* *; do if [ -e "$name" ] || [ -L "$name" ]; then printf '%s\\000' "$name"; fi; done`;

/** Facts of names that are known, in their order. Rejects when one is not there, and where there is no toolbox. */
export function glance(
  request: GlanceRequest,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly FileFact[]> {
  return inContainer(request, signal, async (container, place) => {
    const script = [ENTER, TELL_EACH_AND_LINKS].join('\n');
    const process = await container.exec(inspecting(['sh', '-c', script, 'sh', place]), { signal });
    const pieces: Uint8Array[] = [];
    const ended = finishProcess(process, ({ fd, data }) => void (fd === 1 && pieces.push(data)), signal);
    await ask(process, names);
    return readFacts(whole(pieces, await ended, signal));
  });
}

/** The first files by name; undefined where bytes and characters are not in one order. Rejects as `glance` does. */
export function glanceAtFirst(
  request: GlanceRequest,
  count: number,
  signal: AbortSignal,
): Promise<FirstFiles | undefined> {
  return inContainer(request, signal, async (container, place) => {
    const script = [ENTER, FIRST_NAMES, TELL_EACH_AND_LINKS].join('\n');
    // Two more, for the folder itself and the one above it.
    const args = ['sh', '-c', script, 'sh', place, String(count + 2)];
    const process = await container.exec(inspecting(args), { signal });
    const { told, total } = await firstOf(process, count, signal);
    return total === undefined ? undefined : { files: readFacts(told), total };
  });
}

/** All files of a folder, for engines that cannot tell of each name. */
export function glanceAtAll(request: GlanceRequest, signal: AbortSignal): Promise<readonly FileFact[]> {
  return inContainer(request, signal, async (container, place) => {
    const script = [ENTER, `{ ${ALL_NAMES}; } | ${TELL_EACH_AND_LINKS}`].join('\n');
    const process = await container.exec(inspecting(['sh', '-c', script, 'sh', place]), { signal });
    const pieces: Uint8Array[] = [];
    const ended = finishProcess(process, ({ fd, data }) => void (fd === 1 && pieces.push(data)), signal);
    process.endInput();
    const files = readFacts(whole(pieces, await ended, signal));
    return files.filter(({ name }) => name !== '.' && name !== '..');
  });
}

async function inContainer<T>(
  { workshop, mount, folder }: GlanceRequest,
  signal: AbortSignal,
  look: (container: Container, place: string) => Promise<T>,
): Promise<T> {
  const container = await openBeside(workshop, [mount], signal);
  try {
    return await look(container, folder === '/' ? placeOf(0) : `${placeOf(0)}${folder}`);
  } finally {
    // Nobody has to wait until the engine has cleaned up; it never rejects.
    void container[Symbol.asyncDispose]();
  }
}

/** Names end with an empty one; what follows is told of those that are asked for. */
async function firstOf(
  process: Process,
  count: number,
  signal: AbortSignal,
): Promise<{ readonly told: Buffer; readonly total: number | undefined }> {
  let pieces: Uint8Array[] = [];
  let last: number | undefined = 0;
  let [isChosen, total]: [boolean, number | undefined] = [false, undefined];
  const code = await finishProcess(
    process,
    async ({ fd, data }) => {
      if (fd !== 1) return;
      pieces.push(data);
      const isEnd = data.at(-1) === 0 && (data.at(-2) ?? last) === 0;
      last = data.at(-1);
      if (isChosen || !isEnd) return;
      isChosen = true;
      const told = readNames(Buffer.concat(pieces).toString().split('\0'), count + 2);
      pieces = [];
      const chosen = firstNames(told.names, count);
      if (chosen !== undefined) total = told.total;
      await ask(process, chosen ?? []);
    },
    signal,
  );
  return { told: whole(pieces, code, signal), total };
}

/** What the script says; the folder itself and the one above it are among the names, and do not count. */
function readNames(
  fields: readonly string[],
  most: number,
): { readonly names: readonly string[]; readonly total: number } {
  const dotted = Number(fields[0]);
  const others = 1 + Math.min(dotted, most);
  const visible = Number(fields[others]);
  const names = [...fields.slice(1, others), ...fields.slice(others + 1, others + 1 + Math.min(visible, most))];
  return { names, total: dotted + visible - (names[0] === '.' ? 2 : 0) };
}

/** Undefined where the order of bytes is not that of characters: beyond the first 16 bits, and where they are no text. */
function firstNames(names: readonly string[], count: number): readonly string[] | undefined {
  if (names.some((name) => /[\ud800-\uffff]/.test(name))) return undefined;
  return names
    .filter((name) => name !== '.' && name !== '..')
    .sort()
    .slice(0, count);
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
