/** A way through the commands of one RUN, in a container of the state before it. What it leaves there is no part of the build. */
import { StringDecoder } from 'node:string_decoder';
import type { DebuggerEvents, Going, OutputSink } from '../api.js';
import type { Bench } from '../containers/bench.js';
import type { Statement } from '../../dockerfile/script/model.js';
import { UserError } from '../errors.js';
import type { Emitter } from '../events.js';
import { keepText } from '../containers/probe.js';
import type { LiveShell, Place, RunOptions } from './live-shell.js';
import { LIST_VARIABLES, LONGEST_LIST } from './shell-variables.js';

export interface Visit extends AsyncDisposable {
  readonly statements: readonly Statement[];
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
  /** So many commands it has come to: what it takes to come here again. */
  readonly met: number;
  /** The container in which the script runs. */
  readonly bench: Bench;
  /**
   * Goes on to where that leads, a breakpoint or the end. The signal pauses it.
   *
   * @param stops whether to stop before a command for another reason than how it goes
   */
  go<T>(how: Exclude<Going, object>, stops: Asked<T>, signal: AbortSignal): Promise<T | 'arrived' | 'paused' | 'ended'>;
  /** Comes to that many commands and stops before none of those between. Answers as `go` does; the signal pauses it. */
  replay(met: number, signal: AbortSignal): Promise<'arrived' | 'paused' | 'ended'>;
  /** As `LiveShell.run`; beside the script where a command of it runs, or where it has ended. */
  run(text: string, options: RunOptions): Promise<number>;
}

/** Answers why it stops before a command; undefined for no reason. */
export type Asked<T> = (statement: Statement, signal: AbortSignal) => Promise<T | undefined>;

export interface VisitInput {
  readonly statements: readonly Statement[];
  readonly shell: LiveShell;
  readonly bench: Bench;
  readonly end: () => Promise<void>;
}

/** Stands before nothing yet: going on brings it to its first command. */
export function createVisit(input: VisitInput): Visit {
  return new ScriptVisit(input);
}

class ScriptVisit implements Visit {
  readonly statements: readonly Statement[];
  readonly bench: Bench;
  statement: Statement;
  status = 0;
  code: number | undefined;
  paused = false;
  begun = '';
  changes = 0;
  met = 0;
  readonly #input: VisitInput;
  /** Functions that called each other: where it stands is in the last; undefined is the script itself. */
  readonly #calls: (number | undefined)[] = [undefined];
  #going: Promise<Place> | undefined;

  constructor(input: VisitInput) {
    this.#input = input;
    this.statements = input.statements;
    this.bench = input.bench;
    const [first] = input.statements;
    if (first === undefined) throw new RangeError('A script without commands cannot be gone through.');
    this.statement = first;
  }

  async go<T>(
    how: Exclude<Going, object>,
    stops: Asked<T>,
    signal: AbortSignal,
  ): Promise<T | 'arrived' | 'paused' | 'ended'> {
    if (this.code !== undefined) return 'ended';
    const calls = how === 'stepOut' ? this.#calls.slice(0, -1) : [...this.#calls];
    if (this.paused) this.#input.shell.signal('CONT');
    for (;;) {
      const came = await this.#come(signal);
      if (came !== 'arrived') return came;
      const why = await stops(this.statement, signal);
      if (why !== undefined) return why;
      const isNew = !calls.includes(this.statement.within);
      if (how === 'stepIn' || (how !== 'continue' && !isNew)) return 'arrived';
    }
  }

  async replay(met: number, signal: AbortSignal): Promise<'arrived' | 'paused' | 'ended'> {
    while (this.met < met) {
      const came = await this.#come(signal);
      if (came !== 'arrived') return came;
    }
    return 'arrived';
  }

  async run(text: string, options: RunOptions): Promise<number> {
    const { shell } = this.#input;
    if (this.code === undefined && !this.paused)
      return await shell.run(text, options).finally(() => {
        if (!options.forget) this.changes++;
        // What was typed may have ended it.
        if (shell.place?.kind === 'ended') this.code = shell.place.code;
      });
    const { forget, ...rest } = options;
    return await this.bench.run(text, { ...rest, remember: !forget });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.end();
  }

  /** To the next command. */
  async #come(signal: AbortSignal): Promise<'arrived' | 'paused' | 'ended'> {
    const place = await this.#next(signal);
    if (place === undefined) return 'paused';
    if (place.kind === 'ended') {
      if (this.met === 0 && place.code !== 0) throw new UserError('inside-not-begun', notBegun(place.code));
      this.code = place.code;
      return 'ended';
    }
    this.#stand(place);
    if (this.met === 1) this.begun = await this.#list();
    return 'arrived';
  }

  async #list(): Promise<string> {
    const { sink, text } = keepText(LONGEST_LIST);
    const { signal } = new AbortController();
    await this.#input.shell.run(LIST_VARIABLES, { output: sink, signal, forget: true });
    return text();
  }

  /** Undefined when it was paused on the way. */
  async #next(signal: AbortSignal): Promise<Place | undefined> {
    this.paused = false;
    this.#going ??= this.#input.shell.go();
    let pause = (): void => undefined;
    const paused = new Promise<undefined>((resolve) => (pause = () => resolve(undefined)));
    if (signal.aborted) pause();
    signal.addEventListener('abort', pause, { once: true });
    const place = await Promise.race([this.#going, paused]).finally(() => signal.removeEventListener('abort', pause));
    if (place !== undefined) this.#going = undefined;
    else {
      this.paused = true;
      this.#input.shell.signal('STOP');
    }
    return place;
  }

  #stand({ statement, status }: Extract<Place, { kind: 'before' }>): void {
    this.statement = this.statements[statement] ?? this.statement;
    this.status = status;
    this.met++;
    this.changes++;
    const known = this.#calls.indexOf(this.statement.within);
    if (known >= 0) this.#calls.splice(known + 1);
    else this.#calls.push(this.statement.within);
  }
}

/** Exit code by which a process says that there is no such program. */
const NOT_FOUND = 127;

function notBegun(code: number): string {
  if (code === NOT_FOUND) return 'the image does not have its shell.';
  return `its shell ended before a first command, with exit code ${code}.`;
}

/** What the script writes, told on the line of the command that is at work. */
export function toldOutput(events: Emitter<DebuggerEvents>, line: () => number): OutputSink {
  const decoders = { 1: new StringDecoder('utf8'), 2: new StringDecoder('utf8') };
  return ({ fd, data }) => {
    const text = decoders[fd].write(Buffer.from(data));
    if (text !== '')
      events.emit('output', { category: fd === 1 ? 'stdout' : 'stderr', text, line: line(), stepped: true });
  };
}
