/**
 * The engine calls an image, a context or a download done once for each thing that it does with it: looked up, found,
 * fetched, unpacked. The reader is told once: when something begins to use it, or when the build stands still.
 */
import type { VertexRecord } from './timeline.js';

type Tell = (record: VertexRecord, before: VertexRecord | undefined) => void;

export interface HeldVertices {
  /** A vertex that has no inputs: it may be done several times. */
  source(record: VertexRecord, before: VertexRecord | undefined): void;
  /** What is held of these sources is true: something uses them now. */
  release(digests: readonly string[]): void;
  /** Nothing more will be heard for now. */
  flush(): void;
}

interface Held {
  readonly record: VertexRecord;
  /** As the reader knows it. */
  readonly before: VertexRecord | undefined;
}

/** Tells what is released. */
export function holdVertices(tell: Tell): HeldVertices {
  const held = new Map<string, Held>();
  const take = (digest: string): Held | undefined => {
    const found = held.get(digest);
    held.delete(digest);
    return found;
  };
  const release = (digests: readonly string[]): void => {
    for (const digest of digests) {
      const found = take(digest);
      if (found !== undefined) tell(found.record, found.before);
    }
  };
  return {
    source(record, before) {
      const { digest } = record;
      const found = take(digest);
      const known = found === undefined ? before : found.before;
      if (!record.completed || record.error !== '') return tell(record, known);
      held.set(digest, { record, before: known });
    },
    release,
    flush: () => release([...held.keys()]),
  };
}
