/** One build with its threads: who runs, who stands, and when it is over. */
import type { Engine, SessionOptions } from '../buildkit/api.js';
import type { Dockerfile, Evaluation, Instruction } from '../dockerfile/model.js';
import { parseDockerfile } from '../dockerfile/parse.js';
import type { BuildSettings, DebuggerEvents, ThreadFact } from './api.js';
import { beginAttempt, type Attempt } from './attempt.js';
import type { BreakpointBook } from './breakpoints/book.js';
import type { Filters } from './breakpoints/filters.js';
import { createGate, openGate, type Gate } from './breakpoints/gate.js';
import { createCacheLocks, type CacheLocks } from './cache-locks.js';
import type { Taken } from './edits.js';
import type { Emitter } from './events.js';
import { finishBuild } from './finish.js';
import { exactEvaluation } from './image-configs.js';
import { createGateWorld, type WorldInput } from './gate-world.js';
import { pastOf, type Past } from './past.js';
import type { Plan, Stood } from './plan.js';
import type { Program } from './program.js';
import type { ProgressReporter } from './progress.js';
import { createRelay, type Relay } from './relay.js';
import { createShared } from './shared.js';
import { createShells, type Shells } from './shells.js';
import { createStepBoard, type StepBoard } from './step-status.js';
import { createTimeline } from './timeline.js';
import { createThread, type RunThread, type ThreadEnd } from './thread.js';

export interface RunInput {
  readonly engine: Engine;
  readonly serves: SessionOptions;
  readonly settings: BuildSettings;
  readonly dockerfile: Dockerfile;
  readonly taken: Taken;
  /** 1 for the first build of the session. */
  readonly attempt: number;
  /** The build before this one stands, and is left only if the engine takes this one: nothing is told of it before. */
  readonly mayStay: boolean;
  readonly breakpoints: BreakpointBook;
  readonly filters: () => Filters;
  /** Where to begin, when not at the beginning. */
  readonly plan: Plan | undefined;
  readonly events: Emitter<DebuggerEvents>;
  readonly progress: ProgressReporter;
  /** Everything has run, or nothing more will. */
  readonly onEnd: (exitCode: number) => void;
  readonly signal: AbortSignal;
}

/** With what the build before this one knew of its steps. */
type BegunInput = RunInput & { readonly past: Past };

export interface Run extends AsyncDisposable {
  /** 1 for the first build of the session. */
  readonly attempt: number;
  readonly dockerfile: Dockerfile;
  /** A step failed and the user was told. */
  readonly failed: boolean;
  /** Whether a target of this build needs the instruction. */
  readonly needs: (instruction: Instruction) => boolean;
  start(): void;
  threads(): readonly ThreadFact[];
  /** A thread that is not over. */
  thread(id: number): RunThread | undefined;
  /** Breakpoints or filters have changed. */
  refresh(): void;
  /** Where threads stand. */
  stands(): readonly Stood[];
  /** What the next build may know of this one. */
  past(): Past;
  /** As disposing of it does, but the engine has forgotten it then. */
  leave(): Promise<void>;
}

/** A build whose programs are known; nothing of it runs yet. Disposing of it does nothing to one that has begun. */
export interface Asked extends AsyncDisposable {
  /** Tells of its steps, with what the build before it knew. */
  begin(past: Past): Run;
}

