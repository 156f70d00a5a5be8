/** A folder in pages, by name. */
import type { FileFact, StateFiles } from '../api.js';
import { sooner } from '../sooner.js';

export interface Page {
  readonly files: readonly FileFact[];
  /** All that the folder holds. */
  readonly total: number;
}

/** One listing: no file is on two pages, and none is on no page. */
export interface Pages {
  /** @param count undefined: all the rest */
  page(start: number, count: number | undefined, signal: AbortSignal): Promise<Page>;
}

/** Lists the folder at once; the signal ends that. The page that is asked for first may come before the listing. */
export function pagesOf(files: StateFiles, folder: string, signal: AbortSignal): Pages {
  const whole = files.list(folder, signal).then((all) => [...all].sort((a, b) => inOrder(a.name, b.name)));
  whole.catch(() => undefined);
  let isListed = false;
  whole.then(
    () => (isListed = true),
    () => (isListed = true),
  );
  return {
    page(start, count, stop) {
      const end = count === undefined ? undefined : start + count;
      const usual = whole.then((all) => ({ files: all.slice(start, end), total: all.length }));
      const { choose } = files;
      if (isListed || choose === undefined || end === undefined) return usual;
      const quick = async (own: AbortSignal): Promise<Page | undefined> => {
        let total = 0;
        const choice = (names: readonly string[]): readonly string[] => {
          total = names.length;
          return [...names].sort(inOrder).slice(start, end);
        };
        const found = await choose(folder, choice, own);
        return found && { files: found, total };
      };
      return sooner(usual, quick, stop);
    },
  };
}

function inOrder(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
