/** The debugger: one Dockerfile, one engine, one build after the other. */
import type { Engine } from '../buildkit/api.js';
import { openEngine } from '../buildkit/engine.js';
import { type Environment, systemEnvironment } from '../buildkit/connect/environment.js';
import { findImageStore } from '../buildkit/connect/image-store.js';
import { resolveEndpoint } from '../buildkit/connect/resolve.js';
import type { Dockerfile, Instruction } from '../dockerfile/model.js';
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
  RestartPlan,
  Stop,
  Surroundings,
  ThreadFact,
} from './api.js';
import { createBreakpointBook } from './breakpoints/book.js';
import { readFilters, usualFilters } from './breakpoints/filters.js';
import { beginRun, type Run } from './run.js';
import { beginTaking, isEdited, type Taken } from './edits.js';
import { engineSettings } from './engine-settings.js';
import { EngineError, UserError } from './errors.js';
import { createEmitter } from './events.js';
import { sessionOptions } from './frontend-options.js';
import { currentText, readDockerfile, refusedDockerfile } from './load.js';
import { sameFile } from './paths.js';
import { noPast, type Past } from './past.js';
import { createPlan, type Plan } from './plan.js';
import { onSaved } from './saved.js';
import { createProgress, type ProgressReporter } from './progress.js';

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
  #settings: BuildSettings | undefined;
  #dockerfile: Dockerfile | undefined;
  #connecting: Promise<Engine> | undefined;
  #engine: Engine | undefined;
  #run: Run | undefined;
  #watched: Disposable | undefined;
  #taken: Taken | undefined;
  #attempts = 0;
  #filters = usualFilters;
  #past: Past = noPast;
  #ended = false;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#progress = createProgress('Building', surroundings.now, (body) => this.#events.emit('progress', body));
  }

  get dockerfile(): Dockerfile | undefined {
    return this.#dockerfile;
  }

  connect(settings: BuildSettings, signal: AbortSignal): void {
    this.#connecting = this.#reach(settings, signal);
    this.#connecting.catch(() => undefined);
  }

  async load(settings: BuildSettings): Promise<Dockerfile> {
    this.#settings = settings;
    const reading = readDockerfile(settings, (problem) => this.#events.emit('problem', problem));
    const [dockerfile, taken] = await Promise.all([reading, beginTaking(settings, reading)]);
    this.#dockerfile = dockerfile;
    this.#taken = taken;
    this.#placeBreakpoints();
    this.#watch(settings, dockerfile.text);
    return dockerfile;
  }

  async prepare(signal: AbortSignal): Promise<void> {
    const settings = this.#loaded();
    this.#progress.begin();
    try {
      this.#connecting ??= this.#reach(settings, signal);
      const engine = await this.#connecting;
      this.#engine = engine;
      void engine.closed.then((cause) => this.#engineLost(engine, cause)).catch(() => undefined);
      await this.#beginRun(signal).catch(async (error: unknown) => {
        // Something that is no engine at all, or none that we know: that says more than what failed on it.
        await engine.known;
        throw error;
      });
    } finally {
      this.#progress.end();
    }
  }

  start(): void {
    this.#run?.start();
  }

  async restart(signal: AbortSignal, how: RestartPlan = { kind: 'beginning' }): Promise<void> {
    const settings = this.#loaded();
    const before = this.#dockerfile;
    // A stop is not left for a Dockerfile that cannot be built.
    await readDockerfile(settings, (problem) => this.#events.emit('problem', problem));
    const plan = createPlan(how, this.#run?.stands() ?? []);
    for (const { id } of this.threads())
      if (this.stopOf(id) !== undefined) this.#events.emit('continued', { thread: id });
    await this.#endRun();
    await this.load(settings);
    const after = this.#dockerfile;
    const places = before !== undefined && after !== undefined ? plan?.(before, after) : undefined;
    await this.#beginRun(signal, places);
    this.start();
  }

  async terminate(): Promise<void> {
    await this.#end(this.#run?.failed === true ? 1 : 130);
  }

  async edited(signal: AbortSignal): Promise<boolean> {
    return this.#taken !== undefined && (await isEdited(this.#loaded(), this.#taken, signal));
  }

  setBreakpoints(path: string, breakpoints: readonly LineBreakpoint[]): readonly BreakpointFact[] {
    const facts = this.#breakpoints.setLines(path, breakpoints, currentText(path, this.#dockerfile, this.#settings));
    this.#run?.refresh();
    return facts;
  }

  setFunctionBreakpoints(breakpoints: readonly FunctionBreakpoint[]): readonly BreakpointFact[] {
    const facts = this.#breakpoints.setFunctions(breakpoints);
    this.#run?.refresh();
    return facts;
  }

  setDataBreakpoints(breakpoints: readonly DataBreakpoint[]): readonly BreakpointFact[] {
    const facts = this.#breakpoints.setData(breakpoints);
    this.#run?.refresh();
    return facts;
  }

  setFilters(settings: readonly FilterSetting[]): readonly FilterFact[] {
    const { filters, facts } = readFilters(settings);
    this.#filters = filters;
    this.#run?.refresh();
    return facts;
  }

  reaches(instruction: Instruction): boolean {
    return this.#run?.needs(instruction) === true;
  }

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

  #loaded(): BuildSettings {
    if (this.#settings === undefined)
      throw new UserError('not-launched', 'No build was launched yet.', 'Send launch first.');
    return this.#settings;
  }

  async #reach({ builder }: BuildSettings, signal: AbortSignal): Promise<Engine> {
    const endpoint = await resolveEndpoint(builder, this.#environment(), { signal });
    return await openEngine(endpoint, { signal, trace: this.#surroundings.trace });
  }

  #sessionOptions(settings: BuildSettings, { listings }: Taken): Parameters<Engine['openSession']>[0] {
    return sessionOptions(settings, this.#surroundings, {
      onTransfer: ({ name, bytes }) => this.#progress.transfer(name, bytes),
      onWarning: (text) => this.#events.emit('output', { category: 'console', text: `${text}\n` }),
      onListed: (listing) => void listings.push(listing),
    });
  }

  #environment(): Environment {
    const { env, homeDir } = this.#surroundings;
    return { ...systemEnvironment(), variables: env, home: homeDir };
  }

  async #beginRun(signal: AbortSignal, plan?: Plan): Promise<void> {
    const [given, engine, dockerfile, taken] = [this.#loaded(), this.#engine, this.#dockerfile, this.#taken];
    if (engine === undefined || dockerfile === undefined || taken === undefined) {
      throw new UserError('not-prepared', 'The engine is not connected.', 'Start the debug session again.');
    }
    const settings = await engineSettings(given, engine, {
      findImageStore: () => findImageStore(this.#environment(), { signal }),
      say: (text) => this.#events.emit('output', { category: 'console', text }),
    });
    const attempt = ++this.#attempts;
    this.#events.emit('build', { status: 'started', attempt });
    try {
      this.#run = await beginRun({
        engine,
        serves: this.#sessionOptions(settings, taken),
        settings,
        dockerfile,
        taken,
        attempt,
        breakpoints: this.#breakpoints,
        filters: () => this.#filters,
        past: this.#past,
        plan,
        events: this.#events,
        progress: this.#progress,
        onEnd: (exitCode) => void this.#end(exitCode),
        signal,
      });
    } catch (error) {
      this.#events.emit('build', { status: signal.aborted ? 'canceled' : 'failed', attempt });
      throw error instanceof EngineError ? refusedDockerfile(error, settings, dockerfile) : error;
    }
    this.#dockerfile = this.#run.dockerfile;
    this.#placeBreakpoints();
  }

  #watch({ dockerfile: path, dockerfileIsLocal }: BuildSettings, text: string): void {
    this.#watched?.[Symbol.dispose]();
    if (dockerfileIsLocal)
      this.#watched = onSaved(path, text, (edited) => this.#events.emit('saved', { path, edited }));
  }

  #placeBreakpoints(): void {
    const [settings, dockerfile, run] = [this.#settings, this.#dockerfile, this.#run];
    if (settings === undefined || dockerfile === undefined) return;
    const path = settings.dockerfile;
    const breakpoints = this.#breakpoints.place({ path, dockerfile, needed: run?.needs });
    if (breakpoints.length > 0) this.#events.emit('breakpoints', { path, breakpoints });
  }

  async #endRun(): Promise<void> {
    const run = this.#run;
    this.#run = undefined;
    this.#past = run?.past() ?? this.#past;
    await run?.[Symbol.asyncDispose]();
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
    await this.#endRun();
    // One that is still being connected to is not waited for.
    if (this.#engine === undefined)
      this.#connecting?.then((engine) => engine[Symbol.asyncDispose]()).catch(() => undefined);
    await this.#engine?.[Symbol.asyncDispose]();
    this.#progress.end();
    this.#events.emit('ended', { exitCode });
  }
}
