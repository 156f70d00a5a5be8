/** Cache mounts with `sharing=locked`: the engine lets a second container wait for ever, so nobody may make one. */
import { UserError } from '../errors.js';

/** A container of ours that holds such mounts. */
export interface LockHolder {
  /** E.g. `an open shell`. */
  readonly label: string;
  readonly busy: boolean;
  /** Gives the mounts back; called only when not busy. */
  release(): Promise<void>;
}

export interface CacheLocks {
  /** Makes `holder` the one that has these caches; an idle holder gives way, a busy one is an error in words. */
  claim(ids: readonly string[], holder: LockHolder): Promise<void>;
  free(holder: LockHolder): void;
}

/** The id as the user wrote it: the engine has the namespace of the build before it, most often none, and a slash. */
export function cacheName(id: string): string {
  return id.replace(/^\//, '');
}

/** One for each build, as caches are shared by all of its containers. */
export function createCacheLocks(): CacheLocks {
  const holders = new Map<string, LockHolder>();
  const free = (holder: LockHolder): void => {
    for (const [id, held] of holders) if (held === holder) holders.delete(id);
  };
  return {
    free,
    async claim(ids, holder) {
      for (const id of ids) {
        const other = holders.get(id);
        if (other === undefined || other === holder) continue;
        if (other.busy) {
          throw new UserError(
            'cache-locked',
            `The cache mount "${cacheName(id)}" has sharing=locked and is held by ${other.label}.`,
            'A second container would wait for it for ever. Work in that one (:shell --same joins it), or end what runs there first.',
          );
        }
        await other.release();
        free(other);
      }
      for (const id of ids) holders.set(id, holder);
    },
  };
}
