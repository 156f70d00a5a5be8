/** What the engine says it is doing, folded: one record per vertex, never more than the last lines of its output. */
import { TextDecoder } from 'node:util';
import type { StatusResponse, Vertex, VertexStatus } from '../../buildkit/gen/control.js';
import type { Timestamp } from '../../buildkit/gen/google/protobuf/timestamp.js';
import { withoutFalseGuesses } from './guessed-vertices.js';
import { holdVertices, type HeldVertices } from './held-vertices.js';

/** Most characters of output that are kept per vertex for the failure text. */
const KEPT = 16 * 1024;

export interface VertexRecord {
  readonly digest: string;
  readonly name: string;
  /** Milliseconds since the epoch, of the engine's clock; undefined before it began. */
  readonly startedAt: number | undefined;
  readonly completed: boolean;
  readonly cached: boolean;
  /** '' for none; vertices that were only cancelled carry one too. */
  readonly error: string;
  /** Sum over all runs, milliseconds. */
  readonly durationMs: number;
  /** Output that was kept, both streams. */
  readonly tail: string;
  /** Sub-tasks such as layers that are pulled. */
  readonly tasks: ReadonlyMap<string, VertexStatus>;
}

export interface TimelineListener {
  onVertex(record: VertexRecord, before: VertexRecord | undefined): void;
  onLog(record: VertexRecord, stream: 1 | 2, text: string): void;
  onWarning(warning: StatusResponse['warnings'][number]): void;
}

export interface Timeline {
  advance(update: StatusResponse): void;
  /** Tells the listener what it was not told yet: the build stands still, or is over. */
  flush(): void;
  record(digest: string): VertexRecord | undefined;
  /** Begun and not completed. */
  running(): readonly VertexRecord[];
  /** Resolves when the vertex has failed or completed as far as the status stream tells, or after `ms`. */
  settled(digest: string, ms: number): Promise<void>;
  /** Resolves when the vertex begins to run, not when it comes from the cache; never when the signal comes first. */
  begun(digest: string, signal: AbortSignal): Promise<void>;
  /** Vertices that failed, in that order, those that were only cancelled left out. */
  failures(): readonly VertexRecord[];
  /** The vertex that failed first, those that were only cancelled left out; undefined when none has within `ms`. */
  firstFailure(ms: number): Promise<VertexRecord | undefined>;
}

/** Empty record of a vertex not heard of before. */
function blank(digest: string): VertexRecord {
  const nothing = { startedAt: undefined, completed: false, cached: false, error: '', durationMs: 0, tail: '' };
  return { digest, name: digest, ...nothing, tasks: new Map() };
}

function milliseconds(time: Timestamp): number {
  return Number(time.seconds) * 1000 + time.nanos / 1e6;
}

/** The record after one more word about the vertex. */
function advanceRecord(record: VertexRecord, vertex: Vertex): VertexRecord {
  const started = vertex.started === undefined ? undefined : milliseconds(vertex.started);
  const completed = vertex.completed === undefined ? undefined : milliseconds(vertex.completed);
  const finishedNow = completed !== undefined && started !== undefined && !record.completed;
  return {
    ...record,
    name: vertex.name === '' ? record.name : vertex.name,
    startedAt: started ?? record.startedAt,
    completed: completed !== undefined,
    cached: record.cached || vertex.cached,
    error: vertex.error,
    durationMs: record.durationMs + (finishedNow ? Math.max(0, completed - started) : 0),
  };
}

/** True for the error of a vertex that ended because another one failed or the user wanted it to. */
export function isCancellation(error: string): boolean {
  return /context canceled|graceful_stop|Canceled desc/i.test(error);
}

/** Starts with nothing known. */
export function createTimeline(listener: TimelineListener): Timeline {
  return new BuildTimeline(listener);
}

/** Waited for when the vertex that fails is not known yet. */
const ANY = '';
/** Waited for when a vertex is to begin. */
const BEGUN = 'begun ';

class BuildTimeline implements Timeline {
  readonly #listener: TimelineListener;
  readonly #held: HeldVertices;
  readonly #records = new Map<string, VertexRecord>();
  readonly #failed = new Set<string>();
  readonly #running = new Set<string>();
  readonly #decoders = new Map<string, TextDecoder>();
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(listener: TimelineListener) {
    this.#listener = listener;
    this.#held = holdVertices((record, before) => listener.onVertex(record, before));
  }

