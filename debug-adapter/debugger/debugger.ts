/** The debugger: one Dockerfile, one engine, one build after the other. */
import type { Engine } from '../buildkit/api.js';
import type { Dockerfile, Instruction } from '../dockerfile/model.js';
import { askEngine } from './ask/ask-engine.js';
import { untilSettled } from './common/until-settled.js';
import type {
  BreakpointFact,
  BuildSettings,
  DataBreakpoint,
  Debugger,
  DebuggerEvents,
  FilterFact,
  FilterSetting,
  FunctionBreakpoint,
  Going,
  GoingBack,
  LineBreakpoint,
  Rebuilding,
  Stop,
  Surroundings,
  ThreadFact,
} from './api.js';
import { createBreakpointBook } from './breakpoints/book.js';
import { readFilters, usualFilters } from './breakpoints/filters.js';
import type { Asked, Run, Wishes } from './ask/run.js';
import { isEdited } from './sources/edits.js';
import { UserError } from './errors.js';
import { createEmitter } from './events.js';
import { currentText } from './sources/load.js';
import { sameFile } from './common/paths.js';
import { noPast, type Past } from './ask/past.js';
import { createPlan } from './ask/plan.js';
import { watchSources } from './sources/saved.js';
import { reachEngine } from './ask/reach.js';
import { orCheck, readSources, type Sources } from './sources/sources.js';
import { createProgress, type ProgressReporter } from './progress/progress.js';

const fromBeginning = { kind: 'beginning' } as const;

/** Nothing happens before `load`. */
export function createDebugger(surroundings: Surroundings): Debugger {
  return new BuildDebugger(surroundings);
}

