/** One build with its threads: who runs, who stands, and when it is over. */
import type { Engine, SessionOptions } from '../buildkit/api.js';
import type { Dockerfile, Evaluation, Instruction } from '../dockerfile/model.js';
import { parseDockerfile } from '../dockerfile/parse.js';
import type { BuildSettings, DebuggerEvents, Stop, ThreadFact } from './api.js';
import { beginAttempt, type Attempt } from './attempt.js';
import type { BreakpointBook } from './breakpoints.js';
import { createCacheLocks, type CacheLocks } from './cache-locks.js';
import type { Emitter } from './events.js';
import { finishBuild } from './finish.js';
import { exactEvaluation } from './image-configs.js';
import { createOutputWriter, type OutputWriter } from './output.js';
import type { Program } from './program.js';
import type { ProgressReporter } from './progress.js';
import { createShells, type Shells } from './shells.js';
import { createStepBoard, type StepBoard } from './step-status.js';
import { createThread, type RunThread, type ThreadEnd } from './thread.js';
import type { TimelineListener, VertexRecord } from './timeline.js';
import { warningFact } from './warnings.js';
import type { Going } from './walk.js';

export interface RunInput {
  readonly engine: Engine;
  readonly serves: SessionOptions;
  readonly settings: BuildSettings;
  readonly dockerfile: Dockerfile;
  /** 1 for the first build of the session. */
  readonly attempt: number;
  readonly breakpoints: BreakpointBook;
  readonly stopOnFailure: () => boolean;
  readonly events: Emitter<DebuggerEvents>;
  readonly progress: ProgressReporter;
  /** Everything has run, or nothing more will. */
  readonly onEnd: (exitCode: number) => void;
  readonly signal: AbortSignal;
}

export interface Run extends AsyncDisposable {
  readonly dockerfile: Dockerfile;
  /** A step failed and the user was told. */
  readonly failed: boolean;
  /** Whether a target of this build needs the instruction. */
  readonly needs: (instruction: Instruction) => boolean;
  start(): void;
  threads(): readonly ThreadFact[];
  stopOf(thread: number): Stop | undefined;
  resume(thread: number, how: Going): void;
  pause(thread: number): Promise<void>;
}

/** Asks the frontend for the programs; `start` runs them. */
export async function beginRun(input: RunInput): Promise<Run> {
  const relay = createRelay(input);
  const attempt = await beginAttempt({ ...input, listener: relay.listener });
  return new BuildRun(input, attempt, relay);
}

/** Passes the engine's words on; the programs that they are about come a little later than the first of them. */
interface Relay {
  readonly listener: TimelineListener;
  readonly writer: OutputWriter;
  attach(programs: readonly Program[], board: StepBoard): void;
  onChange: () => void;
}

function createRelay(input: RunInput): Relay {
  const lines = new Map<string, number>();
  const early: VertexRecord[] = [];
  let board: StepBoard | undefined;
  const writer = createOutputWriter(
    (digest) => lines.get(digest),
    (output) => input.events.emit('output', output),
  );
  const relay: Relay = {
    writer,
    onChange: () => undefined,
    listener: {
      onVertex(record, before) {
        writer.onVertex(record, before);
        if (board === undefined) early.push(record);
        else board.advance(record);
        relay.onChange();
      },
      onLog: (record, stream, text) => writer.onLog(record, stream, text),
      onWarning: (warning) => input.events.emit('problem', warningFact(warning)),
    },
    attach(programs, steps) {
      board = steps;
      for (const program of programs) {
        for (const [digest, step] of program.owners) lines.set(digest, Number(step.instruction.startLine));
      }
      for (const record of early.splice(0)) steps.advance(record);
    },
  };
  return relay;
}

class BuildRun implements Run {
  readonly dockerfile: Dockerfile;
  readonly #input: RunInput;
  readonly #attempt: Attempt;
  readonly #relay: Relay;
  readonly #board: StepBoard;
  readonly #threads: readonly RunThread[];
  readonly #locks: CacheLocks = createCacheLocks();
  readonly #shells: Shells = createShells();
  readonly #needed: ReadonlySet<number>;
  #over = false;

