/**
 * A map that remembers what it held at every moment, at the price of one list entry for each change: so a stage of
 * thousands of ENVs keeps its thousands of states.
 */
export class Timeline<V> {
  readonly #start: ReadonlyMap<string, V>;
  readonly #changes: (readonly [string, V])[] = [];
  readonly #current: Map<string, V>;
  readonly #moves: boolean;

  /** With `moves` a key that is set again goes to the end; otherwise it keeps its place. */
  constructor(start: ReadonlyMap<string, V>, moves: boolean) {
    this.#start = start;
    this.#current = new Map(start);
    this.#moves = moves;
  }

  /** The moment that is now. */
  get version(): number {
    return this.#changes.length;
  }

  get(key: string): V | undefined {
    return this.#current.get(key);
  }

  has(key: string): boolean {
    return this.#current.has(key);
  }

  set(key: string, value: V): void {
    this.#changes.push([key, value]);
    this.#put(this.#current, key, value);
  }

  /** What the map holds now; the caller must not keep it. */
  now(): ReadonlyMap<string, V> {
    return this.#current;
  }

  /** What the map held at a moment. */
  at(version: number): ReadonlyMap<string, V> {
    if (version === 0) return this.#start;
    const map = new Map(this.#start);
    for (const [key, value] of this.#changes.slice(0, version)) this.#put(map, key, value);
    return map;
  }

  /** A map of its own that starts with what this one holds now. */
  fork(): Timeline<V> {
    return new Timeline(new Map(this.#current), this.#moves);
  }

  #put(map: Map<string, V>, key: string, value: V): void {
    if (this.#moves) map.delete(key);
    map.set(key, value);
  }
}