class BuildDebugger implements Debugger {
  readonly #surroundings: Surroundings;
  readonly #events = createEmitter<DebuggerEvents>();
  readonly #breakpoints = createBreakpointBook(sameFile);
  readonly #progress: ProgressReporter;
  readonly on = this.#events.on;
  settings: BuildSettings | undefined;
  dockerfile: Dockerfile | undefined;
  #sources: Sources | undefined;
  #connecting: Promise<Engine> | undefined;
  #engine: Engine | undefined;
  #run: Run | undefined;
  #watched: Disposable | undefined;
  #attempts = 0;
  #restarting = Promise.resolve();
  #filters = usualFilters;
  #past: Past = noPast;
  #ended = false;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#progress = createProgress('Building', surroundings.now, (body) => this.#events.emit('progress', body));
  }

  connect(settings: BuildSettings, signal: AbortSignal): void {
    this.#connecting = reachEngine(settings, this.#surroundings, signal);
    this.#connecting.catch(() => undefined);
  }

  async load(settings: BuildSettings): Promise<Dockerfile> {
    this.settings = settings;
    return this.#take(await this.#read(settings));
  }

  async prepare(signal: AbortSignal, isConfigured: () => boolean): Promise<void> {
    const sources = this.#loaded();
    using _progress = this.#progress.begin();
    this.#connecting ??= reachEngine(sources.settings, this.#surroundings, signal);
    const engine = await orCheck(this.#connecting, sources);
    this.#engine = engine;
    void engine.closed.then((cause) => this.#engineLost(engine, cause)).catch(() => undefined);
    await this.#ask(sources, signal, { isConfigured })
      .then((asked) => this.#begin(asked))
      .catch(async (error: unknown) => {
        // Something that is no engine at all, or none that we know: that says more than what failed on it.
        await engine.known;
        throw error;
      });
  }

  start(): void {
    if (this.#ended) return;
    this.#run?.start();
    if (this.#sources !== undefined) this.#watch(this.#sources);
  }

  restart(signal: AbortSignal, rebuilding: Rebuilding = {}): Promise<void> {
    const restarting = this.#restarting.then(() => this.#restart(signal, rebuilding));
    this.#restarting = restarting.catch(() => undefined);
    return restarting.catch((error: unknown) => {
      // Why the session has ended has been told.
      if (!this.#ended) throw error;
    });
  }

  async terminate(): Promise<void> {
    await this.#end(this.#run?.failed === true ? 1 : 130);
  }

  async edited(signal: AbortSignal): Promise<boolean> {
    return await isEdited(this.#loaded(), signal);
  }

  setBreakpoints(path: string, breakpoints: readonly LineBreakpoint[]): readonly BreakpointFact[] {
    const text = currentText(path, this.dockerfile, this.settings);
    return this.#refreshed(this.#breakpoints.setLines(path, breakpoints, text));
  }

  setFunctionBreakpoints(breakpoints: readonly FunctionBreakpoint[]): readonly BreakpointFact[] {
    return this.#refreshed(this.#breakpoints.setFunctions(breakpoints));
  }

  setDataBreakpoints(breakpoints: readonly DataBreakpoint[]): readonly BreakpointFact[] {
    return this.#refreshed(this.#breakpoints.setData(breakpoints));
  }

  setFilters(settings: readonly FilterSetting[]): readonly FilterFact[] {
    const { filters, facts } = readFilters(settings);
    this.#filters = filters;
    return this.#refreshed(facts);
  }

  reaches(instruction: Instruction): boolean {
    return this.#run?.needs(instruction) === true;
  }

  readonly why: Debugger['why'] = async (thread, instruction) => await this.#run?.why(thread, instruction);

  threads(): readonly ThreadFact[] {
    return this.#run?.threads() ?? [];
  }

  stopOf(thread: number): Stop | undefined {
    return this.#run?.thread(thread)?.stop;
  }

  resume(thread: number, how: Going): void {
    this.#run?.thread(thread)?.resume(how);
  }

  goBack(thread: number, how: GoingBack): void {
    this.#run?.thread(thread)?.goBack(how);
  }

  jump(thread: number, instruction: Instruction): void {
    this.#run?.thread(thread)?.jump(instruction);
  }

  async pause(thread: number): Promise<void> {
    await this.#run?.thread(thread)?.pause();
  }

  async terminateThread(thread: number): Promise<void> {
    await this.#run?.thread(thread)?.drop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end(130);
  }

  /** Breakpoints or filters have changed. */
  #refreshed<T>(facts: T): T {
    this.#run?.refresh();
    return facts;
  }

  #loaded(): Sources {
    if (this.#sources === undefined)
      throw new UserError('not-launched', 'No build was launched yet.', 'Send launch first.');
    return this.#sources;
  }

  #read(settings: BuildSettings): Promise<Sources> {
    return readSources(settings, (problem) => this.#events.emit('problem', problem));
  }

  /** From now on these are what is built. */
  #take(sources: Sources): Dockerfile {
    this.#sources = sources;
    this.settings = sources.settings;
    this.dockerfile = sources.dockerfile;
    this.#placeBreakpoints();
    return sources.dockerfile;
  }

  /** A build that stands is left only for one that the engine takes; one that runs, at once. */
  async #restart(signal: AbortSignal, { plan: how = fromBeginning, settings, onTaken }: Rebuilding): Promise<void> {
    const sources = await this.#read(settings ?? this.#loaded().settings);
    sources.check();
    signal.throwIfAborted();
    if (this.#ended) return;
    const [before, stood] = [this.dockerfile, this.#run?.stands() ?? []];
    const after = sources.settings.dockerfileIsLocal ? sources.dockerfile : (before ?? sources.dockerfile);
    const plan = createPlan(how, { stood, before, after });
    if (stood.length === 0) await this.#leave();
    const progress = this.#progress.begin();
    // Once the engine has answered, there is no way back: the old build is over.
    await using asked = await untilSettled(signal, (own) => this.#ask(sources, own, { plan })).finally(() =>
      progress[Symbol.dispose](),
    );
    await this.#leave();
    if (this.#ended) return;
    onTaken?.(this.#take(sources));
    this.#begin(asked);
    this.start();
  }

  async #ask(sources: Sources, signal: AbortSignal, how: Wishes): Promise<Asked> {
    const [engine, attempt] = [this.#engine, ++this.#attempts];
    return await askEngine(sources, {
      engine,
      surroundings: this.#surroundings,
      attempt,
      mayStay: this.#run !== undefined,
      breakpoints: this.#breakpoints,
      filters: () => this.#filters,
      ...{ plan: undefined, isConfigured: () => true, ...how },
      events: this.#events,
      progress: this.#progress,
      onEnd: (exitCode) => void this.#runEnded(attempt, exitCode),
      signal,
    });
  }

  #begin(asked: Asked): void {
    this.#run = asked.begin(this.#past);
    this.dockerfile = this.#run.dockerfile;
    this.#placeBreakpoints();
  }

  /** A build that another one follows is not the end of the session. */
  async #runEnded(attempt: number, exitCode: number): Promise<void> {
    for (let last; last !== this.#restarting; ) await (last = this.#restarting);
    if (this.#run?.attempt === attempt) await this.#end(exitCode);
  }

  #watch(sources: Sources): void {
    this.#watched?.[Symbol.dispose]();
    this.#watched = watchSources(sources, this.#events, () => (this.#run?.stands() ?? []).length > 0);
  }

  #placeBreakpoints(): void {
    const [settings, dockerfile, run] = [this.settings, this.dockerfile, this.#run];
    if (settings === undefined || dockerfile === undefined) return;
    const { dockerfile: path, links } = settings;
    const breakpoints = this.#breakpoints.place({ path, dockerfile, links, needed: run?.needs });
    if (breakpoints.length > 0) this.#events.emit('breakpoints', { path, breakpoints });
  }

  /** For another build. */
  async #leave(): Promise<void> {
    for (const { id } of this.threads())
      if (this.stopOf(id) !== undefined) this.#events.emit('continued', { thread: id });
    await this.#takeRun()?.leave();
  }

  #takeRun(): Run | undefined {
    const run = this.#run;
    this.#run = undefined;
    this.#past = run?.past() ?? this.#past;
    return run;
  }

  async #engineLost(engine: Engine, cause: Error | undefined): Promise<void> {
    // One that never said who it is was none.
    await engine.known;
    if (this.#ended || this.#engine !== engine) return;
    const why = cause === undefined ? '' : `: ${cause.message}`;
    const text = `The engine at ${engine.endpoint.address} closed the connection${why}. Start it again, then restart the build.\n`;
    this.#events.emit('output', { category: 'important', text });
    void this.#end(1);
  }

  /** Once: everything that is held in the engine is given back before the last event. */
  async #end(exitCode: number): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#watched?.[Symbol.dispose]();
    await this.#takeRun()?.[Symbol.asyncDispose]();
    // One that is still being connected to is not waited for.
    if (!this.#engine) this.#connecting?.then((engine) => engine[Symbol.asyncDispose]()).catch(() => undefined);
    await this.#engine?.[Symbol.asyncDispose]();
    this.#progress.endAll();
    this.#events.emit('ended', { exitCode });
  }
}
