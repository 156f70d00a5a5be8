import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { encodeMessage } from './framing.js';

type OutputBody = DebugProtocol.OutputEvent['body'];

/** An output event that still grows, or any other event. */
type Item =
  | { readonly kind: 'event'; readonly event: string; readonly body: object | undefined }
  | { readonly kind: 'output'; readonly body: Omit<OutputBody, 'output'>; readonly key: string; text: string };

/** Sizes are in UTF-16 units. Exported for tests. */
export interface Limits {
  /** An output event grows up to this size. */
  readonly event: number;
  /** Waiting output beyond this size loses its oldest part. */
  readonly waiting: number;
  /** How long output waits for more of its kind. */
  readonly delayMs: number;
}

const defaults: Limits = { event: 64 * 1024, waiting: 16 * 1024 * 1024, delayMs: 16 };

/** What an item weighs beyond its text, so that many tiny ones are bounded too. */
const overhead = 200;

function weight(item: Item): number {
  return item.kind === 'output' ? item.text.length + overhead : 0;
}

/** Where to cut a text that is too long: after a line if there is one, never inside of a character. */
function cutAt(text: string, limit: number): number {
  const line = text.lastIndexOf('\n', limit - 1);
  if (line > 0) return line + 1;
  const unit = text.charCodeAt(limit - 1);
  return unit >= 0xd800 && unit < 0xdc00 ? limit - 1 : limit;
}

/**
 * Writes messages. Responses and requests go at once; events keep their order, and output is joined to few large events
 * and waits here, not in the stream's buffer, while the client reads slowly. So memory is bounded and a response
 * never queues behind megabytes of output.
 */
export class Outbox {
  readonly #stream: Writable;
  readonly #limits: Limits;
  #sequence = 1;
  readonly #queue: Item[] = [];
  #head = 0;
  #waiting = 0;
  #left = 0;
  #blocked = false;
  #corked = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #idle: (() => void)[] = [];

  /** @param written told of every message */
  constructor(
    stream: Writable,
    limits: Partial<Limits> = {},
    private readonly written: (message: object) => void = () => undefined,
  ) {
    this.#stream = stream;
    this.#limits = { ...defaults, ...limits };
  }

  /** Writes a response or a request before all that waits; answers its number. */
  send(message: object): number {
    const seq = this.#sequence++;
    this.written({ seq, ...message });
    this.#cork();
    const open = this.#stream.writable && this.#stream.write(encodeMessage({ seq, ...message }));
    if (!open && !this.#blocked) void this.#waitForDrain();
    return seq;
  }

  /** Queues an event behind all that was queued before. */
  event(event: string, body: object | undefined): void {
    if (this.#closed) return;
    this.#add({ kind: 'event', event, body });
    this.#pump();
  }

  /** Queues output; `body` says which kind and where it comes from. */
  output(text: string, body: Omit<OutputBody, 'output'>): void {
    if (this.#closed) return;
    const key = `${body.category ?? ''} ${body.line ?? ''} ${body.source?.path ?? ''} ${JSON.stringify(body.data) ?? ''}`;
    let rest = text;
    while (rest !== '') rest = this.#append(rest, key, body);
    if (this.#waiting >= this.#limits.event) this.#pump();
    else if (this.#timer === undefined) this.#timer = setTimeout(() => this.#pump(), this.#limits.delayMs);
  }

  /** Settles when every event queued so far has been handed to the stream. */
  drained(): Promise<void> {
    this.#pump();
    if (this.#head >= this.#queue.length) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Undefined while there is room for output; else it settles when there is again. */
  room(): Promise<void> | undefined {
    return this.#waiting > this.#limits.waiting / 16 ? this.drained() : undefined;
  }

  /** Lets no further event in; what is queued still goes out. */
  close(): void {
    this.#closed = true;
  }

  /** Adds what fits to the last item, or begins a new one; answers what is left. */
  #append(text: string, key: string, body: Omit<OutputBody, 'output'>): string {
    let last = this.#queue.length > this.#head ? this.#queue.at(-1) : undefined;
    if (last?.kind !== 'output' || last.key !== key || last.text.length + text.length > this.#limits.event) {
      last = { kind: 'output', body, key, text: '' };
      this.#add(last);
    }
    const fits = text.length <= this.#limits.event ? text.length : cutAt(text, this.#limits.event);
    last.text += text.slice(0, fits);
    this.#waiting += fits;
    return text.slice(fits);
  }

  #add(item: Item): void {
    this.#queue.push(item);
    this.#waiting += weight(item);
    while (this.#waiting > this.#limits.waiting && this.#dropOldest());
  }

  #dropOldest(): boolean {
    let index = this.#head;
    while (this.#queue[index]?.kind === 'event') index += 1;
    const victim = this.#queue[index];
    if (victim?.kind !== 'output') return false;
    this.#waiting -= weight(victim);
    this.#left += victim.text.length;
    if (index === this.#head) this.#head += 1;
    else this.#queue.splice(index, 1);
    this.#compact();
    return true;
  }

  #compact(): void {
    if (this.#head < 4096 && this.#head < this.#queue.length) return;
    this.#queue.splice(0, this.#head);
    this.#head = 0;
  }

  #pump(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (!this.#blocked) {
      const item = this.#queue[this.#head];
      if (item === undefined) break;
      this.#head += 1;
      this.#waiting -= weight(item);
      this.#write(item);
    }
    this.#compact();
    if (this.#queue.length > this.#head) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #write(item: Item): void {
    if (item.kind === 'event') {
      this.send({ type: 'event', event: item.event, ...(item.body === undefined ? {} : { body: item.body }) });
      return;
    }
    const notice =
      this.#left > 0 ? `[${this.#left} characters of output left out: they could not be shown in time]\n` : '';
    this.#left = 0;
    if (notice + item.text === '') return;
    this.send({ type: 'event', event: 'output', body: { ...item.body, output: notice + item.text } });
  }

  /** What is said in one moment goes out in one piece: a stop comes with the events that belong to it. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#stream.uncork();
    });
  }

  async #waitForDrain(): Promise<void> {
    this.#blocked = true;
    try {
      await once(this.#stream, 'drain');
    } catch {
      // The stream broke: its owner ends the session, nothing can be written any more.
      return;
    }
    this.#blocked = false;
    this.#pump();
  }
}
