/** The shell in which the script of a RUN runs, from command to command. */
import { randomBytes } from 'node:crypto';
import type { Process } from '../../buildkit/api.js';
import { takeTurns } from '../../buildkit/turns.js';
import { argsOf, type Steppable } from '../../dockerfile/script/model.js';
import type { OutputSink } from '../api.js';
import type { Bench } from '../containers/bench.js';
import { UserError } from '../errors.js';
import { freeDescriptors, GO, listen, orderFor, prelude, withoutTrace, type Word } from './hook.js';

/** Where the shell is: before a command, or at its end. */
export type Place =
  | { readonly kind: 'before'; readonly statement: number; readonly status: number }
  | { readonly kind: 'ended'; readonly code: number };

export interface RunOptions {
  readonly output: OutputSink;
  /** Interrupts it. */
  readonly signal: AbortSignal;
  /** In a copy of the shell: it changes nothing but files. */
  readonly forget: boolean;
}

export interface LiveShell {
  /** Where it is; undefined while a command runs. */
  readonly place: Place | undefined;
  /** Lets it go on to the next command, or to its end. Rejects when the container is gone. */
  go(): Promise<Place>;
  /**
   * Runs a text in it, where it stands before a command; answers the exit code. Several run one after the other.
   */
  run(text: string, options: RunOptions): Promise<number>;
  /** To all that it runs, and itself. */
  signal(name: string): void;
  /** Ends it: some engines keep a container until its processes read no more. What it writes then is not told. */
  end(): void;
}

/** Longest wait for output after the end, in milliseconds. */
const LATE_OUTPUT = 500;
/** How long a command that was interrupted may take to end, in milliseconds. */
const PATIENCE = 2000;
/** The same for one that was cancelled: then the shell is ended with it, for else nobody could use it any more. */
const LAST_PATIENCE = 5000;

/** Between two interrupts of a command that goes on: the first one may end a function of it only. In milliseconds. */
const AGAIN = 300;

/**
 * Starts it. It stands before nothing yet: `go` brings it to its first command. Rejects with `UserError` for a script that
 * leaves no file descriptors.
 *
 * @param output of the script
 */
export async function startLiveShell(
  bench: Bench,
  script: Steppable,
  output: OutputSink,
  signal: AbortSignal,
): Promise<LiveShell> {
  const token = randomBytes(12).toString('hex');
  const descriptors = freeDescriptors(script.script);
  if (descriptors === undefined)
    throw new UserError('inside-descriptors', 'Its script has a use for nearly all file descriptors up to 9.');
  const begin = prelude(token, descriptors);
  const args = argsOf(script, begin);
  const process = await bench.start(() => ({ args, tty: false, stdin: true }), signal);
  return new HookedShell(process, { token, begin }, output);
}

/** By which the words of the hook are known, and what the script has in front of it. */
interface Own {
  readonly token: string;
  readonly begin: string;
}

class HookedShell implements LiveShell {
  place: Place | undefined;
  readonly #process: Process;
  #output: OutputSink;
  #sink: OutputSink;
  #ended: Promise<Place>;
  /** What the hook said last on the one stream, until the other one has caught up. */
  #said: Extract<Word, { kind: 'at' | 'done' }> | undefined;
  #caughtUp = 0;
  /** Commands before which others stand: a pipeline runs several at once. */
  readonly #others: Place[] = [];
  #ready = false;
  #started = false;
  #goes = false;
  #place: ((place: Place) => void) | undefined;
  #code: ((code: number) => void) | undefined;
  /** Settles when no interrupt is on its way any more: one that comes late would hit what runs next. */
  #interrupted: Promise<unknown> = Promise.resolve();
  /** Settles when all that was typed so far is done. */
  #turn: Promise<void> = Promise.resolve();

  constructor(process: Process, own: Own, output: OutputSink) {
    this.#process = process;
    this.#output = output;
    this.#sink = output;
    const pumped = this.#pump(own);
    // Why output ended too soon is told by the end of the process.
    pumped.catch(() => undefined);
    this.#ended = this.#end(pumped);
    this.#ended.catch(() => undefined);
  }

  async go(): Promise<Place> {
    this.#goes = true;
    try {
      return await this.#go();
    } finally {
      this.#goes = false;
    }
  }

