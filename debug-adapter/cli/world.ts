/** What a session needs of the process it runs in; handed in by main.ts. */
import type { ReadStream } from 'node:tty';
import type { Peer } from './adapter.js';
import type { Screen } from './progress.js';
import type { ReportFile } from './report-file.js';

/** A terminal to read from. Between `open` and `close` the prompt has it, else the programs that are started on it. */
export interface Keyboard {
  /** For programs that are started. */
  readonly fd: number;
  readonly open: () => ReadStream;
  readonly close: (stream: ReadStream) => void;
}

/** The outside world of a session. */
export interface World {
  readonly screen: Screen;
  /** Where the user types; undefined when nobody can answer. */
  readonly keyboard: Keyboard | undefined;
  /** The screen can be drawn on. */
  readonly drawable: boolean;
  /** Is told what is seen, and writes it down. */
  readonly report: ReportFile | undefined;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Starts an adapter for one session. */
  readonly openAdapter: () => Peer;
  /** Calls back on Ctrl-C. */
  onInterrupt(listener: () => void): Disposable;
}
