import * as vscode from 'vscode';
import type { FileEntry } from '../../debug-adapter/contract.js';
import { changesTree, countText } from '../files/changes-tree.js';
import { uriPath, type Location } from '../files/location.js';
import { changedNodes, entryNodes, type FileNode, folderOf } from '../files/nodes.js';
import type { Place } from '../files/place.js';
import type { Places, View } from '../files/places.js';
import { section } from '../settings.js';
import { messageOf } from '../user-error.js';
import { treeItem } from './file-items.js';

/** Entries of a folder that are shown at first, and that each click on the last row adds. */
const pageSize = 1000;

/** What was read of a folder. */
interface Read {
  readonly entries: readonly FileEntry[];
  readonly total: number;
}

/** Image Files: what changed, and the trees of the stop that is chosen in the Call Stack. */
export class FilesView implements vscode.TreeDataProvider<FileNode>, vscode.Disposable {
  readonly #places: Places;
  readonly #changed = new vscode.EventEmitter<FileNode | undefined>();
  readonly #learned = new vscode.EventEmitter<void>();
  readonly #view: vscode.TreeView<FileNode>;
  readonly #subscriptions: vscode.Disposable;
  /** By place and folder. */
  #read = new WeakMap<Place, Map<string, Read>>();

  readonly onDidChangeTreeData = this.#changed.event;
  /** It is known now what a step changed. */
  readonly onDidLearn = this.#learned.event;

  constructor(places: Places, dragAndDropController: vscode.TreeDragAndDropController<FileNode>) {
    this.#places = places;
    this.#view = vscode.window.createTreeView(`${section}.files`, {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
      dragAndDropController,
    });
    this.#subscriptions = vscode.Disposable.from(
      this.#view,
      this.#changed,
      this.#learned,
      places.onDidChange(() => this.show()),
    );
    this.show();
  }

  /** Reads everything on screen again. */
  refresh(): void {
    if (this.#places.view.kind === 'place') this.#places.view.place.refresh();
    this.show();
  }

  /** Shows what there is to look at now. */
  show(): void {
    const { view } = this.#places;
    this.#read = new WeakMap();
    this.#view.message = messageFor(view);
    this.#view.description = view.kind === 'place' ? view.place.stop.title : '';
    this.#changed.fire(undefined);
  }

  /** Shows more of a folder. */
  async more(node: FileNode & { kind: 'more' }): Promise<void> {
    const key = uriPath(node.folder);
    const read = this.#of(node.place).get(key);
    if (read === undefined) return;
    const { files, total } = await node.place.files(node.folder, read.entries.length, pageSize);
    this.#of(node.place).set(key, { entries: [...read.entries, ...files], total });
    this.#changed.fire(undefined);
  }

  /** Selects a file of a tree, if it is among those shown. */
  async reveal(place: Place, at: Location): Promise<void> {
    const entry = await place.stat(at);
    const { type } = await place.follow(at, entry);
    await this.#view.reveal({ kind: 'entry', place, at, entry, followed: type }, { select: true, focus: true });
  }

  getTreeItem(node: FileNode): vscode.TreeItem {
    return treeItem(node);
  }

  getParent(node: FileNode): FileNode | undefined {
    return node.kind === 'entry' ? folderOf(node) : undefined;
  }

  async getChildren(node?: FileNode): Promise<FileNode[]> {
    const { view } = this.#places;
    if (node === undefined) return view.kind === 'place' ? topNodes(view.place) : [];
    try {
      return await this.#childrenOf(node);
    } catch (error) {
      return node.place.over ? [] : [{ kind: 'words', place: node.place, text: messageOf(error), isError: true }];
    }
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  async #childrenOf(node: FileNode): Promise<FileNode[]> {
    switch (node.kind) {
      case 'changes':
        return await this.#changes(node.place);
      case 'changed':
        return [...changedNodes(node.place, node.changed.children)];
      case 'tree':
        return await this.#entries(node.place, { tree: node.tree.tree, path: '/' });
      case 'entry':
        return await this.#entries(node.place, node.at);
      case 'more':
      case 'words':
        return [];
    }
  }

  async #changes(place: Place): Promise<FileNode[]> {
    const { changes } = await place.changes();
    this.#learned.fire();
    if (changes.length > 0) this.#view.description = countText(changes);
    if (changes.length === 0) {
      return [{ kind: 'words', place, text: vscode.l10n.t('No file changed.'), isError: false }];
    }
    return [...changedNodes(place, changesTree(changes))];
  }

  async #entries(place: Place, folder: Location): Promise<FileNode[]> {
    const read = this.#of(place);
    const key = uriPath(folder);
    const known = read.get(key);
    if (known === undefined) {
      const { files, total } = await place.files(folder, 0, pageSize);
      read.set(key, { entries: files, total });
    }
    const { entries, total } = read.get(key) ?? { entries: [], total: 0 };
    return [...(await entryNodes(place, folder, entries, total))];
  }

  #of(place: Place): Map<string, Read> {
    const there = this.#read.get(place) ?? new Map<string, Read>();
    this.#read.set(place, there);
    return there;
  }
}

function topNodes(place: Place): FileNode[] {
  const trees = place.stop.trees.map((tree): FileNode => ({ kind: 'tree', place, tree }));
  return place.compared === undefined ? trees : [{ kind: 'changes', place }, ...trees];
}

function messageFor(view: View): string {
  switch (view.kind) {
    case 'none':
      return vscode.l10n.t('Files can be looked at when a build stands still.');
    case 'running':
      return vscode.l10n.t('The build is running.');
    case 'asking':
      return vscode.l10n.t('Looking …');
    case 'refused':
      return view.why;
    case 'place':
      return '';
  }
}