  async #go(): Promise<Place> {
    await this.#quiet();
    await this.#interrupted;
    this.place = undefined;
    this.#sink = this.#output;
    const next = new Promise<Place>((resolve) => (this.#place = resolve));
    if (this.#started) await this.#process.write(Buffer.from(GO));
    this.#started = true;
    const other = this.#others.shift();
    if (other !== undefined) this.#arrive(other);
    return (this.place = await Promise.race([next, this.#ended]));
  }

  /** What was typed and still runs is interrupted, what waits for it does not run: the script goes on in the same shell. */
  async #quiet(): Promise<void> {
    if (this.#code === undefined) return;
    this.#interrupt();
    const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), PATIENCE).unref());
    if ((await Promise.race([this.#turn, late])) === 'late')
      throw new UserError(
        'shell-busy',
        'A command that was typed does not end.',
        'Restart Frame begins the RUN again.',
      );
  }

  run(text: string, options: RunOptions): Promise<number> {
    // One after the other: it is one shell.
    const ran = this.#turn.then(() => this.#run(text, options));
    this.#turn = ran.then(
      () => undefined,
      () => undefined,
    );
    return ran;
  }

  async #run(text: string, { output, signal, forget }: RunOptions): Promise<number> {
    await this.#interrupted;
    signal.throwIfAborted();
    if (this.place?.kind === 'ended') return this.#endedBy(this.place);
    if (this.#goes || this.place === undefined)
      throw new UserError('shell-busy', 'The shell of this RUN does not stand before a command.', 'Pause it first.');
    this.#sink = output;
    let late: NodeJS.Timeout | undefined;
    const stop = (): void => {
      this.#interrupt();
      late = setTimeout(() => this.signal('KILL'), LAST_PATIENCE).unref();
    };
    const done = new Promise<number>((resolve) => (this.#code = resolve));
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#process.write(Buffer.from(orderFor(text, forget)));
      return await Promise.race([done, this.#ended.then((place) => this.#endedBy(place))]);
    } finally {
      signal.removeEventListener('abort', stop);
      clearTimeout(late);
      this.#code = undefined;
      this.#sink = this.#output;
    }
  }

  /** Until the command that runs now has ended. */
  #interrupt(): void {
    const running = this.#code;
    if (running === undefined) return;
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE).unref());
    this.#interrupted = Promise.race([this.#process.signal('INT'), late]);
    setTimeout(() => this.#code === running && this.#interrupt(), AGAIN).unref();
  }

  signal(name: string): void {
    void this.#process.signal(name);
  }

  end(): void {
    this.#output = () => undefined;
    this.#sink = this.#output;
    this.#process.endInput();
    if (this.place === undefined) this.signal('KILL');
  }

  #endedBy(place: Place): never {
    this.place = place;
    const code = place.kind === 'ended' ? ` (exit code ${place.code})` : '';
    throw new UserError(
      'shell-ended',
      `The shell of this RUN ended with the command${code}.`,
      'Restart Frame begins the RUN again.',
    );
  }

  async #end(pumped: Promise<void>): Promise<Place> {
    const { code } = await this.#process.exit;
    const late = new Promise<void>((resolve) => setTimeout(resolve, LATE_OUTPUT).unref());
    await Promise.race([pumped, late]);
    return { kind: 'ended', code };
  }

  async #pump({ token, begin }: Own): Promise<void> {
    const ears = { 1: listen(token), 2: listen(token) };
    const filter = withoutTrace();
    const turn = takeTurns();
    const early: Uint8Array[] = [];
    const write = async (fd: 1 | 2, data: Uint8Array): Promise<void> => {
      if (data.length > 0) await this.#sink({ fd, data });
    };
    for await (const { fd, data } of this.#process.output) {
      for (const heard of ears[fd].take(data)) {
        if (heard.kind !== 'text') this.#hear(heard);
        else if (fd === 1) await write(1, heard.data);
        else if (this.#ready) await write(2, Buffer.from(filter.take(heard.data)));
        else early.push(heard.data);
      }
      await turn();
    }
    // Before it is ready, a shell traces what is not of the script; one that never is says why.
    if (!this.#ready) await write(2, Buffer.from(Buffer.concat(early).toString().replaceAll(begin, '')));
    await write(1, ears[1].rest());
    await write(2, Buffer.from(filter.take(ears[2].rest()) + filter.rest()));
  }

  #hear(word: Word): void {
    if (word.kind === 'ready') this.#ready = true;
    if (word.kind === 'at' || word.kind === 'done') this.#said = word;
    if (word.kind === 'written') this.#caughtUp++;
    if (this.#said === undefined || this.#caughtUp === 0) return;
    const said = this.#said;
    this.#said = undefined;
    this.#caughtUp--;
    if (said.kind === 'done') this.#code?.(said.code);
    else this.#arrive({ kind: 'before', statement: said.statement, status: said.status });
  }

  #arrive(place: Place): void {
    if (this.#place === undefined) this.#others.push(place);
    this.#place?.(place);
    this.#place = undefined;
  }
}
