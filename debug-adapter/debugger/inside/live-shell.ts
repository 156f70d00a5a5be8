/** The shell in which the script of a RUN runs, from command to command. */
import { randomBytes } from 'node:crypto';
import type { Process } from '../../buildkit/api.js';
import { argsOf, type Steppable } from '../../dockerfile/script/model.js';
import type { OutputSink } from '../api.js';
import type { Bench } from '../containers/bench.js';
import { SCRATCH } from '../containers/own-folder.js';
import { UserError } from '../errors.js';
import { freeDescriptors, hasInterrupt, prelude } from './hook.js';
import type { LiveShell, Place, RunOptions, ScriptOutput, ShellState, Standing, Ended } from './live-shell-api.js';
import { goOn, orderFor, type Order, type Spot } from './orders.js';
import { pump, type Own } from './pump.js';
import type { Word } from './words.js';

/** Longest wait for output after the end, in milliseconds. */
const LATE_OUTPUT = 500;
/** How long a command that was interrupted may take to end, in milliseconds. */
const PATIENCE = 2000;
/** The same for one that was cancelled: then the shell is ended with it, for else nobody could use it any more. */
const LAST_PATIENCE = 5000;
/** Between two interrupts of a command that goes on: the first one may end a function of it only. In milliseconds. */
const AGAIN = 300;

/**
 * Starts it. Its first command is where it stops first, whatever the order. Rejects with `UserError` for a script that
 * leaves no file descriptors.
 *
 * @param output of the script
 * @param folder where every user can write
 */
export async function startLiveShell(
  bench: Pick<Bench, 'start' | 'run'>,
  script: Steppable,
  output: ScriptOutput,
  signal: AbortSignal,
  folder: string = SCRATCH,
): Promise<LiveShell> {
  const token = randomBytes(12).toString('hex');
  const descriptors = freeDescriptors(script.script);
  if (descriptors === undefined)
    throw new UserError('inside-descriptors', 'Its script has a use for nearly all file descriptors up to 9.');
  const { counts, statements } = script;
  const news = `${folder}/news.${token.slice(0, 8)}.`;
  const interrupts = hasInterrupt(script.script);
  const begin = prelude({ token, descriptors, statements, counts, interrupts, news });
  const args = argsOf(script, begin);
  const process = await bench.start(() => ({ args, tty: false, stdin: true }), signal);
  const tell = async (path: string): Promise<void> => {
    const { signal: never } = new AbortController();
    await bench.run(`: > ${path}`, { output: () => undefined, signal: never, remember: false });
  };
  return new HookedShell(process, { own: { token, begin }, statements, news, tell }, output);
}

interface Means {
  readonly own: Own;
  readonly statements: Steppable['statements'];
  readonly news: string;
  /** Makes an empty file in the container. */
  readonly tell: (path: string) => Promise<void>;
}

class HookedShell implements LiveShell {
  state: ShellState = { kind: 'starting' };
  last: Spot | undefined;
  readonly #process: Process;
  readonly #means: Means;
  #output: ScriptOutput;
  /** Of what was typed. */
  #typed: OutputSink | undefined;
  readonly #ended: Promise<Ended>;
  /** What the hook said last on the one stream, until the other one has caught up. */
  #said: Extract<Word, { kind: 'at' | 'done' }> | undefined;
  #caughtUp = 0;
  #copies = 0;
  /** Of the last order. */
  #news = 0;
  #asked: Promise<void> | undefined;
  /** Statements of each stream that write to it. */
  readonly #writing: Record<1 | 2, number | undefined> = { 1: undefined, 2: undefined };
  /** Commands before which others stand: a pipeline runs several at once. */
  readonly #others: Standing[] = [];
  #arrive: ((place: Place) => void) | undefined;
  /** Settles when no interrupt is on its way any more: one that comes late would hit what runs next. */
  #interrupted: Promise<unknown> = Promise.resolve();
  /** It is about to go on: nothing that was typed begins any more. */
  #leaves = false;
  /** Settles when all that was typed so far is done. */
  #turn: Promise<void> = Promise.resolve();

