import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../system-code.js';
import { blobPath, incomingName, isIncoming } from './blob-path.js';
import { objectOf, readIndex, withIndex } from './index-file.js';

/** A manifest that is larger is none that an engine writes. */
const longestManifest = 4 * 1024 * 1024;

/** Milliseconds after which a blob that is still incomplete will stay so. */
const abandoned = 24 * 60 * 60 * 1000;

/** Milliseconds within which a build names the blobs that it has written, or has been told are there. */
const unnamed = 60 * 60 * 1000;

/**
 * Removes the blobs of an OCI layout that nothing in its index leads to and that are an hour old: younger ones may be of a
 * build that has not come to their name. Rejects, with nothing removed, where it cannot be told what the index leads to: a
 * manifest that cannot be read, or something without a type.
 */
export async function removeUnreferenced(folder: string): Promise<void> {
  await withIndex(folder, () => prune(folder));
  await removeAbandoned(folder);
}

async function prune(folder: string): Promise<void> {
  const referenced = new Set<string>();
  for (const entry of await readIndex(folder)) await follow(folder, entry, referenced);
  for (const { name: algorithm } of (await readdir(join(folder, 'blobs'), { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  )) {
    for (const hex of await readdir(join(folder, 'blobs', algorithm))) {
      const digest = `${algorithm}:${hex}`;
      // What is no blob is somebody else's.
      if (blobPath(digest) !== undefined && !referenced.has(digest))
        await removeUnclaimed(folder, join(folder, 'blobs', algorithm, hex));
    }
  }
}

async function follow(
  folder: string,
  { digest, mediaType }: Readonly<Record<string, unknown>>,
  referenced: Set<string>,
): Promise<void> {
  const blob = typeof digest === 'string' ? blobPath(digest) : undefined;
  if (typeof digest !== 'string' || blob === undefined || typeof mediaType !== 'string')
    throw new Error('it leads to something without digest or type.');
  if (referenced.has(digest)) return;
  referenced.add(digest);
  if (!/(?:manifest|index)[\w.]*\+json$/.test(mediaType)) return;
  const path = join(folder, blob);
  if ((await stat(path)).size > longestManifest) throw new Error(`its manifest ${digest} is too large to be one.`);
  const { manifests, layers, config } = objectOf(JSON.parse(await readFile(path, 'utf8')));
  const children = [manifests, layers, config === undefined ? [] : [config]];
  for (const child of children.flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : [])))
    await follow(folder, objectOf(child), referenced);
}

/** Of builds that ended before a blob was complete. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (isIncoming(name) && (await isOlder(path, abandoned))) await rm(path, { force: true });
  }
}

/** Whoever claims it meanwhile finds that it is gone, or has made it young: then it goes back. */
async function removeUnclaimed(folder: string, path: string): Promise<void> {
  if (!(await isOlder(path, unnamed))) return;
  const aside = join(folder, incomingName());
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if (await isOlder(aside, unnamed)) await rm(aside, { force: true });
  else await rename(aside, path);
}

/** False for what another build has put into its place, or removed, meanwhile. */
async function isOlder(path: string, age: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > age;
}
