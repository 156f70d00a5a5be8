import { UserError } from '../debugger/errors.js';
import type { Frame, Stop } from '../debugger/api.js';
import type { Content, Value } from './state/value.js';

/** A frame of a stop. */
export interface FrameReference {
  readonly stop: Stop;
  readonly frame: Frame;
}

type Children = NonNullable<Value['children']>;

/** Children are asked for once: paging through them must not list a folder again for each page. */
interface Expandable {
  readonly kind: 'children';
  readonly load: Children;
  loaded?: Promise<readonly Value[]>;
}

type Entry =
  | Expandable
  | { readonly kind: 'frame'; readonly reference: FrameReference }
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'content'; readonly content: Content };

function isOwn(entry: Entry | undefined, kind: Entry['kind']): boolean {
  return entry?.kind === kind;
}

/**
 * Numbers that the client knows frames, values and places by. All of a thread's die when it goes on; no number is
 * given twice, so a client that comes late is told so instead of being shown something else.
 */
export class References {
  readonly #entries = new Map<number, { readonly thread: number; readonly entry: Entry }>();
  readonly #frames = new Map<Frame, number>();
  #next = 1;

  /** Number of a frame; the same as long as its stop lasts. */
  frame(reference: FrameReference): number {
    const known = this.#frames.get(reference.frame);
    if (known !== undefined) return known;
    const id = this.#add(reference.stop.thread, { kind: 'frame', reference });
    this.#frames.set(reference.frame, id);
    return id;
  }

  /** Number under which children can be asked for. */
  children(thread: number, load: Children): number {
    return this.#add(thread, { kind: 'children', load });
  }

  /** Number of a line of the Dockerfile. */
  line(thread: number, line: number): number {
    return this.#add(thread, { kind: 'line', line });
  }

  /** Number of a text. */
  content(thread: number, content: Content): number {
    return this.#add(thread, { kind: 'content', content });
  }

  /** The frame of a number. */
  findFrame(id: number): FrameReference {
    const found = this.#find(id, 'frame');
    return found.kind === 'frame' ? found.reference : this.#wrong(id);
  }

  /** The children of a number, and its thread. */
  findChildren(
    id: number,
    signal: AbortSignal,
  ): { readonly thread: number; readonly values: Promise<readonly Value[]> } {
    const entry = this.#find(id, 'children');
    if (entry.kind !== 'children') return this.#wrong(id);
    const thread = this.#entries.get(id)?.thread ?? 0;
    entry.loaded ??= this.#load(entry, signal);
    return { thread, values: entry.loaded };
  }

  /** One of the children of a number, by its name. */
  async findChild(id: number, name: string, signal: AbortSignal): Promise<Value> {
    const found = (await this.findChildren(id, signal).values).find((value) => value.name === name);
    if (found === undefined)
      throw new UserError('variable-unknown', `There is no "${name}" among the values of ${id}.`);
    return found;
  }

  /** Children of a thread's values are asked for anew: one of them was changed. */
  reload(thread: number): void {
    for (const { thread: owner, entry } of this.#entries.values())
      if (owner === thread && entry.kind === 'children') delete entry.loaded;
  }

  /** The line or text of a number. */
  findPlace(id: number): { readonly line: number } | { readonly content: Content } {
    const entry = this.#entries.get(id)?.entry;
    if (entry?.kind === 'line') return { line: entry.line };
    if (entry?.kind === 'content') return { content: entry.content };
    return this.#wrong(id);
  }

  /** Forgets what was said of a thread's stop. */
  forget(thread: number): void {
    for (const [id, { thread: owner }] of this.#entries) if (owner === thread) this.#entries.delete(id);
    for (const [frame, id] of this.#frames) if (!this.#entries.has(id)) this.#frames.delete(frame);
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear();
    this.#frames.clear();
  }

  async #load(entry: Expandable, signal: AbortSignal): Promise<readonly Value[]> {
    try {
      return await entry.load(signal);
    } catch (error) {
      // Not kept: the next one who asks may have more luck, or more patience.
      delete entry.loaded;
      throw error;
    }
  }

  #add(thread: number, entry: Entry): number {
    const id = this.#next++;
    this.#entries.set(id, { thread, entry });
    return id;
  }

  #find(id: number, kind: Entry['kind']): Entry {
    const found = this.#entries.get(id)?.entry;
    return found !== undefined && isOwn(found, kind) ? found : this.#wrong(id);
  }

  #wrong(id: number): never {
    if (id < this.#next && id > 0 && !this.#entries.has(id)) {
      throw new UserError('reference-stale', 'This belongs to a stop that is over: the build has gone on since.');
    }
    throw new UserError('reference-unknown', `Nothing is known by the number ${id}.`);
  }
}
