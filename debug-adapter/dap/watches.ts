import type { BreakpointFact, DataBreakpoint, Watched } from '../debugger/api.js';
import type { Session } from './session.js';

function same(a: Watched, b: Watched): boolean {
  if (a.kind === 'path') return b.kind === 'path' && a.path === b.path;
  return b.kind === 'variable' && a.name === b.name;
}

/** Data breakpoints of the client, and those that were typed in the console: the debugger wants all of them at once. */
export class Watches {
  readonly #session: Session;
  #ofClient: readonly DataBreakpoint[] = [];
  #typed: readonly Watched[] = [];

  constructor(session: Session) {
    this.#session = session;
  }

  /** What was typed. */
  get typed(): readonly Watched[] {
    return this.#typed;
  }

  /** Sets those of the client. */
  replace(breakpoints: readonly DataBreakpoint[]): readonly BreakpointFact[] {
    this.#ofClient = breakpoints;
    return this.#set().slice(0, breakpoints.length);
  }

  /** Adds one; once is enough. */
  add(watched: Watched): void {
    if (this.#typed.some((known) => same(known, watched))) return;
    this.#typed = [...this.#typed, watched];
    this.#set();
  }

  /** Removes one; answers whether it was there. */
  remove(watched: Watched): boolean {
    const rest = this.#typed.filter((known) => !same(known, watched));
    const found = rest.length < this.#typed.length;
    this.#typed = rest;
    this.#set();
    return found;
  }

  #set(): readonly BreakpointFact[] {
    return this.#session.debugger.setDataBreakpoints([
      ...this.#ofClient,
      ...this.#typed.map((watched) => ({ watched })),
    ]);
  }
}
