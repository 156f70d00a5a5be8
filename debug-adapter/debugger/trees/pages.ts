/** A folder in pages, by name. */
import type { FileFact, FirstFiles, StateFiles } from '../api.js';

/** Milliseconds that nobody notices; most folders are listed by then. */
const UNNOTICED = 30;

export type Page = FirstFiles;

/** One listing: no file is on two pages, and none is on no page. */
export interface Pages {
  /** @param count undefined: all the rest */
  page(start: number, count: number | undefined, signal: AbortSignal): Promise<Page>;
}

/**
 * One listing for all pages, which ends with the signal. A first page that takes longer than a moment comes from a look
 * at the names alone where that can be had; the listing is put off meanwhile, for both together take longer than one.
 */
export function pagesOf(files: StateFiles, folder: string, signal: AbortSignal): Pages {
  let begun: Promise<readonly FileFact[]> | undefined;
  const list = async (stop: AbortSignal): Promise<readonly FileFact[]> =>
    [...(await files.list(folder, stop))].sort((a, b) => inOrder(a.name, b.name));
  const listing = (): Promise<readonly FileFact[]> => (begun ??= list(signal));
  const quick = async (start: number, end: number, stop: AbortSignal): Promise<Page | undefined> => {
    const found = await files.first?.(folder, end, stop);
    return found && { ...found, files: found.files.slice(start) };
  };
  /** Lists for a moment; a listing that is not done by then is given up, if it can be. */
  const isShort = async (): Promise<boolean> => {
    const late = new AbortController();
    const own = AbortSignal.any([signal, late.signal]);
    // One that cannot be given up would be in the way of the look at the names.
    if (files.alike !== undefined && !(await isDone(files.alike.list(folder, own), UNNOTICED))) {
      late.abort();
      return false;
    }
    const first = list(own);
    const isFirst = await isDone(first, UNNOTICED);
    if (isFirst || files.stops !== true) begun = first;
    else late.abort();
    return isFirst;
  };
  /** The first page without the others, when they take long. */
  const early = async (start: number, end: number, stop: AbortSignal): Promise<Page | undefined> => {
    if (await isShort()) return undefined;
    const over = new AbortController();
    const look = quick(start, end, AbortSignal.any([stop, over.signal])).catch(() => undefined);
    // A listing that nothing stops may be done before, or tell that there is none.
    const page = await (begun === undefined ? look : Promise.race([look, begun.then(nothing, nothing)]));
    over.abort();
    listing().catch(() => undefined);
    return page;
  };
  return {
    async page(start, count, stop) {
      const end = count === undefined ? undefined : start + count;
      if (begun === undefined && end !== undefined && files.first !== undefined) {
        const page = await early(start, end, stop);
        if (page !== undefined) return page;
      }
      const all = await listing();
      return { files: all.slice(start, end), total: all.length };
    },
  };
}

const nothing = (): undefined => undefined;

/** Whether it settles within that time. */
async function isDone(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const moment = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const done = (): boolean => true;
  const isIt = await Promise.race([work.then(done, done), moment]);
  clearTimeout(timer);
  return isIt;
}

function inOrder(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
