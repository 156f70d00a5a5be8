import type { FileChange } from '../../debug-adapter/contract.js';

/** A changed file, or a folder on the way to some. */
export interface Changed {
  readonly path: string;
  /** What is shown of the path: more than its last name where folders with only one child are joined. */
  readonly name: string;
  /** Absent for a folder that itself is as before. */
  readonly change: FileChange | undefined;
  readonly children: readonly Changed[];
  /** Files in it that changed, itself not counted. */
  readonly files: number;
}

interface Growing {
  change: FileChange | undefined;
  readonly children: Map<string, Growing>;
}

/** Changed paths as a tree, folders before files; folders that hold nothing but one folder are joined with it. */
export function changesTree(changes: readonly FileChange[]): readonly Changed[] {
  const top: Growing = { change: undefined, children: new Map() };
  for (const change of changes) {
    let at = top;
    for (const name of change.path.split('/').filter((part) => part !== '')) {
      const next = at.children.get(name) ?? { change: undefined, children: new Map<string, Growing>() };
      at.children.set(name, next);
      at = next;
    }
    at.change = change;
  }
  return childrenOf(top, '');
}

function childrenOf(node: Growing, path: string): readonly Changed[] {
  return [...node.children]
    .map(([name, child]) => grown(child, `${path}/${name}`, name))
    .sort((a, b) => Number(isFolder(b)) - Number(isFolder(a)) || compareNames(a.name, b.name));
}

function grown(node: Growing, path: string, name: string): Changed {
  const [only, ...others] = node.children;
  if (only !== undefined && others.length === 0 && node.change === undefined && only[1].children.size > 0) {
    return grown(only[1], `${path}/${only[0]}`, `${name}/${only[0]}`);
  }
  const children = childrenOf(node, path);
  const files = children.reduce((sum, child) => sum + child.files + (isFolder(child) ? 0 : 1), 0);
  return { path, name, change: node.change, children, files };
}

/** Whether it is shown as a folder. */
export function isFolder({ change, children }: Changed): boolean {
  return children.length > 0 || change?.type === 'folder';
}

/** Whether a folder is shown open: few files are in it, or it is near the top and holds few rows. */
export function isSmall({ path, children, files }: Changed): boolean {
  return files <= 20 || (children.length <= 10 && path.split('/').length <= 3);
}

/** The order of names in the Explorer. */
function compareNames(a: string, b: string): number {
  return a.localeCompare(b, undefined, { numeric: true, sensitivity: 'base' }) || (a < b ? -1 : 1);
}

/** `2 added, 1 changed, 3 deleted`; empty when nothing is. Folders that hold others of the list are counted too. */
export function countText(changes: readonly FileChange[]): string {
  const kinds = ['added', 'changed', 'deleted'] as const;
  return kinds
    .map((kind) => ({ kind, count: changes.filter((change) => change.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${count} ${kind}`)
    .join(', ');
}
