import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

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
export async function readOnly(folder: string): Promise<Descriptor | undefined> {
  const manifests = await readManifests(folder);
  return manifests.length === 1 ? manifests[0] : undefined;
}

/** Gives a manifest its names in the index of an OCI layout; what had one of them before loses it. */
export async function writeNames(folder: string, names: readonly ImageName[], descriptor: Descriptor): Promise<void> {
  await alone(join(folder, 'index.json.lock'), () => rewrite(folder, names, descriptor));
}

async function rewrite(folder: string, names: readonly ImageName[], descriptor: Descriptor): Promise<void> {
  let manifests = await readIndex(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  for (const name of names) {
    const annotations: Json = annotationsOf(name);
    const others = manifests.filter((entry) => {
      const old = objectOf(entry['annotations']);
      return old[tagKey] !== annotations[tagKey] || old[nameKey] !== annotations[nameKey];
    });
    manifests = [...others, { ...descriptor, annotations: { ...descriptor.annotations, ...annotations } }];
  }
  const index = { schemaVersion: 2, mediaType: indexType, manifests };
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
    throw isMissing(error) ? new Error('there is no index.json.', { cause: error }) : error;
  }
}

/** Entries of the index; rejects with ENOENT when there is none. */
export async function readIndex(folder: string): Promise<readonly Json[]> {
  const text = await readFile(join(folder, 'index.json'), 'utf8');
  try {
    const manifests = objectOf(JSON.parse(text))['manifests'];
    return Array.isArray(manifests) ? manifests.map(objectOf) : [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`its index.json is no JSON (${why}).`, { cause: error });
  }
}

/** Milliseconds after which a lock was left behind by a process that is gone: it is held for a few only. */
const leftBehind = 5000;

/** Builds that end at one time would lose each other's names. Other programs lock by the system's ways, and are not kept out. */
async function alone(lock: string, work: () => Promise<void>): Promise<void> {
  const end = Date.now() + leftBehind;
  for (;;) {
    try {
      await (await open(lock, 'wx')).close();
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      if (Date.now() > end) await rm(lock, { force: true });
      await setTimeout(10 + Math.random() * 20);
    }
  }
  try {
    await work();
  } finally {
    await rm(lock, { force: true });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function readDescriptor(entry: Json): Descriptor[] {
  const { mediaType, digest, size } = entry;
  if (typeof mediaType !== 'string' || typeof digest !== 'string' || typeof size !== 'number') return [];
  const texts = Object.entries(objectOf(entry['annotations'])).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  return [{ ...entry, mediaType, digest, size, annotations: Object.fromEntries(texts) }];
}

/** Members of a JSON object; those of anything else are none. */
export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
