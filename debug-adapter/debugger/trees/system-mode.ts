import type { FileFact } from '../api.js';

/** What a mode of the system says. */
function factOfMode(mode: number): Pick<FileFact, 'type' | 'mode'> {
  return { type: kinds.get(mode & 0o170000) ?? 'other', mode: mode & 0o7777 };
}

/** Bytes; engines tell none of folders, whatever the system keeps their names in. */
function factOfSize(type: FileFact['type'], size: string): number {
  return type === 'folder' ? 0 : Number(size);
}

/** Words of a line of `stat`: mode in hexadecimal digits, size, owner and group; `modified` in milliseconds. */
export function factOfStat(name: string, words: readonly string[], modified: number): FileFact {
  const [mode = '0', size = '0', uid = '0', gid = '0'] = words;
  const what = factOfMode(Number.parseInt(mode, 16));
  const bytes = factOfSize(what.type, size);
  return { name, ...what, size: bytes, uid: Number(uid), gid: Number(gid), linkTarget: undefined, modified };
}

const kinds: ReadonlyMap<number, FileFact['type']> = new Map([
  [0o040000, 'folder'],
  [0o100000, 'file'],
  [0o120000, 'link'],
]);
