import type { FileFact } from './api.js';

/** What a mode of the system says. */
export function factOfMode(mode: number): Pick<FileFact, 'type' | 'mode'> {
  return { type: kinds.get(mode & 0o170000) ?? 'other', mode: mode & 0o7777 };
}

/** Bytes; engines tell none of folders, whatever the system keeps their names in. */
export function factOfSize(type: FileFact['type'], size: string): number {
  return type === 'folder' ? 0 : Number(size);
}

const kinds: ReadonlyMap<number, FileFact['type']> = new Map([
  [0o040000, 'folder'],
  [0o100000, 'file'],
  [0o120000, 'link'],
]);
