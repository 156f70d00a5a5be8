import { posix } from 'node:path';
import type { TreeName } from '../../debug-adapter/contract.js';

/** Scheme of the URIs of files at a stop: `dockerfile-files://PLACE/TREE/PATH`. */
export const filesScheme = 'dockerfile-files';

/** Scheme of the same files byte by byte. */
export const bytesScheme = 'dockerfile-bytes';

/** A file of a tree; the path is absolute. */
export interface Location {
  readonly tree: TreeName;
  readonly path: string;
}

/** The path part of a file's URI. */
export function uriPath({ tree, path }: Location): string {
  const top = `/${encodeURIComponent(tree)}`;
  return path === '/' ? top : top + path;
}

/** The file that the path part of a URI names; `undefined` for the top, which holds the trees. */
export function locationOf(path: string): Location | undefined {
  const [, tree = '', ...rest] = path.split('/');
  if (tree === '') return undefined;
  return { tree: decodeURIComponent(tree), path: `/${rest.filter((part) => part !== '').join('/')}` };
}

/** A file in a folder. */
export function childPath(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

/** Where a link leads. */
export function linkedPath(link: string, target: string): string {
  return posix.resolve(posix.dirname(link), target);
}
