/** One build with its threads: who runs, who stands, and when it is over. */
import { compileDecoder } from '../../buildkit/http2/huffman.js';
import type { Dockerfile, Evaluation, Instruction } from '../../dockerfile/model.js';
import { parseDockerfile } from '../../dockerfile/parse.js';
import type { StepFact, ThreadFact } from '../api.js';
import type { Attempt } from '../ask/attempt.js';
import { createGate, openGate, type Gate } from '../breakpoints/gate.js';
import { createCacheLocks, type CacheLocks } from '../containers/cache-locks.js';
import { finishBuild } from './finish.js';
import { createGateWorld, type WorldInput } from '../breakpoints/gate-world.js';
import { exactEvaluation } from '../stop/image-configs.js';
import { labelsOf } from '../program/labels.js';
import { loadStopped } from '../load-stopped.js';
import { oneLine } from '../common/one-line.js';
import { pastOf, type Past } from '../ask/past.js';
import { effectOf, type Stood } from '../ask/plan.js';
import { unheededPins } from './unheeded-pins.js';
import type { Program } from '../program/program.js';
import type { Relay } from '../progress/relay.js';
import type { Run, RunInput } from '../ask/run.js';
import { createRunReasons, type RunReasons } from './run-reasons.js';
import { createShared } from '../common/shared.js';
import { createShells, type Shells } from '../containers/shells.js';
import { createStepBoard, type StepBoard } from '../progress/step-status.js';
import { createThread } from './thread.js';
import type { RunThread, ThreadEnd } from './thread-api.js';

/** With what the build before this one knew of its steps. */
export type BegunInput = RunInput & { readonly past: Past };

