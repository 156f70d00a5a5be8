/**
 * What the debugger shows to whoever drives it (dap/ in the product). No DAP type is known here: facts only,
 * words and ids are dap's.
 *
 * One debugger is one debug session: one Dockerfile, one engine, any number of builds (a restart is a new build).
 */
import type { Config, Dockerfile, Instruction } from '../dockerfile/model.js';
import type { Statement } from '../dockerfile/script/model.js';
import type {
  BreakpointFact,
  DataBreakpoint,
  FilterFact,
  FilterSetting,
  FunctionBreakpoint,
  Going,
  GoingBack,
  LineBreakpoint,
  Override,
  Rebuilding,
} from './asks.js';
import type { BuildSettings } from './build-settings.js';
import type {
  MountFact,
  OutputSink,
  PathPreview,
  ProbeOptions,
  ProbeResult,
  RunOptions,
  ScopeFacts,
  ShellCommand,
  ShellOptions,
  Since,
  SinceOptions,
} from './run-api.js';
import type { TextFix } from './failure-api.js';
import type { StopReason } from './stop-reason.js';
import type { StateFiles, Trees } from './trees-api.js';
import type { Trace } from '../buildkit/trace.js';

export type { Trace };
export type * from './asks.js';
export type * from './build-settings.js';
export type * from './failure-api.js';
export type * from './run-api.js';
export type * from './stop-reason.js';
export type * from './trees-api.js';

/** Environment of the adapter process, handed in so that tests need no process. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  readonly now: () => number;
  /** Told of every call of the engine, and of those that it makes. */
  readonly trace?: Trace | undefined;
}

export interface Debugger extends AsyncDisposable {
  /** Reads and parses the Dockerfile; throws `UserError` with its place when it cannot be built. No engine yet. */
  load(settings: BuildSettings): Promise<Dockerfile>;
  /** Begins to connect, before or while the Dockerfile is read; `prepare` tells what came of it. */
  connect(settings: BuildSettings, signal: AbortSignal): void;
  /**
   * Connects where `connect` has not, asks the frontend for the program. Runs nothing before the client is configured, and
   * then only what nothing can stop.
   */
  prepare(signal: AbortSignal, isConfigured: () => boolean): Promise<void>;
  /** Begins to run, or stands at the entry. Call once, after `prepare` and the first breakpoints. */
  start(): void;
  /**
   * Fresh sources, same breakpoints; every old stop and shell ends, but not before the engine has taken the Dockerfile:
   * rejects with words for one that cannot be built, and what stood still stands.
   */
  restart(signal: AbortSignal, rebuilding?: Rebuilding): Promise<void>;
  /** Cancels what runs and ends the build; `ended` follows. Idempotent. */
  terminate(): Promise<void>;
  /**
   * Whether the Dockerfile, or what the engine was sent of local folders, is different now: by content the one, by size,
   * mode and time of its files the other, as the engine tells.
   */
  edited(signal: AbortSignal): Promise<boolean>;

  /** Works before `load` too: then they are pending, and `breakpoints` events follow. Replaces all of that file. */
  setBreakpoints(path: string, breakpoints: readonly LineBreakpoint[]): readonly BreakpointFact[];
  /** Replaces all of the kind. */
  setFunctionBreakpoints(breakpoints: readonly FunctionBreakpoint[]): readonly BreakpointFact[];
  /** Replaces all of the kind. */
  setDataBreakpoints(breakpoints: readonly DataBreakpoint[]): readonly BreakpointFact[];
  /** Replaces all. Before the first call failed steps stop. */
  setFilters(settings: readonly FilterSetting[]): readonly FilterFact[];

  readonly dockerfile: Dockerfile | undefined;
  /** What was loaded, or is built by now. */
  readonly settings: BuildSettings | undefined;
  /** Whether the build comes by an instruction: its target needs the stage. */
  reaches(instruction: Instruction): boolean;
  /** Why a step of a thread was not taken from the cache, in sentences; undefined where no earlier build is known. */
  why(thread: number, instruction: Instruction): Promise<string | undefined>;
  threads(): readonly ThreadFact[];
  /** What the thread stands at; undefined while it runs or when it has ended. */
  stopOf(thread: number): Stop | undefined;

  resume(thread: number, how: Going): void;
  /** Goes back without running anything: one step, to the last breakpoint before, or to the start of a frame's stage. */
  goBack(thread: number, how: GoingBack): void;
  /** Jumps to an instruction: back at once, forward by running what lies between. */
  jump(thread: number, instruction: Instruction): void;
  /** Cancels what the thread runs; it stops before the step that was running. */
  pause(thread: number): Promise<void>;
  /** Drops a platform from the build; the others go on. */
  terminateThread(thread: number): Promise<void>;

  readonly on: <K extends keyof DebuggerEvents>(event: K, listener: (body: DebuggerEvents[K]) => void) => Disposable;
}

export interface DebuggerEvents {
  stopped: { readonly thread: number; readonly stop: Stop };
  continued: { readonly thread: number };
  thread: { readonly thread: number; readonly status: 'started' | 'exited' };
  output: OutputFact;
  /** A line of the Dockerfile changed what it is doing. */
  step: StepFact;
  problem: ProblemFact;
  build: { readonly status: 'started' | 'failed' | 'completed' | 'canceled'; readonly attempt: number };
  /** Long work: `id` begins, changes and ends. `percent` undefined when unknown. */
  progress: {
    readonly id: string;
    readonly status: 'start' | 'update' | 'end';
    readonly title: string;
    readonly message: string;
    readonly percent?: number;
  };
  breakpoints: { readonly path: string; readonly breakpoints: readonly BreakpointFact[] };
  state: { readonly thread: number; readonly state: StateName; readonly available: readonly StateName[] };
  /** The Dockerfile was saved with another text than the one that is built, or with that one again. */
  saved: { readonly path: string; readonly edited: boolean };
  /** Files that the build was given of its context are others now; once at each stop. Paths are relative to the context. */
  contextSaved: { readonly paths: readonly string[]; readonly gone: boolean };
  /** Once: the session is over. */
  ended: { readonly exitCode: number };
}

