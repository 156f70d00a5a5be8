/** Numbers of breakpoints. A breakpoint keeps its number as long as it stands at its line. */
export class BreakpointIds {
  readonly #files = new Map<string, Map<number, number>>();
  #next = 1;

  /** Numbers for all breakpoints of a file, by the line that was asked for; others of it are forgotten. */
  replace(path: string, lines: readonly number[]): ReadonlyMap<number, number> {
    const before = this.#files.get(path);
    const after = new Map<number, number>();
    for (const line of lines) after.set(line, after.get(line) ?? before?.get(line) ?? this.#next++);
    this.#files.set(path, after);
    return after;
  }

  /** Numbers of a file. */
  of(path: string): ReadonlyMap<number, number> {
    return this.#files.get(path) ?? new Map<number, number>();
  }
}
