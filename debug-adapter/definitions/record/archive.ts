/**
 * A build record as `docker buildx history export` and CI write it: an OCI layout in a tar, with gzip or without. What
 * GitHub gives for download is that in a zip.
 */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { unzipSync } from 'fflate';
import { DefinitionError } from '../definition.js';
import { listOf, recordOf, textOf } from '../fields.js';

/** What belongs to one build. */
export interface Archived {
  /** `BuildHistoryRecord` in JSON. */
  readonly record: Readonly<Record<string, unknown>>;
  /** Bytes of what is kept with it, by media type. */
  readonly parts: ReadonlyMap<string, Uint8Array>;
}

/** Files of an OCI layout, by their names. */
type Files = ReadonlyMap<string, Uint8Array>;

/** Unpacked, what is larger is no record. */
const largest = 512 * 1024 * 1024;

/** Reads the builds of a file, or throws words: it is no record, or has been cut. */
export async function readArchive(path: string): Promise<readonly Archived[]> {
  const layouts = await unpack(path);
  const builds = layouts.flatMap(buildsOf);
  if (builds.length > 0) return builds;
  if (layouts.some((files) => files.has('index.json'))) throw unusable(path, 'it has no build in it');
  throw unusable(path, 'it has no index.json, so it is something else, or only a part of it is here');
}

function buildsOf(files: Files): readonly Archived[] {
  const json = (name: string): Readonly<Record<string, unknown>> | undefined => {
    const bytes = files.get(name);
    return bytes === undefined ? undefined : recordOf(parse(new TextDecoder().decode(bytes)));
  };
  const manifests = listOf(json('index.json')?.['manifests']).map((entry) => json(blobOf(entry)));
  return manifests.flatMap((manifest) => {
    const record = json(blobOf(manifest?.['config']));
    const parts = listOf(manifest?.['layers']).flatMap((layer): [string, Uint8Array][] => {
      const bytes = files.get(blobOf(layer));
      return bytes === undefined ? [] : [[textOf(recordOf(layer)?.['mediaType']) ?? '', bytes]];
    });
    return record?.['Ref'] === undefined ? [] : [{ record, parts: new Map(parts) }];
  });
}

/** Of a zip each of its files is one. */
async function unpack(path: string): Promise<readonly Files[]> {
  const bytes = await read(path);
  try {
    const { unpackTar } = await import('modern-tar');
    const layouts: Files[] = [];
    for (const archive of isZip(bytes) ? filesOf(bytes) : [bytes]) {
      const entries = await unpackTar(await plain(archive));
      layouts.push(
        new Map(entries.flatMap(({ header, data }) => (data === undefined ? [] : [[clean(header.name), data]]))),
      );
    }
    return layouts;
  } catch (error) {
    if (error instanceof RangeError) throw unusable(path, 'it is too large for one', error);
    throw unusable(path, error instanceof Error ? error.message : String(error), error);
  }
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

function filesOf(zip: Uint8Array): readonly Uint8Array[] {
  const files = unzipSync(zip, {
    filter({ originalSize }) {
      if (originalSize > largest) throw new RangeError('A file of the zip is too large.');
      return originalSize > 0;
    },
  });
  return Object.values(files);
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DefinitionError('record-unreadable', `The build record cannot be read: ${why}`, '', undefined, {
      cause: error,
    });
  }
}

async function plain(bytes: Uint8Array): Promise<Uint8Array> {
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isZipped ? await promisify(gunzip)(bytes, { maxOutputLength: largest }) : bytes;
}

function unusable(path: string, why: string, cause?: unknown): DefinitionError {
  const hint = 'Records are written by "docker buildx history export", and by CI as .dockerbuild files.';
  return new DefinitionError('record-unusable', `${path} is no build record: ${why}.`, hint, undefined, { cause });
}

function clean(name: string): string {
  return name.replace(/^\.\//, '');
}

function blobOf(descriptor: unknown): string {
  return `blobs/${(textOf(recordOf(descriptor)?.['digest']) ?? '').replace(':', '/')}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no manifest and no record.
    return undefined;
  }
}
