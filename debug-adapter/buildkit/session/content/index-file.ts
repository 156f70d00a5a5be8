import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blobPath } from './blob-path.js';
import { withLock } from './folder-lock.js';
import { systemCode } from '../../system-code.js';

/** Refers to a blob; more fields than these are kept as they are. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What a manifest is called in an index: by a tag alone, or as an image with its repository. */
export type ImageName = { readonly tag: string } | { readonly name: string };

type Json = Readonly<Record<string, unknown>>;

const indexType = 'application/vnd.oci.image.index.v1+json';
const tagKey = 'org.opencontainers.image.ref.name';
const nameKey = 'io.containerd.image.name';

/** What a tag or an image's name of an OCI layout stands for. Undefined without it; rejects without an index. */
export async function readTag(folder: string, tag: string): Promise<Descriptor | undefined> {
  const manifests = await readManifests(folder);
  const named = (key: string): Descriptor | undefined =>
    manifests.find(({ annotations }) => annotations?.[key] === tag);
  return named(nameKey) ?? named(tagKey);
}

/** The manifest of an OCI layout that has just one. */
export async function readSingle(folder: string): Promise<Descriptor | undefined> {
  const manifests = await readManifests(folder);
  return manifests.length === 1 ? manifests[0] : undefined;
}

/** Gives a manifest its names in the index of an OCI layout; what had one of them before loses it. */
export async function writeNames(folder: string, names: readonly ImageName[], descriptor: Descriptor): Promise<void> {
  await withIndex(folder, () => rewrite(folder, names, descriptor));
}

/** Does something while no other build writes the index. */
export async function withIndex(folder: string, work: () => Promise<void>): Promise<void> {
  await withLock(join(folder, 'index.json.lock'), work);
}

async function rewrite(folder: string, names: readonly ImageName[], descriptor: Descriptor): Promise<void> {
  const before = await readJson(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return {};
    throw error;
  });
  let manifests = entriesOf(before);
  for (const name of names) {
    const annotations: Json = annotationsOf(name);
    const others = manifests.filter((entry) => {
      const old = objectOf(entry['annotations']);
      return old[tagKey] !== annotations[tagKey] || old[nameKey] !== annotations[nameKey];
    });
    manifests = [...others, { ...descriptor, annotations: { ...descriptor.annotations, ...annotations } }];
  }
  const index = { ...before, schemaVersion: 2, mediaType: indexType, manifests };
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  // Whoever reads it meanwhile finds the old or the new one, whole.
  const temporary = join(folder, `.index-${randomUUID()}.json`);
  try {
    await writeFile(temporary, JSON.stringify(index));
    await rename(temporary, join(folder, 'index.json'));
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Whether an OCI layout has a blob; false for what is no digest. */
export async function hasBlob(folder: string, digest: string): Promise<boolean> {
  const path = blobPath(digest);
  if (path === undefined) return false;
  return await stat(join(folder, path)).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** A descriptor from its JSON; undefined when it is none. */
export function parseDescriptor(json: string): Descriptor | undefined {
  try {
    return readDescriptor(objectOf(JSON.parse(json)))[0];
  } catch {
    // An exporter that says nothing has made nothing that could be named.
    return undefined;
  }
}

/** An image's name is kept whole, and its tag beside it. */
function annotationsOf(name: ImageName): Readonly<Record<string, string>> {
  if ('tag' in name) return { [tagKey]: name.tag };
  const tag = /:([^/:@]+)(?:@.*)?$/.exec(name.name)?.[1];
  return { [nameKey]: name.name, [tagKey]: tag ?? name.name };
}

async function readManifests(folder: string): Promise<readonly Descriptor[]> {
  try {
    return (await readIndex(folder)).flatMap(readDescriptor);
  } catch (error) {
    throw systemCode(error) === 'ENOENT' ? new Error('there is no index.json.', { cause: error }) : error;
  }
}

/** Entries of the index; rejects with ENOENT when there is none. */
export async function readIndex(folder: string): Promise<readonly Json[]> {
  return entriesOf(await readJson(folder));
}

function entriesOf({ manifests }: Json): readonly Json[] {
  return Array.isArray(manifests) ? manifests.map(objectOf) : [];
}

/** An empty file is an index without anything, as the engine's own client takes it. */
async function readJson(folder: string): Promise<Json> {
  const text = await readFile(join(folder, 'index.json'), 'utf8');
  try {
    return text.trim() === '' ? {} : objectOf(JSON.parse(text));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`its index.json is no JSON (${why}).`, { cause: error });
  }
}

function readDescriptor(entry: Json): Descriptor[] {
  const { mediaType, digest, size } = entry;
  if (typeof mediaType !== 'string' || typeof size !== 'number') return [];
  if (typeof digest !== 'string' || blobPath(digest) === undefined) return [];
  const texts = Object.entries(objectOf(entry['annotations'])).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  return [{ ...entry, mediaType, digest, size, annotations: Object.fromEntries(texts) }];
}

/** Members of a JSON object; those of anything else are none. */
export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
