/** Notices that a file was saved with another text, whichever way an editor saves: in place, or beside and renamed. */
import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** Editors write in several steps: so long after the last one the file is looked at, in milliseconds. */
const QUIET = 150;

/** Calls back once, when the file holds another text than `text`. Does nothing where the folder cannot be watched. */
export function onSaved(path: string, text: string, saved: () => void): Disposable {
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  const close = (): void => {
    clearTimeout(timer);
    watcher?.close();
    watcher = undefined;
  };
  const look = async (): Promise<void> => {
    const now = await readFile(path, 'utf8').catch(() => text);
    if (now === text || watcher === undefined) return;
    close();
    saved();
  };
  try {
    watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name !== null && name !== basename(path)) return;
      clearTimeout(timer);
      timer = setTimeout(() => void look(), QUIET).unref();
    });
    watcher.on('error', close);
  } catch {
    // Too many watches, or a folder that is gone: edits are taken all the same, only nobody is told.
    close();
  }
  return { [Symbol.dispose]: close };
}
