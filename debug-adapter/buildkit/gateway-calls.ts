import { Metadata, type MethodDefinition, status } from '@grpc/grpc-js';
import type { Abortable, Exporter } from './api.js';
import { EngineError, noDetails } from './errors.js';
import type { Stat } from './gen/fsutil.js';
import { hasCode, reasonOf, unary } from './rpc/calls.js';
import type { DuplexChannel } from './rpc/channel.js';
import { type Conversation, converse } from './rpc/converse.js';

/** A build that failed at once may be gone before its error has arrived here. */
const endMs = 2000;
/** Pieces of a file; engines before 0.13 answer at most 16 MiB, and answers are held in memory. */
const pieceLimit = 4 * 1024 * 1024;

/** What a gateway needs to know of its build. */
export interface BuildScope {
  readonly ref: string;
  readonly channel: DuplexChannel;
  /** Aborted when the build is over; the reason is the error for calls that still wait. */
  readonly over: AbortSignal;
  readonly cacheImports: readonly Exporter[];
  /** Digest of the vertex that failed with that text, as progress tells it. */
  culprit(message: string): Promise<string | undefined>;
}

export interface CallOptions extends Abortable {
  /** About files of what has run: no step can be the reason of a failure. */
  readonly ofFiles?: boolean;
}

/** Calls of one build: they carry its id and end with it. */
export class GatewayCalls {
  /** Files of containers can be read in part, as one was that is long enough to tell. */
  containerRanges = false;
  private readonly metadata = new Metadata();

  constructor(private readonly scope: BuildScope) {
    this.metadata.set('buildkit-controlapi-buildid', scope.ref);
  }

  async unary<Q, A>(method: MethodDefinition<Q, A>, request: Q, { signal, ofFiles }: CallOptions = {}): Promise<A> {
    try {
      const { channel } = this.scope;
      return await unary(channel, method, request, { metadata: this.metadata, signals: [signal, this.scope.over] });
    } catch (error) {
      throw ofFiles === true && hasCode(error, status.UNKNOWN) ? error : await this.explained(error);
    }
  }

  converse<Q, A>(method: MethodDefinition<Q, A>, { signal }: Abortable = {}): Conversation<Q, A> {
    return converse(this.scope.channel, method, { metadata: this.metadata, signals: [signal, this.scope.over] });
  }

  /** Docker Engine 20.10 attaches nothing to its errors; what failed is then only told by progress. */
  private async withVertex(error: EngineError): Promise<EngineError> {
    const { method, code, message, details } = error;
    if (details.vertex !== undefined || details.sources.length > 0) return error;
    // Of what is refused as a whole nothing runs, and no progress comes.
    if (message.includes('failed to load LLB')) return error;
    const vertex = await this.scope.culprit(message);
    return vertex === undefined
      ? error
      : new EngineError(method, code, message, { ...details, vertex }, { cause: error });
  }

  /** "no such job" means that the build is over: what ended it says more. */
  private async explained(error: unknown): Promise<unknown> {
    const { over } = this.scope;
    if (hasCode(error, status.UNKNOWN)) return await this.withVertex(error);
    if (!hasCode(error, status.NOT_FOUND) || !error.message.includes('no such job')) return error;
    if (!over.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, endMs);
        over.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
      });
    }
    return over.aborted ? reasonOf(over) : error;
  }
}

/** Some engines leave the stat out instead of failing. */
export function present(stat: Stat | undefined, path: string): Stat {
  if (stat !== undefined) return stat;
  throw new EngineError('LLBBridge.StatFile', status.NOT_FOUND, `${path}: no such file or directory`, noDetails);
}

/** Reads a range in answers of a bearable size; shorter than asked for at the end of the file. */
export async function readInPieces(
  range: { readonly offset: number; readonly length: number },
  read: (range: { readonly Offset: bigint; readonly Length: bigint }) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let done = 0; done < range.length; ) {
    const length = Math.min(pieceLimit, range.length - done);
    const piece = await read({ Offset: BigInt(range.offset + done), Length: BigInt(length) });
    pieces.push(piece);
    done += piece.length;
    if (piece.length < length) break;
  }
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
}

/**
 * Pattern by which the engine lists one name alone; '' when no pattern says it exactly, for patterns are trimmed and
 * cleaned as paths. What means something to a regular expression is escaped too: the engine makes one of the pattern.
 */
export function includePattern(name: string | undefined): string {
  if (name === undefined || name !== name.trim() || name === '') return '';
  return name.replace(/[!-,:-@[-^{-~]/g, '\\$&');
}

/** What is left of a listing for those who asked for one name. */
export function onlyNamed<T extends { readonly path: string }>(
  entries: readonly T[],
  name: string | undefined,
): readonly T[] {
  return name === undefined ? entries : entries.filter(({ path }) => path === name);
}
