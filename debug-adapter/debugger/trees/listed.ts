/** Listings taken all at once, where there is a toolbox to take them with. */
import type { StateFiles } from '../api.js';
import { UserError } from '../errors.js';
import type { Workshop } from '../containers/opening.js';
import { openInspector, type Listing } from './inspector.js';

export interface ListRequest {
  readonly workshop: Workshop;
  /**
   * Result ids of what to compare; '' is empty, undefined cannot be mounted. A third one holds what was written in
   * between: then of the others only its folders are listed.
   */
  readonly ids: readonly (string | undefined)[];
}

/** In the order of the ids; undefined for those that have to be asked folder by folder. */
export async function listAtOnce(
  { workshop, ids }: ListRequest,
  signal: AbortSignal,
): Promise<readonly (Listing | undefined)[]> {
  const mounted = ids.map((id) => (id === undefined || id === '' ? undefined : id));
  const sources = mounted.flatMap((id) => id ?? []);
  if (sources.length === 0) return ids.map(emptyOr);
  try {
    await using inspector = await openInspector(workshop, sources, signal);
    const at = (index: number): number => mounted.slice(0, index).filter((id) => id !== undefined).length;
    const [, , third] = mounted;
    const written = third === undefined ? undefined : await inspector.list(at(2), undefined, signal);
    const folders = ids.length > 2 ? new Set(['/', ...(written ?? emptyListing).keys()]) : undefined;
    const listOne = async (id: string | undefined, index: number): Promise<Listing | undefined> => {
      if (id === undefined) return emptyOr(ids[index]);
      return index === 2 ? written : inspector.list(at(index), folders, signal);
    };
    return await Promise.all(mounted.map(listOne));
  } catch (error) {
    if (error instanceof UserError && error.code === 'toolbox-missing') return ids.map(() => undefined);
    throw error;
  }
}

const emptyListing: Listing = new Map([['/', []]]);

function emptyOr(id: string | undefined): Listing | undefined {
  return id === '' ? emptyListing : undefined;
}

/** Folders that are not in the listing are asked for. */
export function listedFiles(listing: Listing, files: StateFiles): StateFiles {
  return { ...files, list: async (path, signal) => listing.get(path) ?? files.list(path, signal) };
}
