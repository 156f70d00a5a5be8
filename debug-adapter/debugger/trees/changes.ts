/** Which files differ between two file systems. */
import type { FileChange, FileFact, StateFiles } from '../api.js';
import { joinPath } from './files.js';
import { isSameTime } from './same-time.js';
import { inParallel } from './walk-files.js';

export interface ChangesInput {
  readonly from: StateFiles;
  readonly to: StateFiles;
  /** Holds every folder in which something differs, and every file that was written; without it all is looked at. */
  readonly written: StateFiles | undefined;
  /** Absolute paths that belong to neither: what is mounted there. */
  readonly skip: ReadonlySet<string>;
}

/** A folder to compare, and which sides have it. */
interface Visit {
  readonly path: string;
  readonly side: 'both' | 'from' | 'to';
}

interface Found {
  readonly changes: readonly FileChange[];
  readonly visits: readonly Visit[];
}

/** By path; of folders only what is theirs: that they came, went, or have another owner or mode. */
export async function findChanges(input: ChangesInput, signal: AbortSignal): Promise<readonly FileChange[]> {
  const changes: FileChange[] = [];
  let level: readonly Visit[] = [{ path: '/', side: 'both' }];
  while (level.length > 0) {
    const found = await inParallel(level, (visit) => look(input, visit, signal));
    signal.throwIfAborted();
    for (const each of found) changes.push(...each.changes);
    level = found.flatMap(({ visits }) => visits);
  }
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function look(input: ChangesInput, visit: Visit, signal: AbortSignal): Promise<Found> {
  return visit.side === 'both' ? compareFolder(input, visit.path, signal) : oneSide(input, visit, signal);
}

async function oneSide(input: ChangesInput, { path, side }: Visit, signal: AbortSignal): Promise<Found> {
  const files = await (side === 'to' ? input.to : input.from).list(path, signal);
  return join(files.map((file) => alone(joinPath(path, file.name), file, side === 'to' ? 'to' : 'from')));
}

async function compareFolder(input: ChangesInput, folder: string, signal: AbortSignal): Promise<Found> {
  const list = async (files: StateFiles): Promise<Map<string, FileFact>> => byName(await files.list(folder, signal));
  const [from, to, written] = await Promise.all([
    list(input.from),
    list(input.to),
    input.written === undefined ? undefined : list(input.written),
  ]);
  const found: Found[] = [];
  for (const [name, file] of to) {
    const path = joinPath(folder, name);
    if (input.skip.has(path)) continue;
    const before = from.get(name);
    found.push(before === undefined ? alone(path, file, 'to') : both(path, before, file, written?.has(name)));
  }
  for (const [name, file] of from) {
    const path = joinPath(folder, name);
    if (!to.has(name) && !input.skip.has(path)) found.push(alone(path, file, 'from'));
  }
  return join(found);
}

function byName(files: readonly FileFact[]): Map<string, FileFact> {
  return new Map(files.map((file) => [file.name, file]));
}

/** On one side only. */
function alone(path: string, file: FileFact, side: 'from' | 'to'): Found {
  const kind = side === 'to' ? 'added' : 'deleted';
  const change = { path, kind, type: file.type, size: sizeOf(file), what: '' } as const;
  return { changes: [change], visits: file.type === 'folder' ? [{ path, side }] : [] };
}

/** @param written whether it was written in between; undefined when nobody knows */
function both(path: string, before: FileFact, after: FileFact, written: boolean | undefined): Found {
  if (written === false) return { changes: [], visits: [] };
  const folders = [before, after].filter(({ type }) => type === 'folder').length;
  const what = differences(before, after, written === true);
  const change = { path, kind: 'changed', type: after.type, size: sizeOf(after), what } as const;
  return {
    changes: what === '' ? [] : [change],
    visits: folders === 0 ? [] : [{ path, side: folders === 2 ? 'both' : before.type === 'folder' ? 'from' : 'to' }],
  };
}

function differences(before: FileFact, after: FileFact, written: boolean): string {
  if (before.type !== after.type) return `a ${before.type} became a ${after.type}`;
  const parts: string[] = [];
  const isFolder = after.type === 'folder';
  if (!isFolder && before.size !== after.size) parts.push(`${before.size} to ${after.size} bytes`);
  if (before.mode !== after.mode) parts.push(`mode ${octal(before.mode)} to ${octal(after.mode)}`);
  const [owner, newOwner] = [before, after].map(({ uid, gid }) => `${uid ?? '?'}:${gid ?? '?'}`);
  if (owner !== newOwner) parts.push(`owner ${owner} to ${newOwner}`);
  // A listing that was taken at once has no targets: sizes and times have to tell then.
  if (after.linkTarget !== undefined && before.linkTarget !== undefined && before.linkTarget !== after.linkTarget)
    parts.push(`link to ${after.linkTarget}`);
  if (parts.length > 0 || isFolder) return parts.join(', ');
  if (!written && isSameTime(before.modified, after.modified)) return '';
  return after.type === 'link' ? 'made again' : 'written again, same size';
}

function octal(mode: number): string {
  return mode.toString(8).padStart(3, '0');
}

function sizeOf(file: FileFact): number {
  return file.type === 'file' ? file.size : 0;
}

function join(found: readonly Found[]): Found {
  return { changes: found.flatMap(({ changes }) => changes), visits: found.flatMap(({ visits }) => visits) };
}