  constructor(input: RunInput, attempt: Attempt, relay: Relay) {
    this.#input = input;
    this.#attempt = attempt;
    this.#relay = relay;
    this.dockerfile = attempt.programs[0]?.dockerfile ?? parseDockerfile('');
    this.#board = createStepBoard(attempt.programs, attempt.timeline, (fact) => input.events.emit('step', fact));
    relay.attach(attempt.programs, this.#board);
    relay.onChange = () => input.progress.touch(attempt.timeline);
    this.#needed = new Set(attempt.programs.flatMap((program) => [...program.steps.keys()]));
    this.#threads = attempt.programs.map((program, index) => this.#thread(program, index + 1));
    this.#tellSkipped();
  }

  get failed(): boolean {
    return this.#threads.some((thread) => thread.failed);
  }

  readonly needs = (instruction: Instruction): boolean => this.#needed.has(instruction.index);

  start(): void {
    const { settings, events } = this.#input;
    for (const { id } of this.#threads) events.emit('thread', { thread: id, status: 'started' });
    for (const thread of this.#threads) {
      if (settings.stopOnEntry && !settings.noDebug) thread.enter();
      else thread.resume('continue');
    }
  }

  threads(): readonly ThreadFact[] {
    return this.#threads.filter((thread) => !thread.over).map(({ id, platform }) => ({ id, platform }));
  }

  stopOf(thread: number): Stop | undefined {
    return this.#threads.find(({ id }) => id === thread)?.stop;
  }

  resume(thread: number, how: Going): void {
    this.#threads.find(({ id }) => id === thread)?.resume(how);
  }

  async pause(thread: number): Promise<void> {
    await this.#threads.find(({ id }) => id === thread)?.pause();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#over)
      this.#input.events.emit('build', { status: this.failed ? 'failed' : 'canceled', attempt: this.#input.attempt });
    this.#over = true;
    await Promise.all(this.#threads.map((thread) => thread[Symbol.asyncDispose]()));
    await this.#shells[Symbol.asyncDispose]();
    await this.#attempt[Symbol.asyncDispose]();
    this.#relay.writer.flush();
    this.#input.progress.end();
  }

  #thread(program: Program, id: number): RunThread {
    const { settings, engine, breakpoints, events, progress } = this.#input;
    let evaluation: Promise<Evaluation> | undefined;
    const native = engine.platforms[0] ?? program.platform;
    return createThread({
      id,
      program,
      attempt: this.#attempt,
      settings,
      engine,
      board: this.#board,
      locks: this.#locks,
      shells: this.#shells,
      events,
      progress,
      holds: (instruction) => !settings.noDebug && breakpoints.at(instruction).length > 0,
      linesOf: breakpoints.at,
      stopsOnFailure: () => !settings.noDebug && this.#input.stopOnFailure(),
      evaluation: (signal) => {
        evaluation ??= exactEvaluation(this.#attempt.build.gateway, program, settings, native, signal).catch(
          (error: unknown) => {
            evaluation = undefined;
            throw error;
          },
        );
        return evaluation;
      },
      onEnd: (end) => void this.#threadEnded(end),
    });
  }

  async #threadEnded(end: ThreadEnd): Promise<void> {
    if (this.#over || (end.kind !== 'broken' && this.#threads.some((thread) => !thread.over))) return;
    this.#over = true;
    const { events, attempt, settings, engine } = this.#input;
    this.#attempt.timeline.flush();
    this.#relay.writer.flush();
    const failed = end.kind === 'broken' || this.failed;
    const exitCode = failed ? 1 : await finishBuild(this.#attempt, settings, engine, events);
    events.emit('build', { status: exitCode === 0 ? 'completed' : 'failed', attempt });
    this.#input.onEnd(exitCode);
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
