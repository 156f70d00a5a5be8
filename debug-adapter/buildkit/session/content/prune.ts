import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { objectOf, readIndex } from './index-file.js';

/** A manifest that is larger is none that an engine writes. */
const longestManifest = 4 * 1024 * 1024;
const digestPattern = /^(sha256|sha384|sha512):([0-9a-f]{64,128})$/;

/**
 * Removes the blobs of an OCI layout that nothing in its index leads to. Rejects, with nothing removed, where it cannot be
 * told what the index leads to: a manifest that cannot be read, or something without a type.
 */
export async function removeUnreferenced(folder: string): Promise<void> {
  const referenced = new Set<string>();
  for (const entry of await readIndex(folder)) await follow(folder, entry, referenced);
  for (const { name: algorithm } of (await readdir(join(folder, 'blobs'), { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  )) {
    for (const hex of await readdir(join(folder, 'blobs', algorithm))) {
      const digest = `${algorithm}:${hex}`;
      // What is no blob is somebody else's.
      if (digestPattern.test(digest) && !referenced.has(digest)) await rm(join(folder, 'blobs', algorithm, hex));
    }
  }
}

async function follow(
  folder: string,
  { digest, mediaType }: Readonly<Record<string, unknown>>,
  referenced: Set<string>,
): Promise<void> {
  const [known, algorithm = '', hex = ''] = typeof digest === 'string' ? (digestPattern.exec(digest) ?? []) : [];
  if (known === undefined || typeof mediaType !== 'string')
    throw new Error('it leads to something without digest or type.');
  if (referenced.has(known)) return;
  referenced.add(known);
  if (!/(?:manifest|index)[\w.]*\+json$/.test(mediaType)) return;
  const path = join(folder, 'blobs', algorithm, hex);
  if ((await stat(path)).size > longestManifest) throw new Error(`its manifest ${known} is too large to be one.`);
  const { manifests, layers, config } = objectOf(JSON.parse(await readFile(path, 'utf8')));
  const children = [manifests, layers, config === undefined ? [] : [config]];
  for (const child of children.flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : [])))
    await follow(folder, objectOf(child), referenced);
}
