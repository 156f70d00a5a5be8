/** What a thread is made of, and what it can be told. */
import type { Engine } from '../../buildkit/api.js';
import type { Evaluation, Instruction } from '../../dockerfile/model.js';
import type { BuildSettings, DebuggerEvents, Failure, Going, GoingBack, Stop, StopReason } from '../api.js';
import type { Attempt } from '../ask/attempt.js';
import type { Gate } from '../breakpoints/gate.js';
import type { CacheLocks } from '../containers/cache-locks.js';
import type { Emitter } from '../events.js';
import type { Program } from '../program/program.js';
import type { ProgressReporter } from '../progress/progress.js';
import type { Runner } from './runner.js';
import type { Shells } from '../containers/shells.js';
import type { StepBoard } from '../progress/step-status.js';
import type { Point } from '../program/walk.js';

export type ThreadEnd =
  | { readonly kind: 'finished' | 'failed' | 'dropped' }
  | { readonly kind: 'broken'; readonly error: unknown };

export interface ThreadInput {
  readonly id: number;
  readonly program: Program;
  readonly attempt: Attempt;
  readonly settings: BuildSettings;
  readonly engine: Engine;
  readonly board: StepBoard;
  readonly locks: CacheLocks;
  readonly shells: Shells;
  readonly events: Emitter<DebuggerEvents>;
  readonly progress: ProgressReporter;
  readonly gate: (isCached: Runner['isCached']) => Gate;
  readonly stopsOnFailure: (failure: Failure, point: Point) => boolean;
  readonly evaluation: (signal: AbortSignal) => Promise<Evaluation>;
  readonly onNote: (note: string) => void;
  readonly onEnd: (end: ThreadEnd) => void;
}

export interface RunThread extends AsyncDisposable {
  readonly id: number;
  readonly platform: string;
  readonly program: Program;
  readonly stop: Stop | undefined;
  /** Where it stands. */
  readonly point: Point | undefined;
  readonly failed: boolean;
  /** Nothing more will run. */
  readonly over: boolean;
  /** Stands before the first instruction. */
  enter(): void;
  resume(how: Going): void;
  goBack(how: GoingBack): void;
  jump(instruction: Instruction): void;
  /** Runs up to a point and stops nowhere on the way; then it stands there for this reason, or goes on. */
  fastForward(point: Point, then: StopReason | 'continue'): void;
  /** Breakpoints have changed. */
  refresh(): void;
  pause(): Promise<void>;
  /** Ends this platform alone; the others go on. */
  drop(): Promise<void>;
}
