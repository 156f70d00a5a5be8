import { sameFile } from '../debugger/paths.js';

/** Numbers of breakpoints. A breakpoint keeps its number as long as it stands at its line. */
export class BreakpointIds {
  readonly #files = new Map<string, ReadonlyMap<number, number>>();
  #next = 1;

  /** Numbers for all breakpoints of a file, by the line that was asked for; others of it are forgotten. */
  replace(path: string, lines: readonly number[]): ReadonlyMap<number, number> {
    const before = this.of(path);
    const after = new Map<number, number>();
    for (const line of lines) after.set(line, after.get(line) ?? before.get(line) ?? this.#next++);
    for (const known of [...this.#files.keys()]) if (sameFile(known, path)) this.#files.delete(known);
    this.#files.set(path, after);
    return after;
  }

  /** Numbers of a file, whichever way its path is spelled. */
  of(path: string): ReadonlyMap<number, number> {
    for (const [known, ids] of this.#files) if (sameFile(known, path)) return ids;
    return new Map<number, number>();
  }
}
