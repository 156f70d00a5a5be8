/**
 * Lists whole file systems at once: a container of the toolbox in which they are mounted, for the engine mounts a file
 * system anew for each folder that it is asked for.
 */
import type { Container } from '../../buildkit/api.js';
import type { FileFact } from '../api.js';
import { joinPath, splitPath } from './files.js';
import { readBatches } from '../common/listing-batches.js';
import type { Workshop } from '../containers/opening.js';
import { finishProcess } from '../containers/processes.js';
import { factOfLine, inspecting, openBeside, placeOf, TELL_EACH } from './inspecting.js';

/** What folders hold, by their absolute paths. */
export type Listing = ReadonlyMap<string, readonly FileFact[]>;

export interface Inspector extends AsyncDisposable {
  /**
   * Link targets are not among the facts.
   *
   * @param source position of the result id
   * @param folders absolute; undefined: all there are
   */
  list(source: number, folders: Iterable<string> | undefined, signal: AbortSignal): Promise<Listing>;
}

/** Result ids are mounted read-only; rejects where there is no toolbox. */
export async function openInspector(
  workshop: Workshop,
  resultIds: readonly string[],
  signal: AbortSignal,
): Promise<Inspector> {
  const mounts = resultIds.map((resultID) => ({ resultID }));
  const container = await openBeside(workshop, mounts, signal);
  // The first process has to outlive all others.
  const keeper = await container.exec(inspecting(['sh', '-c', 'read -r _']));
  return {
    async list(source, folders, stop) {
      const listing = parseListing(await run(container, source, folders, stop));
      const all = folders ?? ['/', ...foldersIn(listing)];
      for (const folder of all) if (!listing.has(folder)) listing.set(folder, []);
      return listing;
    },
    async [Symbol.asyncDispose]() {
      keeper.endInput();
      await container[Symbol.asyncDispose]();
    },
  };
}

async function run(
  container: Container,
  source: number,
  folders: Iterable<string> | undefined,
  signal: AbortSignal,
): Promise<Buffer> {
  const find =
    folders === undefined
      ? 'find . -mindepth 1 -print0'
      : `xargs -0 -r sh -c 'find "$@" -mindepth 1 -maxdepth 1 -print0' sh`;
  const script = `cd ${placeOf(source)} && ${find} | ${TELL_EACH}`;
  const process = await container.exec(inspecting(['sh', '-c', script]), { signal });
  const pieces: Uint8Array[] = [];

  const ended = finishProcess(process, ({ fd, data }) => void (fd === 1 && pieces.push(data)), signal);
  if (folders !== undefined) await process.write(Buffer.from([...folders].map((path) => `.${path}\0`).join('')));
  process.endInput();
  const code = await ended;
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`The toolbox could not list the files: exit code ${code}.`);
  return Buffer.concat(pieces);
}

function parseListing(bytes: Buffer): Map<string, FileFact[]> {
  const listing = new Map<string, FileFact[]>();
  const reader = readBatches(bytes);
  while (!reader.ended) {
    const names = reader.names();
    for (const name of names) add(listing, name.replace(/^\.\/+/, '/'), reader.line());
  }
  return listing;
}

function foldersIn(listing: Listing): readonly string[] {
  return [...listing].flatMap(([folder, files]) =>
    files.flatMap(({ name, type }) => (type === 'folder' ? [joinPath(folder, name)] : [])),
  );
}

function add(listing: Map<string, FileFact[]>, path: string, line: string): void {
  const { folder, name } = splitPath(path);
  const file = factOfLine(name, line);
  const known = listing.get(folder);
  if (known === undefined) listing.set(folder, [file]);
  else known.push(file);
}
