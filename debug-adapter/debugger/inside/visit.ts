/** A way through the commands of one RUN, in a container of the state before it. What it leaves there is no part of the build. */
import { StringDecoder } from 'node:string_decoder';
import { isDeepStrictEqual } from 'node:util';
import type { DebuggerEvents, Going, OutputSink } from '../api.js';
import type { Bench } from '../containers/bench.js';
import type { PassedFunction, Statement } from '../../dockerfile/script/model.js';
import { UserError } from '../errors.js';
import type { Emitter } from '../events.js';
import { keepText } from '../containers/probe.js';
import type { LiveShell, Place, RunOptions } from './live-shell-api.js';
import { isMeant, type Order } from './orders.js';
import { breakpointsOf, orderTo } from './ways.js';
import { LIST_VARIABLES, LONGEST_LIST } from './shell-variables.js';

/** A place on the way through a script, by which one comes there again. */
export interface Spot {
  readonly statement: number;
  /** What its process has counted there. */
  readonly count: number;
  /** How many commands that copies of the shell may run it had come to by then: those count by themselves. */
  readonly copies: number;
}

export interface Visit extends AsyncDisposable {
  readonly statements: readonly Statement[];
  /** Functions that it does not stop in. */
  readonly passed: readonly PassedFunction[];
  /** The command before which it stands, or that runs, or that was the last. */
  readonly statement: Statement;
  /** Exit code of what ran before it. */
  readonly status: number;
  /** Exit code of the script; undefined as long as it has not ended. */
  readonly code: number | undefined;
  /** It was paused while the command runs. */
  readonly paused: boolean;
  /** Variables of the shell before its first command, as it lists them. */
  readonly begun: string;
  /** Another number whenever the shell may have changed. */
  readonly changes: number;
  /** Where it stands, or stood last; undefined before its first command. */
  readonly spot: Spot | undefined;
  /** The container in which the script runs. */
  readonly bench: Bench;
  /** Goes on to where that leads, a breakpoint or the end. The signal pauses it. */
  go<T>(how: Exclude<Going, object>, stops: Stops<T>, signal: AbortSignal): Promise<T | Went>;
  /** Comes to that spot, or to the first command, and stops nowhere before. Answers as `go` does; the signal pauses it. */
  goTo(spot: Spot | 'first', signal: AbortSignal): Promise<Went>;
  /** Breakpoints may have changed: what runs stops at them too. */
  refresh(): void;
  /** As `LiveShell.run`; beside the script where a command of it runs, or where it has ended. */
  run(text: string, options: RunOptions): Promise<number>;
}

/** Where going leads. */
export type Went = 'arrived' | 'paused' | 'ended';

/** Where it stops for another reason than how it goes. */
export interface Stops<T> {
  /** Numbers of statements at which that may be; asked again when that may have changed. */
  readonly at: () => ReadonlySet<number>;
  /** Answers why it stops before one; undefined for no reason. */
  readonly why: (statement: Statement, signal: AbortSignal) => Promise<T | undefined>;
}

export interface VisitInput {
  readonly statements: readonly Statement[];
  readonly passed: readonly PassedFunction[];
  readonly shell: LiveShell;
  readonly bench: Bench;
  readonly end: () => Promise<void>;
}

/** Stands before nothing yet: going on brings it to its first command. */
export function createVisit(input: VisitInput): Visit {
  return new ScriptVisit(input);
}

/** How long a pause waits for the next command before it halts what runs, in milliseconds. */
const PAUSE = 100;

const nowhere: Stops<never> = { at: () => new Set(), why: () => Promise.resolve(undefined) };

class ScriptVisit implements Visit {
  readonly statements: readonly Statement[];
  readonly passed: readonly PassedFunction[];
  readonly bench: Bench;
  status = 0;
  begun = '';
  changes = 0;
  spot: Spot | undefined;
  readonly #input: VisitInput;
  readonly #first: Statement;
  #going: Promise<Place> | undefined;
  /** Breakpoints of the order by which it runs, and those that it should have. */
  #at: { readonly ordered: ReadonlySet<number>; readonly wanted: () => ReadonlySet<number> } | undefined;

  constructor(input: VisitInput) {
    this.#input = input;
    this.statements = input.statements;
    this.passed = input.passed;
    this.bench = input.bench;
    const [first] = input.statements;
    if (first === undefined) throw new RangeError('A script without commands cannot be gone through.');
    this.#first = first;
  }

