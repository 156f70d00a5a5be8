import * as vscode from 'vscode';
import type { FileEntry } from '../../debug-adapter/contract.js';
import { messageOf, UserError } from '../user-error.js';
import { childPath, filesScheme, type Location } from './location.js';
import type { Followed, Place } from './place.js';
import type { Located, Places } from './places.js';

/** Larger files are not opened in an editor, but can be saved. */
const mostBytes = 50_000_000;

/** In a folder with more links than this, where they lead is not asked for. */
const mostLinks = 200;

/** The files of a stop for VS Code: `dockerfile-files://PLACE/TREE/PATH`. */
export class StopFiles implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #places: Places;
  readonly #tooLarge: (uri: vscode.Uri, entry: FileEntry) => void;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #subscriptions: vscode.Disposable;

  readonly onDidChangeFile = this.#changed.event;

  /** @param tooLarge offers what can be done with a file that is too large to be opened */
  constructor(places: Places, tooLarge: (uri: vscode.Uri, entry: FileEntry) => void) {
    this.#places = places;
    this.#tooLarge = tooLarge;
    this.#subscriptions = vscode.Disposable.from(
      this.#changed,
      places.onDidEnd((place) => this.#strike(place)),
      vscode.workspace.registerFileSystemProvider(filesScheme, this, { isCaseSensitive: true }),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /** Nothing changes by itself but what is typed into shells, which nobody tells. */
  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return await said(uri, async () => {
      const { place, at } = this.#places.locate(uri);
      if (at === undefined) return top;
      const entry = await place.stat(at);
      const followed = await place.follow(at, entry);
      const time = followed.modified ?? 0;
      return {
        type: typeOf(entry, followed.type),
        size: followed.size,
        ctime: time,
        mtime: time,
        ...(!place.tree(at.tree).writable && { permissions: vscode.FilePermission.Readonly }),
      };
    });
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    return await said(uri, async () => {
      const { place, at } = this.#places.locate(uri);
      if (at === undefined) {
        return place.stop.trees.map(({ tree }) => [encodeURIComponent(tree), vscode.FileType.Directory]);
      }
      const entries = await place.allFiles(at);
      const fewLinks = entries.filter(({ type }) => type === 'link').length <= mostLinks;
      return await Promise.all(
        entries.map(async (entry): Promise<[string, vscode.FileType]> => {
          const path = childPath(at.path, entry.name);
          const { type } = fewLinks ? await place.follow({ tree: at.tree, path }, entry) : entry;
          return [entry.name, typeOf(entry, type)];
        }),
      );
    });
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return await said(uri, async () => {
      const { place, at } = this.#file(uri);
      const entry = await place.follow(at, await place.stat(at));
      if (entry.type === 'folder') throw vscode.FileSystemError.FileIsADirectory(uri);
      if (entry.size > mostBytes) {
        this.#tooLarge(uri, entry);
        throw vscode.FileSystemError.Unavailable(
          vscode.l10n.t('It is too large to be opened here. Save it to the workspace, and open it there.'),
        );
      }
      return await place.read(at);
    });
  }

  async writeFile(
    uri: vscode.Uri,
    content: Uint8Array,
    options: { create: boolean; overwrite: boolean },
  ): Promise<void> {
    await said(uri, async () => {
      const { place, at } = this.#writable(uri);
      const there = await exists(place, at);
      if (there && !options.overwrite) throw vscode.FileSystemError.FileExists(uri);
      if (!there && !options.create) throw vscode.FileSystemError.FileNotFound(uri);
      await place.write(at, content);
      this.#tell(there ? vscode.FileChangeType.Changed : vscode.FileChangeType.Created, uri);
    });
  }

  async createDirectory(uri: vscode.Uri): Promise<void> {
    await said(uri, async () => {
      const { place, at } = this.#writable(uri);
      await place.edit(at, { kind: 'folder' });
      this.#tell(vscode.FileChangeType.Created, uri);
    });
  }

  async delete(uri: vscode.Uri): Promise<void> {
    await said(uri, async () => {
      const { place, at } = this.#writable(uri);
      await place.edit(at, { kind: 'delete' });
      this.#tell(vscode.FileChangeType.Deleted, uri);
    });
  }

  async rename(from: vscode.Uri, uri: vscode.Uri, options: { overwrite: boolean }): Promise<void> {
    await said(from, async () => {
      const { place, at } = this.#writable(from);
      const to = this.#writable(uri);
      if (to.place !== place || to.at.tree !== at.tree) throw vscode.FileSystemError.NoPermissions(uri);
      const there = await exists(place, to.at);
      if (there && !options.overwrite) throw vscode.FileSystemError.FileExists(uri);
      await place.edit(at, { kind: 'rename', to: to.at.path });
      this.#tell(vscode.FileChangeType.Deleted, from);
      this.#tell(there ? vscode.FileChangeType.Changed : vscode.FileChangeType.Created, uri);
    });
  }

  #file(uri: vscode.Uri): Located & { readonly at: Location } {
    const { place, at } = this.#places.locate(uri);
    if (at === undefined) throw vscode.FileSystemError.FileIsADirectory(uri);
    return { place, at };
  }

  #writable(uri: vscode.Uri): Located & { readonly at: Location } {
    const { place, at } = this.#places.locate(uri);
    const tree = at && place.tree(at.tree);
    if (at === undefined || tree?.writable !== true) {
      const writable = place.stop.trees.find((each) => each.writable);
      throw vscode.FileSystemError.NoPermissions(
        writable === undefined
          ? vscode.l10n.t('The files of this stop can be read, not changed.')
          : vscode.l10n.t('These files can be read, not changed; those of "{0}" can.', writable.title),
      );
    }
    return { place, at };
  }

  #tell(type: vscode.FileChangeType, uri: vscode.Uri): void {
    this.#changed.fire([{ type, uri }]);
  }

  /** Editors on files of a stop that is over keep their text and say that the file is gone. */
  #strike(place: Place): void {
    const open = vscode.workspace.textDocuments.filter(
      ({ uri }) => uri.scheme === filesScheme && uri.authority === place.authority,
    );
    this.#changed.fire(open.map(({ uri }) => ({ type: vscode.FileChangeType.Deleted, uri })));
  }
}

const top: vscode.FileStat = {
  type: vscode.FileType.Directory,
  size: 0,
  ctime: 0,
  mtime: 0,
  permissions: vscode.FilePermission.Readonly,
};

/** What VS Code calls a file; a link is a link and what it leads to. */
export function typeOf(entry: FileEntry, followed: Followed): vscode.FileType {
  const plain =
    followed === 'folder'
      ? vscode.FileType.Directory
      : followed === 'file'
        ? vscode.FileType.File
        : vscode.FileType.Unknown;
  return entry.type === 'link' ? vscode.FileType.SymbolicLink | plain : plain;
}

async function exists(place: Place, at: Location): Promise<boolean> {
  return await place.stat(at).then(
    () => true,
    () => false,
  );
}

/** Puts what went wrong into VS Code's kinds of errors; the words stay. */
async function said<T>(uri: vscode.Uri, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof vscode.FileSystemError) throw error;
    if (error instanceof UserError) throw vscode.FileSystemError.Unavailable(`${error.message} ${error.hint}`);
    const text = messageOf(error);
    if (isMissing(text)) throw vscode.FileSystemError.FileNotFound(uri);
    throw vscode.FileSystemError.Unavailable(text);
  }
}

/** VS Code hands over only the words of a refusal. */
function isMissing(text: string): boolean {
  return /no such file|not found|does not exist|there is no/i.test(text);
}