  constructor(process: Process, means: Means, output: ScriptOutput) {
    this.#process = process;
    this.#means = means;
    this.#output = output;
    const write: OutputSink = (piece) =>
      this.#typed === undefined ? this.#output(piece, this.#writing[piece.fd]) : this.#typed(piece);
    const pumped = pump(process.output, means.own, { write, hear: (word, fd) => this.#hear(word, fd) });
    // Why output ended too soon is told by the end of the process.
    pumped.catch(() => undefined);
    this.#ended = this.#end(pumped);
    this.#ended.catch(() => undefined);
  }

  async go(order: Order): Promise<Place> {
    await this.#quiet();
    await this.#interrupted;
    const { state } = this;
    if (state.kind === 'ended') return state;
    if (state.kind === 'running' || state.kind === 'halted') throw new Error('A shell that runs cannot be let go.');
    const { statements, news } = this.#means;
    this.#asked = undefined;
    this.state = { kind: 'running', order };
    const next = new Promise<Place>((resolve) => (this.#arrive = resolve));
    if (state.kind !== 'starting')
      await this.#process.write(Buffer.from(goOn(order, statements.length, `${news}${++this.#news}`)));
    const other = this.#others.shift();
    if (other !== undefined) this.#come(other);
    const place = await Promise.race([next, this.#ended]);
    this.state = place.kind === 'ended' ? place : { kind: 'standing', place };
    return place;
  }

  ask(): Promise<void> {
    const { news, tell } = this.#means;
    if (this.state.kind !== 'running') return Promise.resolve();
    return (this.#asked ??= tell(`${news}${this.#news}`));
  }

  halt(): void {
    if (this.state.kind !== 'running') return;
    this.state = { ...this.state, kind: 'halted' };
    this.signal('STOP');
  }

  wake(): void {
    if (this.state.kind !== 'halted') return;
    this.state = { ...this.state, kind: 'running' };
    this.signal('CONT');
  }

  /** What was typed and still runs is interrupted, what waits for it does not run: the script goes on in the same shell. */
  async #quiet(): Promise<void> {
    if (this.state.kind !== 'answering') return;
    this.#interrupt();
    this.#leaves = true;
    const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), PATIENCE).unref());
    const first = await Promise.race([this.#turn, late]).finally(() => (this.#leaves = false));
    if (first === 'late')
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
    const { state } = this;
    if (state.kind === 'ended') return this.#endedBy(state);
    if (state.kind !== 'standing' || this.#leaves)
      throw new UserError('shell-busy', 'The shell of this RUN does not stand before a command.', 'Pause it first.');
    let late: NodeJS.Timeout | undefined;
    const stop = (): void => {
      this.#interrupt();
      late = setTimeout(() => this.signal('KILL'), LAST_PATIENCE).unref();
    };
    const { place } = state;
    const done = new Promise<number>((answer) => (this.state = { kind: 'answering', place, answer }));
    this.#typed = output;
    signal.addEventListener('abort', stop, { once: true });
    try {
      await this.#process.write(Buffer.from(orderFor(text, forget)));
      const code = await Promise.race([done, this.#ended.then((end) => this.#endedBy(end))]);
      this.state = state;
      return code;
    } finally {
      signal.removeEventListener('abort', stop);
      clearTimeout(late);
      this.#typed = undefined;
    }
  }

  /** Until the command that runs now has ended. */
  #interrupt(): void {
    const running = this.state;
    if (running.kind !== 'answering') return;
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE).unref());
    this.#interrupted = Promise.race([this.#process.signal('INT'), late]);
    setTimeout(() => this.state === running && this.#interrupt(), AGAIN).unref();
  }

  signal(name: string): void {
    void this.#process.signal(name);
  }

  end(): void {
    this.#output = () => undefined;
    this.#typed = undefined;
    this.#process.endInput();
    if (['starting', 'running', 'halted'].includes(this.state.kind)) this.signal('KILL');
  }

  #endedBy(place: Place): never {
    if (place.kind === 'ended') this.state = place;
    const code = place.kind === 'ended' ? ` (exit code ${place.code})` : '';
    throw new UserError(
      'shell-ended',
      `The shell of this RUN ended with the command${code}.`,
      'Restart Frame begins the RUN again.',
    );
  }

  async #end(pumped: Promise<void>): Promise<Ended> {
    const { code } = await this.#process.exit;
    const late = new Promise<void>((resolve) => setTimeout(resolve, LATE_OUTPUT).unref());
    await Promise.race([pumped, late]);
    return { kind: 'ended', code };
  }

  #hear(word: Word, fd: 1 | 2): void {
    if (word.kind === 'in') {
      this.#writing[fd] = word.statement;
      if (fd === 1) return;
      this.#pass(word);
    }
    // Behind it, a copy of the shell may have been the last.
    if (word.kind === 'end' && word.count >= (this.last?.count ?? 0)) this.last = word;
    if (word.kind === 'at' || word.kind === 'done') this.#said = word;
    if (word.kind === 'written') this.#caughtUp++;
    if (this.#said === undefined || this.#caughtUp === 0) return;
    const said = this.#said;
    this.#said = undefined;
    this.#caughtUp--;
    if (said.kind === 'at') this.#come({ ...said, kind: 'before', copies: this.#pass(said) });
    else if (this.state.kind === 'answering') this.state.answer(said.code);
  }

  #pass(spot: Spot): number {
    this.last = spot;
    if (this.#means.statements[spot.statement]?.forked === true) this.#copies++;
    return this.#copies;
  }

  #come(place: Standing): void {
    if (this.#arrive === undefined) {
      this.#others.push(place);
      return;
    }
    this.last = place;
    this.#writing[1] = this.#writing[2] = place.statement;
    this.#arrive(place);
    this.#arrive = undefined;
  }
}
