import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { objectOf, readIndex } from './index-file.js';

/** Manifests and indexes are small; what is larger is a layer, whatever it is called. */
const longestManifest = 4 * 1024 * 1024;

/**
 * Removes the blobs of an OCI layout that nothing in its index leads to. Rejects, with nothing removed, when a manifest
 * that the index leads to cannot be read: what it leads to is not known then.
 */
export async function removeUnreferenced(folder: string): Promise<void> {
  const referenced = new Set<string>();
  for (const entry of await readIndex(folder)) await follow(folder, entry, referenced);
  for (const algorithm of await readdir(join(folder, 'blobs'))) {
    for (const hex of await readdir(join(folder, 'blobs', algorithm)))
      if (!referenced.has(`${algorithm}:${hex}`)) await rm(join(folder, 'blobs', algorithm, hex), { force: true });
  }
}

async function follow(
  folder: string,
  descriptor: Readonly<Record<string, unknown>>,
  referenced: Set<string>,
): Promise<void> {
  const { digest, mediaType } = descriptor;
  if (typeof digest !== 'string' || referenced.has(digest)) return;
  referenced.add(digest);
  if (typeof mediaType !== 'string' || !/(?:manifest|index)[\w.]*\+json$/.test(mediaType)) return;
  const path = join(folder, 'blobs', ...digest.split(':', 2));
  if ((await stat(path)).size > longestManifest) return;
  const { manifests, layers, config } = objectOf(JSON.parse(await readFile(path, 'utf8')));
  for (const child of [manifests, layers, [config]].flatMap((list): readonly unknown[] =>
    Array.isArray(list) ? list : [],
  ))
    await follow(folder, objectOf(child), referenced);
}
