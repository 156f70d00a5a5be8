import type { ProblemEvent } from '../contract.js';
import type { BuildSettings, RestartPlan } from '../debugger/api.js';
import { UserError } from '../debugger/errors.js';
import type { Dockerfile } from '../dockerfile/model.js';
import { undeclared } from './build-arguments.js';
import type { Fields } from './fields.js';
import type { DefinedLaunch } from './launch/defined.js';
import { InlineFiles } from './launch/inline-files.js';
import { type ParsedLaunch, parseLaunch } from './launch/parse-launch.js';
import { buildSettings, definedSettings } from './launch/settings.js';
import { loadLater } from './requests/table.js';
import type { Session, Turn } from './session.js';

/** What only later requests need is loaded so many milliseconds after the start, if none of them has come. */
const LATER = 200;

/** The client is told that it may set breakpoints when the engine is reached, so many milliseconds later at the latest. */
const WELCOME = 20;

/** How a build begins that follows another one. */
export interface RestartWishes {
  /** Launch arguments, when the editor sends other ones. */
  readonly args?: Fields;
  readonly plan?: RestartPlan;
  /** Set for all builds that follow. */
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/** From launch to the first step, and around again: a build starts once it is both prepared and configured. */
export class Lifecycle {
  readonly #session: Session;
  readonly #preparing = new AbortController();
  /** As JSON. */
  #arguments = '';
  /** Set since, for all builds that follow. */
  #buildArgs: Readonly<Record<string, string>> = {};
  #launched = false;
  #welcomed = false;
  #prepared = false;
  #configured = false;
  #started = false;
  #restarting: AbortController | undefined;
  /** The build that was asked for has taken the place of the one before. */
  #taken = true;
  /** Problems of one that has not were told. */
  #refused = false;
  /** Dockerfiles that a Compose or Bake file has in itself. */
  readonly #inline = new InlineFiles();

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Reads the arguments and the Dockerfile, lets the client set its breakpoints, and meanwhile connects to the
   * engine. A launch that fails is answered with words, and the session is over.
   */
  async launch(args: Fields, turn: Turn): Promise<undefined> {
    if (this.#launched)
      throw new UserError('already-launched', 'This session has its build already.', 'Start another session.');
    this.#launched = true;
    const session = this.#session;
    try {
      const signal = AbortSignal.any([turn.signal, this.#preparing.signal]);
      const settings = await this.#parse(args);
      session.debugger.connect(settings, signal);
      this.#warn(await session.debugger.load(settings), settings.buildArgs);
      this.#arguments = JSON.stringify(args.raw);
      const late = setTimeout(() => this.welcome(), WELCOME);
      await session.debugger
        .prepare(signal, () => this.#configured)
        .finally(() => {
          clearTimeout(late);
          this.welcome();
        });
      this.#prepared = true;
      turn.after(() => this.#start());
    } catch (error) {
      turn.after(() => session.end(1));
      throw error;
    }
    return undefined;
  }

  /** The client may set its breakpoints: told once. */
  welcome(): void {
    if (this.#welcomed) return;
    this.#welcomed = true;
    this.#session.event('initialized', undefined);
  }

  /** The client has set its breakpoints. */
  configure(): void {
    this.#configured = true;
    this.#start();
  }

  /**
   * Builds again from fresh sources, and with fresh arguments when the editor sends other ones. What goes wrong is
   * told; the user may mend it and restart again.
   */
  restart(wishes: RestartWishes = {}): void {
    const session = this.#session;
    this.#restarting?.abort();
    const controller = new AbortController();
    this.#restarting = controller;
    this.#taken = false;
    if (this.#refused) session.event('dockerfile/withdrawn', { path: session.settings?.dockerfile ?? '' });
    this.#refused = false;
    // The build may turn out to be none: until the old stop is left, its numbers hold.
    session.resumed.clear();
    this.#restart(controller.signal, wishes)
      .catch((error: unknown) => {
        const reason: unknown = controller.signal.reason;
        session.report(reason instanceof UserError ? reason : error);
      })
      .finally(() => {
        if (this.#restarting === controller) this.#restarting = undefined;
      });
  }

  async #restart(signal: AbortSignal, { args, plan, buildArgs = {} }: RestartWishes): Promise<void> {
    const session = this.#session;
    const isOther = args !== undefined && !args.isEmpty && JSON.stringify(args.raw) !== this.#arguments;
    const given = isOther ? await this.#parse(args) : await this.#same();
    // The one that came after it may be first.
    signal.throwIfAborted();
    const settings = { ...given, buildArgs: { ...given.buildArgs, ...buildArgs } };
    await session.debugger.restart(signal, {
      plan,
      settings,
      onTaken: (dockerfile) => {
        this.#taken = true;
        this.#refused = false;
        if (isOther) this.#arguments = JSON.stringify(args.raw);
        this.#buildArgs = { ...(isOther ? {} : this.#buildArgs), ...buildArgs };
        this.#warn(dockerfile, isOther ? settings.buildArgs : buildArgs);
      },
    });
  }

  /** A problem on its line: of the build, or of one that is asked for and may be none. */
  tell(problem: ProblemEvent): void {
    const refused = this.#restarting !== undefined && !this.#taken;
    this.#refused ||= refused;
    this.#session.event('dockerfile/problem', { ...problem, ...(refused && { refused }) });
  }

  /** Of build arguments that change nothing. */
  #warn(dockerfile: Dockerfile, buildArgs: Readonly<Record<string, string>>): void {
    for (const note of undeclared(dockerfile, Object.keys(buildArgs))) this.#session.print('console', `${note}\n`);
  }

  /** The same build once more: the files and folders that its arguments name may be others by now, or none. */
  async #same(): Promise<BuildSettings> {
    const { settings } = await this.#read(JSON.parse(this.#arguments));
    return { ...settings, buildArgs: { ...settings.buildArgs, ...this.#buildArgs } };
  }

  async #read(raw: unknown): Promise<{ readonly settings: BuildSettings; readonly notes: readonly string[] }> {
    const { host, client } = this.#session;
    const build = await this.#define(parseLaunch(raw, host));
    const { surroundings } = host;
    const settings = await ('event' in build
      ? definedSettings(build, surroundings)
      : buildSettings(build.launch, surroundings));
    return { settings: { ...settings, speaksFlags: client.speaksFlags }, notes: build.notes };
  }

  /** With what a Compose or Bake file says, which may have been edited since the last build. */
  async #define(parsed: ParsedLaunch): Promise<ParsedLaunch | DefinedLaunch> {
    const { compose, service, bake, bakeTarget, record, repository } = parsed.launch;
    if ([compose, service, bake, bakeTarget, record, repository].every((name) => name === undefined)) return parsed;
    const { defined, readDefined } = await import('./launch/defined.js');
    const launch = await readDefined(parsed, this.#session.host.surroundings, this.#inline);
    this.#session.event('dockerfile/defined', launch.event);
    return { ...launch, notes: [defined(launch), ...launch.notes] };
  }

  /** What was written for this session goes with it. */
  [Symbol.dispose](): void {
    this.#inline[Symbol.dispose]();
  }

  /** What is to be built, from other arguments than before. */
  async #parse(args: Fields): Promise<BuildSettings> {
    const session = this.#session;
    const { settings, notes } = await this.#read(args.raw);
    if (settings.trace !== undefined) session.traceLog.open(settings.trace);
    if (session.settings !== undefined && session.settings.builder !== settings.builder) {
      session.print('console', 'Another "builder" is used by the next debug session; this one keeps its engine.\n');
    }
    for (const note of notes) session.print('console', `${note}\n`);
    return settings;
  }

  /** Refuses what makes sense only once a build runs. */
  requireStarted(): void {
    if (this.#session.ended) throw new UserError('session-over', 'This debug session is over.', 'Start a new one.');
    if (!this.#started) throw new UserError('not-launched', 'No build is running yet.');
  }

  /** Cancel in a progress message: gives up connecting or another build, or pauses what runs. */
  stopWorking(): void {
    if (!this.#prepared) this.#preparing.abort();
    else if (this.#restarting !== undefined)
      this.#restarting.abort(new UserError('restart-cancelled', 'The other build was given up.'));
    else if (this.#session.settings?.noDebug === true) this.terminate();
    else for (const { id } of this.#session.debugger.threads()) void this.pause(id);
  }

  /** Cancels what a thread runs; the stop that follows tells the client. One that stands waits for another build, if any. */
  async pause(thread: number): Promise<void> {
    try {
      if (this.#session.debugger.stopOf(thread) === undefined) await this.#session.debugger.pause(thread);
      else if (this.#restarting !== undefined) this.stopWorking();
    } catch (error) {
      this.#session.report(error);
    }
  }

  /** Ends the build; an engine that does not answer ends it too. */
  terminate(): void {
    const session = this.#session;
    this.#preparing.abort();
    this.#restarting?.abort();
    const late = setTimeout(() => session.end(130), 1500);
    session.debugger
      .terminate()
      .catch((error: unknown) => session.report(error))
      .finally(() => {
        clearTimeout(late);
        session.end(130);
      });
  }

  #start(): void {
    if (!this.#prepared || !this.#configured || this.#started || this.#session.ended) return;
    this.#started = true;
    this.#session.debugger.start();
    // While the engine works, but not while it starts the first step: on few cores that would take longer.
    setTimeout(() => {
      // Whoever asks for it says why it cannot be had.
      loadLater().catch(() => undefined);
    }, LATER).unref();
  }
}
