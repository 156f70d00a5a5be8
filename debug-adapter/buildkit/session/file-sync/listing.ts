import { createHash, type Hash } from 'node:crypto';
import type { LocalSource } from '../../api.js';
import type { BytePath } from './byte-path.js';
import { createFilter, type Filter } from './filter.js';
import { followLinks, withoutCovered } from './follow-links.js';
import type { SyncRequest } from './request.js';
import { type Found, Tree } from './tree.js';
import { walk } from './walk.js';

/** What a list of entries amounts to: equal for equal names, kinds, modes, sizes, times and links. */
export class ListingDigest {
  readonly #hash: Hash = createHash('sha256');

  /** Times of folders do not count: they change with every file that comes and goes beside those that are listed. */
  add({ stat, isFolder }: Found): void {
    const { path, mode, size, modTime, link } = stat;
    this.#hash.update(`${path}\0${mode} ${size} ${isFolder ? '' : modTime} ${link}\0`, 'latin1');
  }

  end(): string {
    return this.#hash.digest('hex');
  }
}

/** Which entries of a folder a request is about. */
export async function requestFilter(tree: Tree, { follow, includes, excludes }: SyncRequest): Promise<Filter> {
  const targets = follow.length === 0 ? undefined : await followLinks(tree, follow);
  const wanted: readonly BytePath[] =
    targets === undefined ? includes : (withoutCovered([...includes, ...targets]) ?? []);
  return createFilter(wanted, excludes);
}

/** The digest of what a request would be answered with now. */
export async function listNow(source: LocalSource, request: SyncRequest, signal: AbortSignal): Promise<string> {
  const tree = Tree.open(source);
  const digest = new ListingDigest();
  for await (const batch of walk(tree, await requestFilter(tree, request), signal)) {
    for (const found of batch) digest.add(found);
  }
  return digest.end();
}
