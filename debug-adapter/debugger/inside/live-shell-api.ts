/** What the shell in which a script runs can do, and what it does. */
import type { OutputSink } from '../api.js';
import type { Order, Spot } from './orders.js';

/**
 * Where the shell is: before a command, or at its end.
 *
 * @property copies how many commands that copies of the shell may run it has come to; the last one may be one
 */
export type Place = Standing | Ended;

export type Standing = { readonly kind: 'before'; readonly status: number; readonly copies: number } & Spot;

export interface Ended {
  readonly kind: 'ended';
  readonly code: number;
}

/** What a shell does. It goes from one to the next; what it runs that was typed is beside that, where it stands. */
export type ShellState =
  /** Before its first command: it waits for nothing. */
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly order: Order }
  /** A command of it was halted in its midst. */
  | { readonly kind: 'halted'; readonly order: Order }
  | { readonly kind: 'standing'; readonly place: Standing }
  /** Before a command, and runs what was typed. */
  | {
      readonly kind: 'answering';
      readonly place: Standing;
      readonly answer: (code: number) => void;
    }
  | Ended;

export interface RunOptions {
  readonly output: OutputSink;
  /** Interrupts it. */
  readonly signal: AbortSignal;
  /** In a copy of the shell: it changes nothing but files. */
  readonly forget: boolean;
}

/** What the script writes, with the number of the statement that writes it; undefined before the first one. */
export type ScriptOutput = (piece: Parameters<OutputSink>[0], statement: number | undefined) => void | Promise<void>;

export interface LiveShell {
  readonly state: ShellState;
  /** The statement that it came to last, as far as it has told. */
  readonly last: Spot | undefined;
  /** Lets it go on to a command that the order means, or to its end. Rejects when the container is gone. */
  go(order: Order): Promise<Place>;
  /**
   * Asks it to stop at the next command, whatever its order: `go` then answers with that. Resolves when it cannot pass one
   * any more, or when it does not run.
   */
  ask(): Promise<void>;
  /** Halts what runs, in its midst. */
  halt(): void;
  /** Lets that go on. */
  wake(): void;
  /**
   * Runs a text in it, where it stands before a command; answers the exit code. Several run one after the other.
   */
  run(text: string, options: RunOptions): Promise<number>;
  /** To all that it runs, and itself. */
  signal(name: string): void;
  /** Ends it: some engines keep a container until its processes read no more. What it writes then is not told. */
  end(): void;
}
