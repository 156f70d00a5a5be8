/** Notices that a file was saved, whichever way an editor saves: in place, or beside and renamed. */
import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** Editors write in several steps: so long after the last one the file is looked at, in milliseconds. */
const QUIET = 150;

/**
 * Calls back when the file begins to hold another text than `text`, and when it holds that again. Does nothing where the
 * folder cannot be watched.
 */
export function onSaved(path: string, text: string, saved: (edited: boolean) => void): Disposable {
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  let edited = false;
  const close = (): void => {
    clearTimeout(timer);
    watcher?.close();
    watcher = undefined;
  };
  const look = async (): Promise<void> => {
    // What cannot be read is on its way to another place, or back.
    const now = await readFile(path, 'utf8').catch(() => undefined);
    if (now === undefined || (now !== text) === edited || watcher === undefined) return;
    edited = now !== text;
    saved(edited);
  };
  try {
    watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name !== null && name !== basename(path)) return;
      clearTimeout(timer);
      timer = setTimeout(() => void look(), QUIET).unref();
    });
    watcher.on('error', close);
    // It may have been saved while the engine was asked.
    timer = setTimeout(() => void look(), QUIET).unref();
  } catch {
    // Too many watches, or a folder that is gone: edits are taken all the same, only nobody is told.
    close();
  }
  return { [Symbol.dispose]: close };
}