  get statement(): Statement {
    return this.statements[this.#input.shell.last?.statement ?? 0] ?? this.#first;
  }

  get code(): number | undefined {
    const { state } = this.#input.shell;
    return state.kind === 'ended' ? state.code : undefined;
  }

  get paused(): boolean {
    return this.#input.shell.state.kind === 'halted';
  }

  async go<T>(how: Exclude<Going, object>, stops: Stops<T>, signal: AbortSignal): Promise<T | Went> {
    const { shell } = this.#input;
    const from = { statement: this.statement, statements: this.statements, frame: shell.last?.frame ?? '' };
    for (;;) {
      const order = orderTo(how, from, stops.at());
      const came = await this.#come(order, stops.at, signal);
      if (came !== 'arrived') return came;
      const why = await stops.why(this.statement, signal);
      if (why !== undefined) return why;
      if (shell.last !== undefined && isMeant(order, shell.last)) return 'arrived';
    }
  }

  async goTo(spot: Spot | 'first', signal: AbortSignal): Promise<Went> {
    if (spot === 'first')
      return this.spot !== undefined ? 'arrived' : await this.#come({ kind: 'each' }, nowhere.at, signal);
    const order: Order = { kind: 'count', ...spot };
    for (;;) {
      const came = await this.#come(order, nowhere.at, signal);
      const { last } = this.#input.shell;
      const isMet = last !== undefined && isMeant(order, last);
      const isThere = isMet && (!this.statement.forked || (this.spot?.copies ?? 0) >= spot.copies);
      if (came !== 'arrived' || isThere) return came;
    }
  }

  refresh(): void {
    const { ordered, wanted } = this.#at ?? {};
    if (ordered !== undefined && wanted !== undefined && !isDeepStrictEqual(ordered, wanted()))
      // A container that is gone has told so already.
      this.#input.shell.ask().catch(() => undefined);
  }

  async run(text: string, options: RunOptions): Promise<number> {
    const { shell } = this.#input;
    if (this.code === undefined && !this.paused)
      return await shell.run(text, options).finally(() => {
        if (!options.forget) this.changes++;
      });
    const { forget, ...rest } = options;
    return await this.bench.run(text, { ...rest, remember: !forget });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.end();
  }

  /** To the next place where the shell stops. */
  async #come(order: Order, wanted: () => ReadonlySet<number>, signal: AbortSignal): Promise<Went> {
    if (this.code !== undefined) return 'ended';
    const place = await this.#next(order, wanted, signal);
    if (place === undefined) return 'paused';
    if (place.kind === 'ended') {
      if (this.spot === undefined && place.code !== 0) throw new UserError('inside-not-begun', notBegun(place.code));
      return 'ended';
    }
    const isFirst = this.spot === undefined;
    const { statement, count, copies } = place;
    this.spot = { statement, count, copies };
    this.status = place.status;
    this.changes++;
    if (isFirst) this.begun = await this.#list();
    return signal.aborted ? 'paused' : 'arrived';
  }

  async #list(): Promise<string> {
    const { sink, text } = keepText(LONGEST_LIST);
    const { signal } = new AbortController();
    await this.#input.shell.run(LIST_VARIABLES, { output: sink, signal, forget: true });
    return text();
  }

  /** Undefined when it was paused on the way. */
  async #next(order: Order, wanted: () => ReadonlySet<number>, signal: AbortSignal): Promise<Place | undefined> {
    const { shell } = this.#input;
    // One that was halted has been asked to stop at the next command: then it is given the order.
    shell.wake();
    this.#going ??= shell.go(order);
    this.#at = { ordered: breakpointsOf(order), wanted };
    let pause = (): void => undefined;
    const paused = new Promise<undefined>((resolve) => (pause = () => resolve(undefined)));
    if (signal.aborted) pause();
    signal.addEventListener('abort', pause, { once: true });
    const place =
      (await Promise.race([this.#going, paused]).finally(() => signal.removeEventListener('abort', pause))) ??
      (await this.#atNext(this.#going));
    this.#at = undefined;
    if (place === undefined) shell.halt();
    else this.#going = undefined;
    return place;
  }

  /** Where it stops when it is asked to; undefined where a command takes its time. */
  async #atNext(going: Promise<Place>): Promise<Place | undefined> {
    // Where it cannot be asked, it can be halted.
    await this.#input.shell.ask().catch(() => undefined);
    return await Promise.race([
      going,
      new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PAUSE).unref()),
    ]);
  }
}

/** Exit code by which a process says that there is no such program. */
const NOT_FOUND = 127;

function notBegun(code: number): string {
  if (code === NOT_FOUND) return 'the image does not have its shell.';
  return `its shell ended before a first command, with exit code ${code}.`;
}

/** What the script writes, told on the line of the command that writes it. */
export function toldOutput(events: Emitter<DebuggerEvents>): (piece: Parameters<OutputSink>[0], line: number) => void {
  const decoders = { 1: new StringDecoder('utf8'), 2: new StringDecoder('utf8') };
  return ({ fd, data }, line) => {
    const text = decoders[fd].write(Buffer.from(data));
    if (text !== '') events.emit('output', { category: fd === 1 ? 'stdout' : 'stderr', text, line, stepped: true });
  };
}
