/** Where the Dockerfile and the context come from, also when one of them comes through standard input. */
import { createReadStream } from 'node:fs';
import { mkdtemp, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, sep } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { words } from './command-line.js';
import { locateDockerfile } from './locate.js';
import type { OwnNames } from './own-names.js';

/** What the adapter is told, and where the Dockerfile is. */
export interface Input extends AsyncDisposable {
  readonly args: readonly string[];
  /** Absolute; for a URL only a name; '' where it is not known yet. */
  readonly dockerfile: string;
  /** Of what came through standard input. */
  readonly names: OwnNames;
  /** Standard input was read to its end. */
  readonly fromStdin: boolean;
}

/** The command line cannot be carried out. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** Where a Compose or Bake file says what is built, the adapter finds the Dockerfile. */
export function noInput(args: readonly string[]): Input {
  return { args, dockerfile: '', names: [], fromStdin: false, [Symbol.asyncDispose]: () => Promise.resolve() };
}

/** Resolves `-`: what comes through standard input is put into a private folder that goes with the result. */
export async function readInput(args: readonly string[], stdin: () => Readable, cwd: string): Promise<Input> {
  const given = words(args);
  const context = given.find(({ flag }) => flag === undefined)?.value ?? '';
  const file = given.findLast(({ flag }) => flag === '-f' || flag === '--file')?.value;
  if (context !== '-' && file !== '-') {
    return { ...noInput(args), dockerfile: locateDockerfile({ context, file, cwd }) };
  }
  if (context === file) throw new InputError('Standard input can be the Dockerfile or the context, not both.');
  const folder = await mkdtemp(join(tmpdir(), 'dockerfile-debug-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const rest = given.filter(({ flag }) => flag !== undefined && flag !== '-f' && flag !== '--file');
    const flags = rest.flatMap(({ raw }) => raw);
    const place = file === '-' ? await spool(stdin(), folder, context) : await unpack(stdin(), folder, file);
    const all = [...flags, '-f', place.dockerfile, place.context];
    const names = namesOf(folder, place);
    return { args: all, dockerfile: place.dockerfile, names, fromStdin: true, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

interface Place {
  readonly dockerfile: string;
  readonly context: string;
}

/** Nobody knows the private folder: its files are named as they came. A folder that is to be given is another one. */
function namesOf(folder: string, { dockerfile, context }: Place): OwnNames {
  const own = context.startsWith(folder);
  const unpacked: OwnNames = own
    ? [
        [`${context}${sep}`, ''],
        [context, 'from standard input'],
      ]
    : [];
  return [...unpacked, [dockerfile, basename(dockerfile)], [folder, 'FOLDER']];
}

/** The Dockerfile alone came through standard input. */
async function spool(stdin: Readable, folder: string, context: string): Promise<Place> {
  const dockerfile = join(folder, 'Dockerfile');
  await writeFile(dockerfile, await buffer(stdin), { mode: 0o600 });
  return { dockerfile, context };
}

/** A tar came through standard input, or a Dockerfile that needs no context: decided as docker does. */
async function unpack(stdin: Readable, folder: string, file: string | undefined): Promise<Place> {
  const archive = join(folder, 'stdin');
  await writeFile(archive, stdin, { mode: 0o600 });
  const head = await firstBytes(archive, 512);
  const context = join(folder, 'context');
  await mkdir(context);
  if (kindOf(head) === undefined) {
    const dockerfile = join(folder, 'Dockerfile');
    await writeFile(dockerfile, createReadStream(archive), { mode: 0o600 });
    return { dockerfile, context };
  }
  await extract(archive, head, context);
  return { dockerfile: join(context, file ?? 'Dockerfile'), context };
}

async function extract(archive: string, head: Buffer, folder: string): Promise<void> {
  const { unpackTar } = await import('modern-tar/fs');
  const bytes = createReadStream(archive);
  switch (kindOf(head)) {
    case 'gzip':
      return await pipeline(bytes, createGunzip(), unpackTar(folder));
    case 'bzip2':
    case 'xz':
      throw new InputError(
        'A tar context through standard input may be plain or gzip: unpack it with xz or bzip2 first.',
      );
    case 'tar':
    case undefined:
      return await pipeline(bytes, unpackTar(folder));
  }
}

/** What docker takes for an archive; undefined: a Dockerfile. */
function kindOf(head: Buffer): 'tar' | 'gzip' | 'bzip2' | 'xz' | undefined {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, index) => head[index] === byte);
  if (starts(0x1f, 0x8b, 0x08)) return 'gzip';
  if (starts(0x42, 0x5a, 0x68)) return 'bzip2';
  if (starts(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)) return 'xz';
  return isTarHeader(head) ? 'tar' : undefined;
}

/** The checksum of a tar header is the sum of its bytes with eight spaces in the checksum's own place. */
function isTarHeader(head: Buffer): boolean {
  if (head.length < 512) return false;
  const written = Number.parseInt(head.toString('latin1', 148, 156).replaceAll('\0', ' ').trim(), 8);
  const sum = head.subarray(0, 512).reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0);
  return written === sum;
}

async function firstBytes(path: string, count: number): Promise<Buffer> {
  await using file = await open(path);
  const { buffer: bytes, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
  return bytes.subarray(0, bytesRead);
}
