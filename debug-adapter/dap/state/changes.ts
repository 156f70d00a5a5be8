import type { FileChange, Frame } from '../../debugger/api.js';
import { bytes } from './files.js';
import { property, type Value } from './value.js';

/** `3 added, 1 changed (4.2 MB)`; the size is that of what was written. */
export function changesSummary(changes: readonly FileChange[]): string {
  const kinds = ['added', 'changed', 'deleted'] as const;
  const counts = kinds.flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  const size = changes.reduce((sum, change) => sum + (change.kind === 'deleted' ? 0 : change.size), 0);
  return counts.length === 0 ? 'nothing changed' : `${counts.join(', ')} (${bytes(size)})`;
}

/** How a change is other than the state before. */
export function changeDetails({ kind, type, size, what }: FileChange): readonly string[] {
  return [...(type === 'file' && kind !== 'changed' ? [bytes(size)] : []), ...(what === '' ? [] : [what])];
}

/** Files that the step changed, or the last one that ran in this stage; looked at when it is asked for. */
export function changesValue(frame: Frame): readonly Value[] {
  const { comparison } = frame.trees;
  if (comparison === undefined) return [];
  const isOwn = comparison.to !== 'initial';
  const name = isOwn ? 'changes' : `changes of ${comparison.title}`;
  const look = async (signal: AbortSignal): Promise<readonly Value[]> => {
    const changes = await frame.trees.changes(comparison, signal);
    const children = (): readonly Value[] =>
      changes.map((change) => property(change.path, [change.kind, ...changeDetails(change)].join(', ')));
    return [property(name, changesSummary(changes), changes.length === 0 ? {} : { children, count: changes.length })];
  };
  return [property(name, '', { lazy: true, children: look })];
}
