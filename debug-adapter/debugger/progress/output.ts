/** Turns what vertices do into the lines that a user reads, each step's lines under its name. */
import type { OutputFact } from '../api.js';
import type { Label } from '../program/labels.js';
import { isCancellation, type VertexRecord } from './timeline.js';

/** Vertices of the engine's own are mentioned only when they took this long, in milliseconds. */
const WORTH_MENTIONING = 500;

/** Steps that write: their name stands above their lines. What others did fits on one line when it is done. */
const TALKS = /^\[[^\]]*\] (?:ONBUILD )?RUN /;

/** Work that only answers a question of the debugger's, such as what a variable's value is. */
const ASKED_BY_US = /^(?:resolve image config for |\[helper\])/;

/** A line longer than this many characters (a redrawn progress bar, a blob) is not waited for. */
const LONGEST_LINE = 64 * 1024;

export interface OutputWriter {
  onVertex(record: VertexRecord, before: VertexRecord | undefined): void;
  onLog(record: VertexRecord, stream: 1 | 2, text: string): void;
  /** Writes what is left of unfinished lines. */
  flush(): void;
  /** A failure was told after which nothing runs any more: no step's end comes below it. */
  close(): void;
}

const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;
const dim = (text: string): string => `\u001b[2m${text}\u001b[22m`;
const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;

/** `2.1s` */
export function seconds(ms: number): string {
  return ms < 100 ? `${(ms / 1000).toFixed(2)}s` : `${(ms / 1000).toFixed(1)}s`;
}

/**
 * @param labelOf what a vertex is called here; undefined for the engine's own, which keep its names
 * @param emit takes whole lines
 */
export function createOutputWriter(
  labelOf: (digest: string) => Label | undefined,
  emit: (output: OutputFact) => void,
): OutputWriter {
  return new StepOutput(labelOf, emit);
}

class StepOutput implements OutputWriter {
  readonly #labelOf: (digest: string) => Label | undefined;
  readonly #emit: (output: OutputFact) => void;
  /** The vertex whose lines the reader sees last. */
  #current: string | undefined;
  readonly #partial = new Map<string, { readonly text: string; readonly stream: 1 | 2 }>();
  readonly #told = new Set<string>();
  /** Steps whose end was told; the engine may carry out parts of them more than once. */
  readonly #done = new Set<string>();
  /** What the parts of a step took before it was done, by the vertex that it is done with and their own. */
  readonly #parts = new Map<string, Map<string, VertexRecord>>();
  #closed = false;

  constructor(labelOf: (digest: string) => Label | undefined, emit: (output: OutputFact) => void) {
    this.#labelOf = labelOf;
    this.#emit = emit;
  }

  onVertex(record: VertexRecord, before: VertexRecord | undefined): void {
    if (this.#closed) return;
    const begins = record.startedAt !== undefined && !record.completed && before?.startedAt === undefined;
    if (begins && !record.cached && TALKS.test(this.#nameOf(record))) this.#announce(record);
    if (record.completed && before?.completed !== true) this.#end(record);
  }

  onLog(record: VertexRecord, stream: 1 | 2, text: string): void {
    const held = this.#partial.get(record.digest);
    const whole = held === undefined ? text : held.text + text;
    const end = whole.lastIndexOf('\n') + 1;
    const cut = whole.length - end > LONGEST_LINE ? whole.length : end;
    if (cut < whole.length) this.#partial.set(record.digest, { text: whole.slice(cut), stream });
    else this.#partial.delete(record.digest);
    if (cut === 0) return;
    this.#announce(record);
    this.#write(record.digest, categoryOf(stream), whole.slice(0, cut));
  }

  flush(): void {
    for (const [digest, { text, stream }] of this.#partial) this.#write(digest, categoryOf(stream), `${text}\n`);
    this.#partial.clear();
  }

  close(): void {
    this.#closed = true;
  }

  /** The vertex with which the step is done that this one belongs to. */
  #wholeOf({ digest }: VertexRecord): string {
    return this.#labelOf(digest)?.whole ?? digest;
  }

  #nameOf({ digest, name }: VertexRecord): string {
    return this.#labelOf(digest)?.name ?? name;
  }

  #write(digest: string, category: OutputFact['category'], text: string): void {
    const line = this.#labelOf(digest)?.line;
    this.#emit({ category, text, ...(line === undefined ? {} : { line }) });
  }

  /** Says whose lines follow, unless the reader knows. */
  #announce(record: VertexRecord): void {
    const whole = this.#wholeOf(record);
    if (this.#current === whole) return;
    const [again, name] = [this.#told.has(whole), this.#nameOf(record)];
    this.#write(record.digest, 'console', again ? `${dim(`${name} …`)}\n` : `${bold(name)}\n`);
    this.#told.add(whole);
    this.#current = whole;
  }

  #end(record: VertexRecord): void {
    this.#finishLine(record);
    const label = this.#labelOf(record.digest);
    const own = label === undefined;
    const quick = record.durationMs < WORTH_MENTIONING || ASKED_BY_US.test(record.name);
    if (own && (record.error === '' ? quick : isCancellation(record.error))) return;
    const whole = this.#wholeOf(record);
    const parts = this.#parts.get(whole) ?? new Map<string, VertexRecord>();
    this.#parts.set(whole, parts.set(record.digest, record));
    const alone = this.#current === whole;
    if (record.error === '') {
      if (whole !== record.digest || (this.#done.has(whole) && !alone)) return;
      this.#done.add(whole);
    }
    const word = endWord(record, [...parts.values()]);
    const text =
      alone && label?.isOneOfSeveral !== true ? dim(`  ${word}`) : `${dim(this.#nameOf(record))} ${dim(word)}`;
    this.#write(record.digest, 'console', `${text}\n`);
    this.#told.add(whole);
    this.#current = undefined;
  }

  #finishLine(record: VertexRecord): void {
    const rest = this.#partial.get(record.digest);
    if (rest === undefined) return;
    this.#partial.delete(record.digest);
    this.#announce(record);
    this.#write(record.digest, categoryOf(rest.stream), `${rest.text}\n`);
  }
}

/** What was cancelled (a pause, a failure elsewhere) has not failed. */
function endWord({ error }: VertexRecord, parts: readonly VertexRecord[]): string {
  if (error !== '') return isCancellation(error) ? 'canceled' : red('failed');
  if (parts.every(({ cached }) => cached)) return 'cached';
  return seconds(parts.reduce((sum, { durationMs }) => sum + durationMs, 0));
}

function categoryOf(stream: 1 | 2): OutputFact['category'] {
  return stream === 2 ? 'stderr' : 'stdout';
}
