import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Refers to a blob; more fields than these are kept as they are. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

type Json = Readonly<Record<string, unknown>>;

const indexType = 'application/vnd.oci.image.index.v1+json';
const tagKey = 'org.opencontainers.image.ref.name';
const nameKey = 'io.containerd.image.name';

/** What a tag of an OCI layout stands for: `attrs.digest` of a local cache import. Undefined without that tag. */
export async function readTag(folder: string, tag: string): Promise<Descriptor | undefined> {
  const manifests = (await readIndex(folder)).flatMap(readDescriptor);
  const named = (key: string): Descriptor | undefined =>
    manifests.find(({ annotations }) => annotations?.[key] === tag);
  return named(nameKey) ?? named(tagKey);
}

/** Puts a tag into the index of an OCI layout, e.g. `cache.manifest` of the exporter's answer after a cache export. */
export async function writeTag(folder: string, tag: string, descriptor: Descriptor): Promise<void> {
  const others = (await readIndex(folder)).filter((entry) => {
    const annotations = objectOf(entry['annotations']);
    return annotations[tagKey] !== tag || annotations[nameKey] !== undefined;
  });
  const entry = { ...descriptor, annotations: { ...descriptor.annotations, [tagKey]: tag } };
  const index = { schemaVersion: 2, mediaType: indexType, manifests: [...others, entry] };
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  // Whoever reads it meanwhile finds the old or the new one, whole.
  const temporary = join(folder, `.index-${process.pid}.json`);
  await writeFile(temporary, JSON.stringify(index));
  await rename(temporary, join(folder, 'index.json'));
}

async function readIndex(folder: string): Promise<readonly Json[]> {
  try {
    const manifests = objectOf(JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')))['manifests'];
    return Array.isArray(manifests) ? manifests.map(objectOf) : [];
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function readDescriptor(entry: Json): Descriptor[] {
  const { mediaType, digest, size } = entry;
  if (typeof mediaType !== 'string' || typeof digest !== 'string' || typeof size !== 'number') return [];
  const texts = Object.entries(objectOf(entry['annotations'])).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  return [{ ...entry, mediaType, digest, size, annotations: Object.fromEntries(texts) }];
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