/** Asks the frontend for the programs; what begins with them tells of its steps, and `start` runs them. */
export async function askFor(input: RunInput): Promise<Asked> {
  const { attempt: number, events, mayStay, progress, signal } = input;
  const relay = createRelay(events);
  const timeline = createTimeline(relay.listener);
  relay.onChange = () => progress.touch(timeline);
  relay.onChange();
  const forces = input.plan?.forces ?? ((): boolean => false);
  if (!mayStay) events.emit('build', { status: 'started', attempt: number });
  try {
    const attempt = await beginAttempt({ ...input, forces, timeline });
    let begun: Run | undefined;
    return {
      begin: (past) => (begun = new BuildRun({ ...input, past }, attempt, relay)),
      [Symbol.asyncDispose]: async () => {
        if (begun === undefined) await attempt[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    // What it warned of may be why.
    if (!signal.aborted) relay.tell();
    if (!mayStay) events.emit('build', { status: signal.aborted ? 'canceled' : 'failed', attempt: number });
    throw error;
  }
}

class BuildRun implements Run {
  readonly attempt: number;
  readonly dockerfile: Dockerfile;
  readonly #input: BegunInput;
  readonly #attempt: Attempt;
  readonly #relay: Relay;
  readonly #board: StepBoard;
  readonly #threads: readonly RunThread[];
  readonly #locks: CacheLocks = createCacheLocks();
  readonly #shells: Shells = createShells();
  readonly #needed: ReadonlySet<number>;
  /** Aborted when it is left before it has ended by itself. */
  readonly #left = new AbortController();
  #dropped = false;
  #over = false;
  #told = false;

  constructor(input: BegunInput, attempt: Attempt, relay: Relay) {
    this.#input = input;
    this.attempt = input.attempt;
    this.#attempt = attempt;
    this.#relay = relay;
    this.dockerfile = attempt.programs[0]?.dockerfile ?? parseDockerfile('');
    if (input.mayStay) input.events.emit('build', { status: 'started', attempt: input.attempt });
    this.#board = createStepBoard(attempt.programs, attempt.timeline, (fact) => input.events.emit('step', fact));
    relay.attach(attempt.programs, this.#board);
    this.#needed = new Set(attempt.programs.flatMap((program) => [...program.steps.keys()]));
    this.#threads = attempt.programs.map((program, index) => this.#thread(program, index + 1));
    this.#tellSkipped();
  }

  get failed(): boolean {
    return this.#threads.some((thread) => thread.failed);
  }

  readonly needs = (instruction: Instruction): boolean => this.#needed.has(instruction.index);

  start(): void {
    const { settings, events, plan } = this.#input;
    for (const { id } of this.#threads) events.emit('thread', { thread: id, status: 'started' });
    for (const { keyword, startLine } of plan?.gone ?? []) {
      const text = `${keyword} of line ${startLine} is no more in the Dockerfile: the build goes on from its beginning.\n`;
      events.emit('output', { category: 'important', text });
    }
    for (const thread of this.#threads) {
      const point = plan?.place(thread.program);
      if (plan !== undefined && point !== undefined) thread.fastForward(point, plan.then);
      else if (settings.stopOnEntry && !settings.noDebug && plan === undefined) thread.enter();
      else thread.resume('continue');
    }
  }

  threads(): readonly ThreadFact[] {
    return this.#threads.filter((thread) => !thread.over).map(({ id, platform }) => ({ id, platform }));
  }

  thread(id: number): RunThread | undefined {
    return this.#threads.find((thread) => thread.id === id && !thread.over);
  }

  refresh(): void {
    for (const thread of this.#threads) thread.refresh();
  }

  stands(): readonly Stood[] {
    return this.#threads.flatMap(({ platform, point }) =>
      point === undefined ? [] : [{ platform, instruction: point.instruction }],
    );
  }

  past(): Past {
    return pastOf(
      this.#attempt.programs.map((program) => ({
        program,
        status: (instruction) => this.#board.of(program, instruction).status,
      })),
      this.#input.past,
    );
  }

  async leave(): Promise<void> {
    await this.#close();
    await this.#attempt.leave();
    this.#relay.writer.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    await this.#attempt[Symbol.asyncDispose]();
    this.#relay.writer.flush();
  }

  async #close(): Promise<void> {
    this.#over = true;
    this.#left.abort();
    this.#tell(this.failed ? 'failed' : 'canceled');
    await Promise.all(this.#threads.map((thread) => thread[Symbol.asyncDispose]()));
    await this.#shells[Symbol.asyncDispose]();
  }

  #thread(program: Program, id: number): RunThread {
    const { settings, engine, events } = this.#input;
    const evaluation = createShared<Evaluation>();
    const native = engine.platforms[0] ?? program.platform;
    const input = {
      program,
      attempt: this.#attempt,
      settings,
      engine,
      board: this.#board,
      locks: this.#locks,
      shells: this.#shells,
      events,
      onNote: (note: string) => events.emit('output', { category: 'console', text: `${note}\n` }),
      evaluation: (signal: AbortSignal): Promise<Evaluation> =>
        evaluation.get((own) => exactEvaluation(this.#attempt.build.gateway, program, settings, native, own), signal),
    };
    return createThread({
      ...input,
      id,
      progress: this.#input.progress,
      gate: (isCached) => this.#gate({ ...input, thread: id, isCached }),
      stopsOnFailure: (failure, { stage, instruction }) =>
        !settings.noDebug &&
        this.#input.filters().failed?.({
          exitCode: String(failure.exitCode ?? ''),
          stage: program.dockerfile.stages[stage]?.name ?? String(stage),
          platform: program.platform,
          instruction: instruction.keyword,
          line: String(instruction.startLine),
        }) === true,
      onEnd: (end) => void this.#threadEnded(end),
    });
  }

  #gate(input: Omit<WorldInput, 'warnings' | 'hadResult' | 'stepFact'>): Gate {
    const { settings, breakpoints, filters, past } = this.#input;
    const { program } = input;
    if (settings.noDebug) return openGate;
    const world = createGateWorld({
      ...input,
      warnings: this.#relay.warnings,
      hadResult: (instruction) => past.hadResult(program, instruction),
      stepFact: (instruction) => this.#board.of(program, instruction),
    });
    return createGate({ program, book: breakpoints, filters, world });
  }

  async #threadEnded(end: ThreadEnd): Promise<void> {
    this.#dropped ||= end.kind === 'dropped';
    if (this.#over || (end.kind !== 'broken' && this.#threads.some((thread) => !thread.over))) return;
    this.#over = true;
    const { events, settings, engine } = this.#input;
    this.#attempt.timeline.flush();
    this.#relay.writer.flush();
    const failed = end.kind === 'broken' || this.failed;
    if (this.#dropped && !failed) {
      const text = 'A platform was dropped from this build: nothing is exported.\n';
      events.emit('output', { category: 'important', text });
      this.#tell('canceled');
      return this.#input.onEnd(130);
    }
    const exitCode = failed ? 1 : await finishBuild(this.#attempt, settings, engine, events, this.#left.signal);
    this.#tell(exitCode === 0 ? 'completed' : 'failed');
    this.#input.onEnd(exitCode);
  }

  /** How it has ended, once. */
  #tell(status: 'completed' | 'failed' | 'canceled'): void {
    if (!this.#told) this.#input.events.emit('build', { status, attempt: this.#input.attempt });
    this.#told = true;
  }

  #tellSkipped(): void {
    const { events } = this.#input;
    const platform = this.#attempt.programs[0]?.platform ?? '';
    for (const { stage, index, startLine, endLine } of this.dockerfile.instructions) {
      if (stage === undefined || this.#needed.has(index)) continue;
      const name = this.dockerfile.stages[stage]?.name ?? `stage-${stage}`;
      const range = { line: Number(startLine), endLine: Number(endLine) };
      events.emit('step', { ...range, stage: name, platform, status: 'skipped' });
    }
  }
}
