/** Notices that something was saved of which a build is made. */
import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { DebuggerEvents } from '../api.js';
import type { Emitter } from '../events.js';
import { loadStopped } from '../load-stopped.js';
import type { ContextWatch } from './saved-context.js';
import type { Sources } from './sources.js';

/** Editors write in several steps: so long after the last one the file is looked at, in milliseconds. */
const QUIET = 150;
/** Nobody edits at a stop that is shorter, in milliseconds. */
const STAYS = 200;

/**
 * Tells of the Dockerfile at once, and of the build context where the build stands.
 *
 * @param stands whether a thread stands now
 */
export function watchSources(
  { settings, dockerfile, taken }: Sources,
  events: Emitter<DebuggerEvents>,
  stands: () => boolean,
): Disposable {
  const { dockerfile: path, dockerfileIsLocal } = settings;
  const saved = dockerfileIsLocal
    ? onSaved(path, dockerfile.text, (edited) => events.emit('saved', { path, edited }))
    : undefined;
  let context: ContextWatch | undefined;
  let closed = false;
  const look = async (): Promise<void> => {
    // Without it nothing is told.
    const parts = await loadStopped().catch(() => undefined);
    if (parts === undefined || closed || !stands()) return;
    const own = dockerfileIsLocal ? path : undefined;
    context ??= parts.watchContext(taken, {
      own,
      stands,
      tell: (files) => events.emit('contextSaved', files),
    });
    context.stop();
  };
  let timer: NodeJS.Timeout | undefined;
  const stopped = events.on('stopped', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), STAYS).unref();
  });
  return {
    [Symbol.dispose]: () => {
      closed = true;
      clearTimeout(timer);
      for (const each of [stopped, saved, context]) each?.[Symbol.dispose]();
    },
  };
}

/**
 * Calls back when the file begins to hold another text than `text`, and when it holds that again, whichever way an editor
 * saves: in place, or beside and renamed. Does nothing where the folder cannot be watched.
 */
function onSaved(path: string, text: string, saved: (edited: boolean) => void): Disposable {
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
