import { posix } from 'node:path';
import type { FileEntry } from '../../debug-adapter/contract.js';
import type { Changed } from './changes-tree.js';
import { childPath, type Location } from './location.js';
import type { Followed, Place, Tree } from './place.js';

/** A row of Image Files. */
export type FileNode =
  | { readonly kind: 'changes'; readonly place: Place }
  | { readonly kind: 'changed'; readonly place: Place; readonly changed: Changed; readonly at: Location }
  | { readonly kind: 'tree'; readonly place: Place; readonly tree: Tree }
  | EntryNode
  | { readonly kind: 'more'; readonly place: Place; readonly folder: Location; readonly rest: number }
  | { readonly kind: 'words'; readonly place: Place; readonly text: string; readonly isError: boolean };

/** A file or folder of a tree. */
export interface EntryNode {
  readonly kind: 'entry';
  readonly place: Place;
  readonly at: Location;
  readonly entry: FileEntry;
  readonly followed: Followed;
}

/** Names a row; the same at the next stop, so that what is open stays open. */
export function idOf(node: FileNode): string {
  switch (node.kind) {
    case 'changes':
      return 'changes';
    case 'changed':
      return `changed ${node.changed.path}`;
    case 'tree':
      return `tree ${node.tree.tree}`;
    case 'entry':
      return `entry ${node.at.tree} ${node.at.path}`;
    case 'more':
      return `more ${node.folder.tree} ${node.folder.path}`;
    case 'words':
      return `words ${node.text}`;
  }
}

/** The file of a row; `undefined` for a row that is none. */
export function locationOfNode(node: FileNode): Location | undefined {
  switch (node.kind) {
    case 'changed':
    case 'entry':
      return node.at;
    case 'tree':
      return { tree: node.tree.tree, path: '/' };
    default:
      return undefined;
  }
}

/** The row of the folder that holds a file of a tree. */
export function folderOf({ place, at }: EntryNode): FileNode {
  const path = posix.dirname(at.path);
  if (path === '/') return { kind: 'tree', place, tree: place.tree(at.tree) };
  return folderNode(place, { tree: at.tree, path });
}

/** A row for a folder of which no more is known than where it is. */
function folderNode(place: Place, at: Location): EntryNode {
  const entry: FileEntry = { name: posix.basename(at.path), type: 'folder', size: 0, mode: 0o755 };
  return { kind: 'entry', place, at, entry, followed: 'folder' };
}

/** Rows of what changed. */
export function changedNodes(place: Place, changes: readonly Changed[]): readonly FileNode[] {
  const { from, to } = place.compared ?? { from: 'initial', to: 'failed' };
  return changes.map((changed) => ({
    kind: 'changed',
    place,
    changed,
    at: { tree: changed.change?.kind === 'deleted' ? from : to, path: changed.path },
  }));
}

/** Rows of a folder's entries, and one for those that are not asked for yet. Links are followed, but not too many. */
export async function entryNodes(
  place: Place,
  folder: Location,
  entries: readonly FileEntry[],
  total: number,
): Promise<readonly FileNode[]> {
  const fewLinks = entries.filter(({ type }) => type === 'link').length <= mostLinks;
  const nodes = await Promise.all(
    entries.map(async (entry): Promise<EntryNode> => {
      const at = { tree: folder.tree, path: childPath(folder.path, entry.name) };
      const { type } = fewLinks && entry.type === 'link' ? await place.follow(at, entry) : entry;
      return { kind: 'entry', place, at, entry, followed: type };
    }),
  );
  const rest = total - entries.length;
  return rest > 0 ? [...nodes, { kind: 'more', place, folder, rest }] : nodes;
}

/** In a page with more links than this, where they lead is not asked for. */
const mostLinks = 200;

/** Words for menus: what a row is, and what can be done with it. package.json matches them. */
export function contextOf(node: FileNode): string {
  const words: string[] = [];
  switch (node.kind) {
    case 'changes':
    case 'more':
    case 'words':
      return node.kind;
    case 'tree':
      words.push('tree', 'folder');
      break;
    case 'changed':
      words.push(node.changed.change?.type ?? 'folder', node.changed.change?.kind ?? 'unchanged', 'readable');
      break;
    case 'entry':
      words.push(node.followed, 'readable');
      break;
  }
  const tree = locationOfNode(node)?.tree ?? '';
  const known = node.place.stop.trees.find((each) => each.tree === tree);
  const shell = tree === 'initial' || tree === 'failed' || tree === 'container';
  return [...words, ...(known?.writable === true ? ['writable'] : []), ...(shell ? ['shell'] : [])].join(' ');
}