export interface ThreadFact {
  readonly id: number;
  /** E.g. `linux/amd64`. */
  readonly platform: string;
}

export interface OutputFact {
  readonly category: 'stdout' | 'stderr' | 'console' | 'important';
  /** Whole lines, or the rest of a step's output; may hold ANSI colours. */
  readonly text: string;
  /** Line of the instruction that wrote it. */
  readonly line?: number;
  /** It is what a logpoint was asked to write. */
  readonly logpoint?: boolean;
  /** A command that a user steps over wrote it, not the build. */
  readonly stepped?: boolean;
  /** It tells of the failure of the step: the step itself did not write it. */
  readonly failure?: boolean;
}

export interface StepFact {
  readonly line: number;
  readonly endLine: number;
  readonly stage: string;
  readonly platform: string;
  readonly status: 'waiting' | 'running' | 'cached' | 'done' | 'failed' | 'skipped';
  /** The instruction on one line. */
  readonly text: string;
  readonly durationMs?: number;
}

export interface ProblemFact {
  /** Absent: the Dockerfile. */
  readonly path?: string;
  readonly line: number;
  readonly endLine: number;
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly url?: string;
  readonly fix?: TextFix;
}

export type StateName = 'initial' | 'failed';

/** A stop is a snapshot: it never changes but for the state chosen; it dies at the next resume. */
export interface Stop {
  readonly thread: number;
  readonly platform: string;
  readonly reason: StopReason;
  /** Innermost first. */
  readonly frames: readonly Frame[];
  /** Indexes of the stages that stepping in can choose from. */
  readonly stepInTargets: readonly number[];
  readonly state: StateName;
  readonly states: readonly StateName[];
  setState(state: StateName): void;
  /** Runs a command in the states before the one that a frame looks at, back to where it answers otherwise. */
  since(frame: Frame, command: string, options: SinceOptions): Promise<Since>;
}

/** An instruction that is about to run, failed, or waits for the stage that it called; or a command in a RUN. */
export interface Frame {
  readonly instruction: Instruction;
  /** The command of the RUN that is meant. */
  readonly statement: StatementFact | undefined;
  /** The shell that stands before it, or after the last one. */
  readonly live: LiveFrame | undefined;
  /** E.g. `build 3/5`. */
  readonly stage: string;
  /** Config before the instruction, exact; the failing RUN's environment is what it really had. */
  config(signal: AbortSignal): Promise<StepConfig>;
  /** What the step changes in variables, and what is declared before FROM alone. */
  scope(signal: AbortSignal): Promise<ScopeFacts>;
  /** Where the next command runs: the step's working directory, or where `cd` has gone since. Absolute. */
  directory(signal: AbortSignal): Promise<string>;
  /** Changes something here; files and processes of the stop's container stay, unless it is the user that changes. */
  override(change: Override, signal: AbortSignal): Promise<void>;
  mounts(): readonly MountFact[];
  facts(): StepFacts;
  /** Of the chosen state. */
  readonly files: StateFiles;
  readonly trees: Trees;
  /**
   * Runs a shell command; output comes in pieces; answers the exit code. Files and processes are kept for this stop.
   * What the command changes in working directory and exported variables is kept too, unless `forget` is set.
   */
  run(command: string, output: OutputSink, signal: AbortSignal, options?: RunOptions): Promise<number>;
  /**
   * What a source of COPY or ADD matches, or what its destination holds now. Undefined for any other word. Runs nothing
   * that the build has not come to.
   *
   * @param instruction of this build; another than this frame's is looked at from where the build stands
   */
  preview(instruction: Instruction, word: string, signal: AbortSignal): Promise<PathPreview | undefined>;
  /** Gives the container of the chosen state up; the next command gets a fresh one. Shells in it end. */
  reset(): Promise<void>;
  /**
   * Runs a short command in the initial state, in a container that is gone afterwards: what it does changes nothing that
   * a user sees. For conditions and log messages.
   */
  probe(command: string, options: ProbeOptions): Promise<ProbeResult>;
  /** Runs the step's own command in a fresh container of the chosen state. `UserError` for what is no RUN. */
  rerun(output: OutputSink, signal: AbortSignal): Promise<number>;
  /** Makes a shell ready to attach to: what to run in a terminal. */
  openShell(options: ShellOptions): Promise<ShellCommand>;
}

/** A command in the script of a RUN. */
export interface StatementFact extends Statement {
  /** How many there are in the script. */
  readonly count: number;
}

/** The shell of a script that is gone through. */
export interface LiveFrame {
  /** Exit code of the command before, or of the script. */
  readonly status: number;
  readonly hasEnded: boolean;
  /** Texts that are run here run in it; else beside it, in its container. */
  readonly isListening: boolean;
  /** What the script has set, or set otherwise than the step, by name. Values of secrets are not in it. */
  variables(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
}

export interface StepConfig extends Config {
  /** Exactly what a process of the step gets: `NAME=value`. */
  readonly processEnv: readonly string[];
  /** What the user changed at this stop. */
  readonly changed: ReadonlySet<'user' | 'workdir'>;
}

export interface StepFacts {
  readonly platform: string;
  readonly stage: string;
  readonly instruction: string;
  readonly network: string;
  readonly security: string;
  readonly status: StepFact['status'];
  readonly durationMs: number | undefined;
}
