/** Tells, once at each stop, that files were saved which the engine was given already. */
import { join } from 'node:path';
import type { Listing, Saved } from '../../buildkit/api.js';
import { sameFile } from '../common/paths.js';
import type { Taken } from './edits.js';

export interface ContextWatch extends Disposable {
  /** The build stands, maybe somewhere else than before. */
  stop(): void;
}

interface Wishes {
  /** The Dockerfile, of which somebody else tells. */
  readonly own: string | undefined;
  /** Whether a thread stands now. */
  readonly stands: () => boolean;
  readonly tell: (files: Saved) => void;
}

/** @param taken grows as the engine asks for more */
export function watchContext(
  { listings, linked }: Pick<Taken, 'listings' | 'linked'>,
  { own, stands, tell }: Wishes,
): ContextWatch {
  const watched = new Map<Listing, Disposable>();
  /** By path; true for those that were told. */
  const files = new Map<string, { readonly gone: boolean; told: boolean }>();
  let isTold = true;
  const tellNew = (): void => {
    const fresh = [...files].filter(([, { told }]) => !told);
    const there = fresh.filter(([, { gone }]) => !gone);
    const chosen = there.length > 0 ? there : fresh;
    if (isTold || chosen.length === 0 || !stands()) return;
    isTold = true;
    for (const [, file] of fresh) file.told = true;
    tell({ paths: chosen.map(([path]) => path), gone: there.length === 0 });
  };
  const take = (root: string, { paths, gone }: Saved): void => {
    const others = paths.filter((path) => !files.has(path) && (own === undefined || !sameFile(join(root, path), own)));
    for (const path of others) files.set(path, { gone, told: false });
    tellNew();
  };
  return {
    stop: () => {
      isTold = false;
      // That is the Dockerfile and its ignore file.
      const asked = listings.filter(({ name }) => name !== 'dockerfile');
      for (const listing of [...asked, ...linked]) {
        if (watched.has(listing)) continue;
        watched.set(
          listing,
          listing.watch((saved) => take(listing.root, saved)),
        );
      }
      tellNew();
    },
    [Symbol.dispose]: () => {
      for (const each of watched.values()) each[Symbol.dispose]();
    },
  };
}
