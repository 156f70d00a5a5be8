/** Notices what becomes of the files that an engine was told of. */
import { type FSWatcher, lstatSync, watch } from 'node:fs';
import type { LocalSource, Saved } from '../../api.js';
import { type BytePath, joinBytes, systemPath, textOf } from './byte-path.js';
import type { Filter, FolderFilter } from './filter.js';
import { requestFilter } from './listing.js';
import type { SyncRequest } from './request.js';
import { Tree } from './tree.js';

/** A part of a folder, as it was listed. */
export interface Listed {
  readonly source: LocalSource;
  readonly request: SyncRequest;
  /** Those that were listed, the root first. */
  readonly folders: readonly BytePath[];
  /** When it began to be listed, in milliseconds. */
  readonly at: number;
  changed(signal: AbortSignal): Promise<boolean>;
}

/** Editors write in several steps, and several files: so long after the first one they are looked at, in milliseconds. */
const SETTLED = 250;
/** A system watches so many folders only; of a larger context those are watched that lie highest. */
const MOST = 1000;
/** These systems watch a whole tree at once. */
const wholeTrees = process.platform === 'darwin' || process.platform === 'win32';

/** Does nothing where the folders cannot be watched: edits are taken all the same, only nobody is told. */
export function watchListing(listed: Listed, saved: (files: Saved) => void): Disposable {
  const watching = new ListingWatch(listed, saved);
  watching.begin();
  return watching;
}

class ListingWatch implements Disposable {
  private readonly watchers: FSWatcher[] = [];
  private readonly touched = new Set<BytePath>();
  private readonly over = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly listed: Listed,
    private readonly saved: (files: Saved) => void,
  ) {}

  begin(): void {
    const depth = (folder: BytePath): number => (folder === '' ? 0 : folder.split('/').length);
    const nearest = wholeTrees ? [''] : [...this.listed.folders].sort((a, b) => depth(a) - depth(b)).slice(0, MOST);
    try {
      const { root } = Tree.open(this.listed.source);
      for (const folder of nearest) this.watch(root, folder);
    } catch {
      // It is gone, or there are no more watches.
    }
  }

  [Symbol.dispose](): void {
    this.over.abort();
    clearTimeout(this.timer);
    for (const watcher of this.watchers.splice(0)) watcher.close();
  }

  private watch(root: string, folder: BytePath): void {
    const options = { persistent: false, recursive: wholeTrees, encoding: 'latin1' } as const;
    const watcher = watch(systemPath(root, folder), options, (_event, name) => {
      if (name === null) return;
      this.touched.add(joinBytes(folder, process.platform === 'win32' ? name.replaceAll('\\', '/') : name));
      this.timer ??= setTimeout(() => void this.look(root).catch(() => undefined), SETTLED).unref();
    });
    watcher.on('error', () => watcher.close());
    this.watchers.push(watcher);
  }

  private async look(root: string): Promise<void> {
    this.timer = undefined;
    const touched = [...this.touched].sort();
    this.touched.clear();
    const filter = await requestFilter(Tree.open(this.listed.source), this.listed.request);
    const [there, gone]: [string[], string[]] = [[], []];
    for (const path of touched) {
      const found = lstatSync(systemPath(root, path), { throwIfNoEntry: false });
      if (!isWanted(filter, path, found?.isDirectory() === true)) continue;
      if (found === undefined) gone.push(textOf(path));
      // Its own time tells when it became what it is, also of one that was renamed to here. That of a folder tells nothing.
      else if (found.ctimeMs >= this.listed.at && !found.isDirectory()) there.push(textOf(path));
    }
    if (there.length > 0) return this.saved({ paths: there, gone: false });
    // What editors write beside a file goes too, and the engine was never told of that.
    if (gone.length === 0 || !(await this.listed.changed(this.over.signal))) return;
    if (!this.over.signal.aborted) this.saved({ paths: gone, gone: true });
  }
}

/** Whether the engine is told of an entry. */
function isWanted(filter: Filter, path: BytePath, isFolder: boolean): boolean {
  const names = path.split('/');
  const last = names.pop() ?? '';
  let [folder, state]: [BytePath, FolderFilter | undefined] = ['', undefined];
  for (const name of names) {
    folder = joinBytes(folder, name);
    const checked = filter.check(folder, true, state);
    if (!checked.enter) return false;
    state = checked.state;
  }
  return filter.check(joinBytes(folder, last), isFolder, state).wanted;
}