  advance(update: StatusResponse): void {
    const vertices = withoutFalseGuesses(
      update,
      (digest) => this.#running.has(digest) && this.#records.get(digest)?.cached !== true,
      (digest) => this.#records.get(digest)?.startedAt === undefined,
    );
    for (const vertex of vertices) this.#onVertex(vertex);
    for (const status of update.statuses) this.#onTask(status);
    for (const log of update.logs) this.#onLog(log.vertex, log.stream === 2n ? 2 : 1, log.msg);
    for (const warning of update.warnings) this.#listener.onWarning(warning);
    for (const vertex of vertices) {
      // A vertex that comes from the cache begins too, to load it, and says so.
      const runs = vertex.started !== undefined && vertex.completed === undefined && !vertex.cached;
      if (runs) this.#wake(`${BEGUN}${vertex.digest}`);
      if (vertex.completed !== undefined || vertex.error !== '') this.#wake(vertex.digest);
    }
  }

  flush(): void {
    this.#held.flush();
  }

  record(digest: string): VertexRecord | undefined {
    return this.#records.get(digest);
  }

  running(): readonly VertexRecord[] {
    return [...this.#running].flatMap((digest) => this.#records.get(digest) ?? []);
  }

  async settled(digest: string, ms: number): Promise<void> {
    const known = this.#records.get(digest);
    if (known === undefined || (!known.completed && known.error === '')) await this.#wait(digest, ms);
  }

  begun(digest: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const key = `${BEGUN}${digest}`;
      const waiting = this.#waiting.get(key) ?? new Set();
      this.#waiting.set(key, waiting.add(resolve));
      signal.addEventListener('abort', () => waiting.delete(resolve), { once: true });
    });
  }

  failures(): readonly VertexRecord[] {
    return [...this.#failed].flatMap((digest) => this.#records.get(digest) ?? []);
  }

  async firstFailure(ms: number): Promise<VertexRecord | undefined> {
    if (this.#failed.size === 0) await this.#wait(ANY, ms);
    const [digest] = this.#failed;
    return digest === undefined ? undefined : this.#records.get(digest);
  }

  #known(digest: string): VertexRecord {
    return this.#records.get(digest) ?? blank(digest);
  }

  #onVertex(vertex: Vertex): void {
    const { digest } = vertex;
    const before = this.#records.get(digest);
    const record = advanceRecord(before ?? blank(digest), vertex);
    this.#records.set(digest, record);
    if (record.startedAt !== undefined && !record.completed) this.#running.add(digest);
    else this.#running.delete(digest);
    if (record.error !== '' && !isCancellation(record.error)) {
      this.#failed.add(digest);
      this.#wake(ANY);
    }
    if (vertex.inputs.length === 0) return this.#held.source(record, before);
    if (record.startedAt !== undefined) this.#held.release(vertex.inputs);
    this.#listener.onVertex(record, before);
  }

  #onLog(digest: string, stream: 1 | 2, data: Uint8Array): void {
    const key = `${stream}${digest}`;
    const decoder = this.#decoders.get(key) ?? new TextDecoder();
    this.#decoders.set(key, decoder);
    const text = decoder.decode(data, { stream: true });
    const known = this.#known(digest);
    const whole = known.tail + text;
    const record = { ...known, tail: whole.length > 4 * KEPT ? whole.slice(-KEPT) : whole };
    this.#records.set(digest, record);
    this.#listener.onLog(record, stream, text);
  }

  #onTask(status: VertexStatus): void {
    const known = this.#known(status.vertex);
    this.#records.set(status.vertex, { ...known, tasks: new Map(known.tasks).set(status.ID, status) });
  }

  #wait(digest: string, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      const wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.set(digest, (this.#waiting.get(digest) ?? new Set()).add(wake));
    });
  }

  #wake(digest: string): void {
    for (const resolve of this.#waiting.get(digest) ?? []) resolve();
    this.#waiting.delete(digest);
  }
}

/** Last lines of output without colours and without redrawn progress, oldest first. */
export function lastLines(tail: string, count: number): readonly string[] {
  const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[ -/]*[@-~]`, 'g');
  const lines = tail
    .replace(escapes, '')
    .split('\n')
    .map((line) => line.replace(/\r+$/, '').split('\r').at(-1) ?? '');
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop();
  return lines.slice(-count);
}
