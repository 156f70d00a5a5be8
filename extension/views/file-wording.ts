import type { FileChange, FileEntry } from '../../debug-adapter/contract.js';
import { sizeText } from './wording.js';

const letters = { file: '-', folder: 'd', link: 'l', other: '?' } as const;

/** `-rwxr-xr-x`, as `ls` prints it, with setuid, setgid and sticky. */
export function modeText(type: FileEntry['type'], mode: number): string {
  const triple = (shift: number, special: boolean, mark: string): string => {
    const bits = (mode >> shift) & 7;
    const execute = (bits & 1) !== 0;
    const last = special ? (execute ? mark : mark.toUpperCase()) : execute ? 'x' : '-';
    return `${(bits & 4) !== 0 ? 'r' : '-'}${(bits & 2) !== 0 ? 'w' : '-'}${last}`;
  };
  const [setuid, setgid, sticky] = [0o4000, 0o2000, 0o1000].map((bit) => (mode & bit) !== 0);
  return (
    letters[type] + triple(6, setuid === true, 's') + triple(3, setgid === true, 's') + triple(0, sticky === true, 't')
  );
}

/** Beside a file's name: its size or where it leads; mode and owner where they are not the usual ones. */
export function entryDescription(entry: FileEntry): string {
  const usual = entry.type === 'folder' ? 0o755 : 0o644;
  return [
    ...(entry.type === 'file' ? [sizeText(entry.size)] : []),
    ...(entry.linkTarget === undefined ? [] : [`→ ${entry.linkTarget}`]),
    ...(entry.type === 'link' || (entry.mode & 0o7777) === usual ? [] : [modeText(entry.type, entry.mode)]),
    ...(isRoots(entry) ? [] : [ownerText(entry)]),
  ].join('  ');
}

/** All that is known of a file, a fact a line. */
export function entryTooltip(path: string, entry: FileEntry): string {
  return [
    path,
    ...(entry.linkTarget === undefined ? [] : [`→ ${entry.linkTarget}`]),
    `${modeText(entry.type, entry.mode)} (${(entry.mode & 0o7777).toString(8).padStart(3, '0')})`,
    ...(entry.uid === undefined ? [] : [`owner ${ownerText(entry)}`]),
    ...(entry.type === 'file' ? [`${entry.size.toLocaleString('en')} bytes`] : []),
    ...(entry.modified === undefined ? [] : [new Date(entry.modified).toISOString().replace(/\.000Z$/, 'Z')]),
  ].join('\n');
}

/** Beside a changed file's name: its size, and what is other than before. */
export function changeDescription({ type, kind, size, what }: FileChange): string {
  if (what !== undefined) return what;
  if (kind === 'deleted') return type === 'file' ? `deleted, was ${sizeText(size)}` : 'deleted';
  return type === 'file' ? sizeText(size) : type === 'folder' ? '' : type === 'link' ? 'link' : 'special';
}

function ownerText({ uid, gid }: FileEntry): string {
  return gid === undefined ? String(uid) : `${uid ?? 0}:${gid}`;
}

function isRoots({ uid, gid }: FileEntry): boolean {
  return (uid ?? 0) === 0 && (gid ?? 0) === 0;
}