/** Tells of its steps at once; nothing of it runs before `start`. */
export function createRun(input: BegunInput, attempt: Attempt, relay: Relay): Run {
  return new BuildRun(input, attempt, relay);
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
  readonly #reasons: RunReasons;
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
    this.#board = createStepBoard(attempt.programs, attempt.timeline, (fact) => {
      input.events.emit('step', fact);
      if (fact.status === 'done') void this.#lookAt(fact.line);
    });
    relay.onWaiting = () => void this.#prepareForStop();
    relay.attach(labelsOf(attempt.programs), this.#board);
    const { settings, taken, surroundings, engine } = input;
    const status = (program: Program, instruction: Instruction): StepFact['status'] =>
      this.#board.of(program, instruction).status;
    const { programs } = attempt;
    const from = { settings, taken, surroundings, engine: engine.endpoint.address };
    this.#reasons = createRunReasons({ programs, status, ...from });
    this.#needed = new Set(attempt.programs.flatMap((program) => [...program.steps.keys()]));
    this.#threads = attempt.programs.map((program, index) => this.#thread(program, index + 1));
    this.#tellSkipped();
  }

  get failed(): boolean {
    return this.#threads.some((thread) => thread.failed);
  }

  readonly needs = (instruction: Instruction): boolean => this.#needed.has(instruction.index);

  start(): void {
    const { events, plan } = this.#input;
    for (const { id } of this.#threads) events.emit('thread', { thread: id, status: 'started' });
    for (const { keyword, startLine } of plan?.gone ?? []) {
      const text = `${keyword} of line ${startLine} is no more in the Dockerfile: the build goes on from its beginning.\n`;
      events.emit('output', { category: 'important', text });
    }
    const unheeded = unheededPins(this.#attempt.programs, this.#input.settings.pins);
    if (unheeded !== undefined) events.emit('output', { category: 'important', text: `${unheeded}\n` });
    // Where it stops for warnings, they have to be there.
    if (this.#input.filters().warning === undefined) this.#go();
    else void this.#attempt.warned().then(() => this.#go());
  }

  #go(): void {
    const { settings, plan } = this.#input;
    if (this.#over || this.#left.signal.aborted) return;
    for (const thread of this.#threads) {
      const point = plan?.place(thread.program);
      if (plan !== undefined && point !== undefined)
        thread.fastForward(point, plan.then === 'stand' ? { kind: 'edited' } : 'continue');
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
    return this.#threads.flatMap(({ platform, point, program }) =>
      point === undefined
        ? []
        : [{ platform, instruction: point.instruction, effectOf: (index) => effectOf(program, index) }],
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

  async why(thread: number, instruction: Instruction): Promise<string | undefined> {
    const program = this.thread(thread)?.program;
    return program && (await this.#reasons.why(program, instruction));
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
    const kept = this.#reasons.keep();
    await Promise.all(this.#threads.map((thread) => thread[Symbol.asyncDispose]()));
    await this.#shells[Symbol.asyncDispose]();
    await kept;
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

  #gate(input: Omit<WorldInput, 'warnings' | 'hadResult' | 'why' | 'stepFact'>): Gate {
    const { settings, breakpoints, filters, past } = this.#input;
    const { program } = input;
    if (settings.noDebug) return openGate;
    const world = createGateWorld({
      ...input,
      warnings: this.#relay.warnings,
      hadResult: (instruction) => past.hadResult(program, instruction),
      why: (instruction) => this.why(input.thread, instruction),
      stepFact: (instruction) => this.#board.of(program, instruction),
    });
    return createGate({ program, book: breakpoints, filters, world });
  }

  async #threadEnded(end: ThreadEnd): Promise<void> {
    this.#dropped ||= end.kind === 'dropped';
    if (this.#over || (end.kind !== 'broken' && this.#threads.some((thread) => !thread.over))) return;
    this.#over = true;
    const { events, settings, engine } = this.#input;
    const failed = end.kind === 'broken' || this.failed;
    if (failed) this.#relay.writer.close();
    this.#attempt.timeline.flush();
    this.#relay.writer.flush();
    if (this.#dropped && !failed) {
      const text = 'A platform was dropped from this build: nothing is exported.\n';
      events.emit('output', { category: 'important', text });
      this.#tell('canceled');
      return this.#input.onEnd(130);
    }
    const reasons = failed ? '' : await this.#reasons.summary();
    // While the engine ends the build.
    void this.#reasons.keep();
    if (reasons !== '') events.emit('output', { category: 'console', text: `\n${reasons}` });
    const exitCode = failed ? 1 : await finishBuild(this.#attempt, settings, engine, events, this.#left.signal);
    this.#tell(exitCode === 0 ? 'completed' : 'failed');
    this.#input.onEnd(exitCode);
  }

  /** How it has ended, once. */
  #tell(status: 'completed' | 'failed' | 'canceled'): void {
    if (!this.#told) this.#input.events.emit('build', { status, attempt: this.#input.attempt });
    this.#told = true;
  }

  async #prepareForStop(): Promise<void> {
    // Without it the stop says why it cannot be shown.
    const parts = this.#over ? undefined : await loadStopped().catch(() => undefined);
    parts?.compileExpressions();
    compileDecoder();
    if (!this.#over) this.#reasons.prepare();
  }

  /** A here-document may be done though not all of it was. Only what it wrote tells, and only where it is read. */
  async #lookAt(line: number): Promise<void> {
    const { instruction, vertices = [] } = this.#attempt.programs
      .flatMap(({ steps }) => [...steps.values()])
      .find((step) => Number(step.instruction.startLine) === line) ?? { instruction: undefined };
    if (instruction?.keyword !== 'RUN' || instruction.heredocs.length === 0) return;
    const parts = await loadStopped().catch(() => undefined);
    const tail = vertices.map(({ digest }) => this.#attempt.timeline.record(digest)?.tail ?? '').join('');
    const fact = parts?.wentOn(instruction, tail.split('\n'), this.#input.settings);
    if (fact !== undefined && !this.#left.signal.aborted) this.#input.events.emit('problem', fact);
  }

  #tellSkipped(): void {
    const { events } = this.#input;
    const platform = this.#attempt.programs[0]?.platform ?? '';
    for (const { stage, index, startLine, endLine, text } of this.dockerfile.instructions) {
      if (stage === undefined || this.#needed.has(index)) continue;
      const name = this.dockerfile.stages[stage]?.name ?? `stage-${stage}`;
      const range = { line: Number(startLine), endLine: Number(endLine) };
      events.emit('step', { ...range, text: oneLine(text), stage: name, platform, status: 'skipped' });
    }
  }
}
