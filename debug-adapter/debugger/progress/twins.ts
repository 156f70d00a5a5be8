/**
 * Builds of the same steps at one time share their work in the engine, which then tells both what happens under the
 * digests of the build that came first. Here such a vertex is recognized by its name as the one of ours that it stands
 * in for, and everything about it is told under our digest.
 */
import type { StatusResponse, Vertex } from '../../buildkit/gen/control.js';

/** Longest that an error waits for progress to name its vertex, in milliseconds. */
const NAMED_LATE = 500;

export interface Twins {
  /** The vertices of our own programs. */
  own(digests: Iterable<string>): void;
  /** The same news under digests of ours. */
  translate(update: StatusResponse): StatusResponse;
  /** The digest of ours that a vertex stands in for, else its own; progress may have to name it first. */
  readonly ours: (digest: string) => Promise<string>;
}

interface Seen {
  readonly name: string;
  readonly begun: boolean;
}

/** Starts with nothing known: everything stands for itself. */
export function createTwins(): Twins {
  const mine = new Set<string>();
  const seen = new Map<string, Seen>();
  const twins = new Map<string, string>();
  const waiting = new Map<string, () => void>();
  const known = (digest: string): string => twins.get(digest) ?? digest;
  const meet = ({ digest, name, started }: Vertex): void => {
    if (mine.size > 0 && !mine.has(digest) && !seen.has(digest) && !twins.has(digest)) {
      const twin = twinOf(
        name,
        [...mine].flatMap((each) => ({ digest: each, ...(seen.get(each) ?? unseen) })),
      );
      if (twin !== undefined) twins.set(digest, twin);
    }
    const ours = known(digest);
    seen.set(ours, {
      name: seen.get(ours)?.name ?? name,
      begun: seen.get(ours)?.begun === true || started !== undefined,
    });
    waiting.get(digest)?.();
  };
  return {
    own(digests) {
      for (const digest of digests) mine.add(digest);
    },
    translate(update) {
      for (const vertex of update.vertexes) meet(vertex);
      return twins.size === 0 ? update : renamed(update, known);
    },
    ours: async (digest) => {
      if (!mine.has(digest) && !seen.has(digest) && !twins.has(digest)) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, NAMED_LATE);
          waiting.set(digest, () => {
            clearTimeout(timer);
            resolve();
          });
        });
      }
      return known(digest);
    },
  };
}

/** The same news about vertices of other digests. */
function renamed(update: StatusResponse, known: (digest: string) => string): StatusResponse {
  return {
    ...update,
    vertexes: update.vertexes.map((each) => ({ ...each, digest: known(each.digest), inputs: each.inputs.map(known) })),
    statuses: update.statuses.map((each) => ({ ...each, vertex: known(each.vertex) })),
    logs: update.logs.map((each) => ({ ...each, vertex: known(each.vertex) })),
  };
}

const unseen: Seen = { name: '', begun: false };

/** What has begun under its own digest needs no stand-in. Of several that are alike none can be told to be it. */
function twinOf(name: string, mine: readonly ({ readonly digest: string } & Seen)[]): string | undefined {
  const idle = mine.filter((each) => each.name !== '' && !each.begun);
  const same = idle.filter((each) => each.name === name);
  const alike = same.length > 0 ? same : idle.filter((each) => command(each.name) === command(name));
  return alike.length === 1 ? alike[0]?.digest : undefined;
}

/** `RUN make` of `[build 2/3] RUN make`: the stage may have another name in the other Dockerfile. */
function command(name: string): string {
  return name.replace(/^\[[^\]]*\] /, '');
}
