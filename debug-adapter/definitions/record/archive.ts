/** A build record as `docker buildx history export` and CI write it: an OCI layout in a tar, with gzip or without. */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DefinitionError } from '../definition.js';
import { listOf, recordOf, textOf } from '../compose/fields.js';

/** What belongs to one build. */
export interface Archived {
  /** `BuildHistoryRecord` in JSON. */
  readonly record: Readonly<Record<string, unknown>>;
  /** Bytes of what is kept with it, by media type. */
  readonly parts: ReadonlyMap<string, Uint8Array>;
}

/** Larger files are no records; unpacked, one may be as large. */
const largest = 512 * 1024 * 1024;

/** Reads the builds of a file, or throws words: it is no record, or has been cut. */
export async function readArchive(path: string): Promise<readonly Archived[]> {
  const files = await unpack(path);
  const json = (name: string): Readonly<Record<string, unknown>> | undefined => {
    const bytes = files.get(name);
    return bytes === undefined ? undefined : recordOf(parse(new TextDecoder().decode(bytes)));
  };
  const manifests = listOf(json('index.json')?.['manifests']).map((entry) => json(blobOf(entry)));
  const builds = manifests.flatMap((manifest) => {
    const record = json(blobOf(manifest?.['config']));
    const parts = listOf(manifest?.['layers']).flatMap((layer): [string, Uint8Array][] => {
      const bytes = files.get(blobOf(layer));
      return bytes === undefined ? [] : [[textOf(recordOf(layer)?.['mediaType']) ?? '', bytes]];
    });
    return record?.['Ref'] === undefined ? [] : [{ record, parts: new Map(parts) }];
  });
  if (builds.length === 0) throw unusable(path, 'it has no build in it');
  return builds;
}

async function unpack(path: string): Promise<ReadonlyMap<string, Uint8Array>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DefinitionError('record-unreadable', `The build record cannot be read: ${why}`, '', undefined, {
      cause: error,
    });
  }
  try {
    const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const plain = isZipped ? await promisify(gunzip)(bytes, { maxOutputLength: largest }) : bytes;
    const { unpackTar } = await import('modern-tar');
    const entries = await unpackTar(plain);
    return new Map(entries.flatMap(({ header, data }) => (data === undefined ? [] : [[clean(header.name), data]])));
  } catch (error) {
    throw unusable(path, error instanceof Error ? error.message : String(error), error);
  }
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
