/** Everything below a folder, level by level, some folders at a time. */
import type { FileFact, StateFiles } from '../api.js';
import { joinPath } from './files.js';

/** So many folders are asked for at once: more only wait in the engine. */
const AT_ONCE = 16;

export interface PlacedFile {
  /** Absolute. */
  readonly path: string;
  readonly file: FileFact;
}

/** Answers in the order of the items. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const answers = new Array<R>(items.length);
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) answers[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return answers;
}

/**
 * What is in a folder and below it, folders before what is in them; one batch for each level of depth.
 *
 * @param enter whether to look into a folder; default: always
 */
export async function* walkFiles(
  files: StateFiles,
  root: string,
  signal: AbortSignal,
  enter: (path: string) => boolean = () => true,
): AsyncGenerator<readonly PlacedFile[], void, undefined> {
  let level = [root];
  while (level.length > 0) {
    const lists = await inParallel(level, async (folder) =>
      (await files.list(folder, signal)).map((file) => ({ path: joinPath(folder, file.name), file })),
    );
    signal.throwIfAborted();
    const found = lists.flat();
    yield found;
    level = found.filter(({ path, file }) => file.type === 'folder' && enter(path)).map(({ path }) => path);
  }
}

const OF_KERNEL = new Set(['/proc', '/sys', '/dev']);

/** Whether a folder belongs to the image and not to the kernel. */
export function isOfImage(folder: string): boolean {
  return !OF_KERNEL.has(folder);
}
