/**
 * Lists whole file systems at once: a container of the toolbox in which they are mounted, for the engine mounts a file
 * system anew for each folder that it is asked for.
 */
import type { Container, ProcessRequest } from '../../buildkit/api.js';
import { Meta, Mount, NetMode, SecurityMode } from '../../buildkit/gen/ops.js';
import type { FileFact } from '../api.js';
import { joinPath, splitPath } from '../files.js';
import { readBatches } from '../listing-batches.js';
import type { Workshop } from '../opening.js';
import { finishProcess } from '../processes.js';
import { factOfMode } from '../system-mode.js';

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
  { gateway, toolbox }: Workshop,
  resultIds: readonly string[],
  signal: AbortSignal,
): Promise<Inspector> {
  const root = { ...(await toolbox.mount(signal)), dest: '/' };
  const mounts = resultIds.map((resultID, index) =>
    Mount.fromPartial({ dest: folderOf(index), resultID, readonly: true, input: -1n, output: -1n }),
  );
  const container = await gateway.newContainer({ mounts: [root, ...mounts], network: NetMode.NONE }, { signal });
  // The first process has to outlive all others.
  const keeper = await container.exec(requestOf(['sh', '-c', 'read -r _']));
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

function requestOf(args: string[]): ProcessRequest {
  const env = ['PATH=/bin:/usr/bin:/sbin:/usr/sbin:/busybox', 'TZ=UTC'];
  const meta = Meta.fromPartial({ args, cwd: '/', user: '0:0', env });
  return { meta, tty: false, stdin: true, security: SecurityMode.SANDBOX, secretEnv: [] };
}

function folderOf(source: number): string {
  return `/dbg${source}`;
}

/** Batches: how many; names that end with 0; a line for each with mode, size, owner and time. */
const TELL = `echo $#; printf '%s\\000' "$@"; stat -c '%f %s %u %g %y' -- "$@"`;
const EACH = `xargs -0 -r -n 4000 sh -c '${TELL.replaceAll("'", `'\\''`)}' sh`;

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
  const script = `cd ${folderOf(source)} && ${find} | ${EACH}`;
  const process = await container.exec(requestOf(['sh', '-c', script]), { signal });
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
  const [mode = '0', size = '0', uid = '0', gid = '0', date = '', time = ''] = line.split(' ');
  const { folder, name } = splitPath(path);
  const modified = Date.parse(`${date}T${time.slice(0, 12)}Z`);
  const fact = {
    ...factOfMode(Number.parseInt(mode, 16)),
    name,
    size: Number(size),
    uid: Number(uid),
    gid: Number(gid),
  };
  const file = { ...fact, linkTarget: undefined, modified };
  const known = listing.get(folder);
  if (known === undefined) listing.set(folder, [file]);
  else known.push(file);
}
