/** One debug session in the terminal: handshake, the way from stop to stop, and the exit code. */
import type { ReadStream } from 'node:tty';
import { Adapter, Refusal } from './adapter.js';
import { Breakpoints } from './breakpoints.js';
import type { BuildCommand } from './command-line.js';
import type { Context } from './commands.js';
import { completer, converse, type Talk } from './conversation.js';
import { type Fields, numberOf, textOf } from './fields.js';
import type { Input } from './input.js';
import { framesOf, Machine, type News } from './machine.js';
import { liveView, plainView, type ProgressView, quietView, type Screen } from './progress.js';
import { Prompt } from './prompt.js';
import { problemReport, stopReport, summary } from './report.js';
import { Foreground } from './terminal.js';

/** The outside world of a session. */
export interface World {
  readonly screen: Screen;
  /** Where the user types; undefined when nobody can answer. */
  readonly keyboard: { readonly stream: ReadStream; readonly fd: number } | undefined;
  /** The screen can be drawn on. */
  readonly drawable: boolean;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Command line of the adapter. */
  readonly adapter: readonly string[];
  /** Calls back on Ctrl-C. */
  onInterrupt(listener: () => void): Disposable;
}

/** Exit codes, as docker build has them: 0 built, 1 failed; and 130 for Ctrl-C. */
export async function runSession(
  command: BuildCommand,
  input: Input,
  world: World,
  options: { readonly signal: AbortSignal },
): Promise<number> {
  await using session = new Session(command, input, world);
  const quit = (): void => session.quit();
  options.signal.addEventListener('abort', quit, { once: true });
  using _interrupts = world.onInterrupt(() => session.interrupted());
  return await session.run();
}

class Session implements AsyncDisposable {
  private readonly machine: Machine;
  private readonly adapter: Adapter;
  private readonly view: ProgressView;
  private readonly breakpoints: Breakpoints;
  private readonly foreground: Foreground;
  private readonly prompt: Prompt | undefined;
  private started: number;
  private readonly ready: Promise<void>;
  private setReady: () => void = () => undefined;
  private talk: Talk | undefined;
  private pausing = false;
  private quitting = false;

  constructor(
    private readonly command: BuildCommand,
    private readonly input: Input,
    private readonly world: World,
  ) {
    const { keyboard, screen } = world;
    this.started = screen.now();
    this.machine = new Machine(input.dockerfile, () => this.prompt?.interrupt());
    this.view = this.chooseView();
    this.foreground = new Foreground(keyboard?.fd ?? 0);
    this.ready = new Promise((resolve) => (this.setReady = resolve));
    this.prompt =
      keyboard === undefined
        ? undefined
        : new Prompt(
            keyboard.stream,
            screen.out,
            completer(() => this.talk?.context),
          );
    this.adapter = new Adapter(
      { command: world.adapter, cwd: world.cwd, env: world.env },
      { event: (name, body) => this.event(name, body), asked: (name, args) => this.asked(name, args) },
    );
    this.breakpoints = new Breakpoints(this.adapter, command.breaks);
    void this.adapter.ended.then((stderr) => this.lost(stderr));
  }

  /** From the handshake to the exit code. */
  async run(): Promise<number> {
    const { view, world, machine } = this;
    try {
      view.show();
      await this.handshake();
    } catch (error) {
      view.hide();
      if (!(error instanceof Refusal)) throw error;
      view.note(world.screen.colors.red(error.message));
      this.note(problemReport(machine, 'error', world.screen.colors));
      return 1;
    }
    for (;;) {
      view.show();
      const news = await machine.news();
      view.hide();
      if (this.quitting) return 130;
      if (news.kind === 'ended') return this.finish();
      const code = await this.stopped(news);
      if (code !== undefined) return code;
    }
  }

  /** Ctrl-C outside the prompt. */
  interrupted(): void {
    if (this.foreground.busy) return;
    const evaluation = this.talk?.evaluation;
    if (evaluation !== undefined && !evaluation.signal.aborted) return evaluation.abort();
    if (this.prompt === undefined || this.pausing || evaluation !== undefined) return this.quit();
    this.pausing = true;
    this.view.note('Pausing … (Ctrl-C again quits)');
    this.adapter.request('pause', { threadId: this.talk?.context.place.threadId ?? 1 }).catch((error: unknown) => {
      this.view.note(error instanceof Error ? error.message : String(error));
    });
  }

  /** Leaves as soon as possible. */
  quit(): void {
    this.quitting = true;
    this.machine.end();
    this.prompt?.interrupt();
    this.talk?.evaluation?.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.view.hide();
    this.prompt?.[Symbol.dispose]();
    await this.adapter[Symbol.asyncDispose]();
  }

  private async handshake(): Promise<void> {
    const { adapter, command, breakpoints, input, world } = this;
    const capabilities = await adapter.request('initialize', {
      clientID: 'dockerfile-debug',
      clientName: 'Terminal',
      adapterID: 'buildkit',
      linesStartAt1: true,
      columnsStartAt1: true,
      pathFormat: 'path',
      supportsRunInTerminalRequest: world.keyboard !== undefined,
      supportsANSIStyling: world.screen.colors.isColorSupported,
    });
    const { stopOnEntry, noDebug, trace } = command;
    const launch = {
      cwd: world.cwd,
      args: input.args,
      stopOnEntry,
      noDebug,
      ...(trace === undefined ? {} : { trace }),
    };
    const launched = adapter.request('launch', launch);
    await Promise.race([this.ready, launched.then(() => this.ready)]);
    await breakpoints.send(input.dockerfile);
    const filters = exceptionFilters(capabilities);
    await adapter.request('setExceptionBreakpoints', { filters });
    await adapter.request('configurationDone');
    await launched;
  }

  private event(name: string, body: Fields): void {
    if (name === 'initialized') return this.setReady();
    if (name === 'output') return this.output(body);
    this.machine.event(name, body);
    if (name === 'dockerfile/build' && body['status'] === 'started') this.started = this.world.screen.now();
    if (name !== 'dockerfile/step') return;
    const step = this.machine.steps.take(body, this.world.screen.now());
    if (step !== undefined && this.talk === undefined) this.view.step(step, this.machine.textOf(step));
  }

  private output(body: Fields): void {
    const text = textOf(body['output']);
    if (body['category'] === 'telemetry' || text === '') return;
    if (this.talk !== undefined) return this.talk.context.print(text);
    const step = this.machine.steps.print(numberOf(body['line']) ?? 0, text);
    if (step === undefined) this.view.note(text);
    else if (body['group'] === undefined) this.view.printed(step, text);
  }

  private async asked(name: string, args: Fields): Promise<object> {
    if (name !== 'runInTerminal' || this.prompt === undefined) throw new Error(`${name} is not possible here.`);
    return await this.foreground.run(args);
  }

  /** At a stop: the exit code, or undefined when the machine goes on. */
  private async stopped(news: Extract<News, { kind: 'stopped' }>): Promise<number | undefined> {
    const { adapter, machine, breakpoints, prompt, foreground, view, world } = this;
    this.pausing = false;
    const frames = framesOf(await adapter.request('stackTrace', { threadId: news.threadId }));
    const print = (text: string): void => {
      // What is told while a shell has the screen waits for its end.
      if (foreground.busy) void foreground.free.then(() => prompt?.print(text));
      else prompt?.print(text);
    };
    const place = { threadId: news.threadId, frames, index: 0 };
    const context: Context = { adapter, machine, breakpoints, colors: world.screen.colors, place, print };
    view.note(await stopReport(context, news));
    if (prompt === undefined) return await this.passBy(news);
    this.talk = { context, prompt, foreground, evaluation: undefined };
    const next = await converse(this.talk);
    this.talk = undefined;
    if (this.quitting) return 130;
    return next === 'quit' ? 1 : undefined;
  }

  /** Nobody can answer: a failure ends the session, anything else is only told. */
  private async passBy(news: Extract<News, { kind: 'stopped' }>): Promise<number | undefined> {
    if (news.reason === 'exception') return 1;
    this.machine.resume();
    await this.adapter.request('continue', { threadId: news.threadId });
    return undefined;
  }

  private finish(): number {
    const { machine, view, world } = this;
    const { colors } = world.screen;
    this.note(problemReport(machine, 'warning', colors));
    if (machine.outcome !== 'completed') this.note(problemReport(machine, 'error', colors));
    view.note(summary(machine, world.screen.now() - this.started, colors));
    return machine.outcome === 'completed' ? 0 : 1;
  }

  private note(text: string): void {
    if (text !== '') this.view.note(text);
  }

  /** The adapter's process has ended; after `terminated` that is as it should be. */
  private lost(stderr: string): void {
    if (stderr !== '') this.view.note(stderr);
    this.setReady();
    this.machine.end();
    this.prompt?.interrupt();
  }

  private chooseView(): ProgressView {
    const { world, machine, command } = this;
    const wanted = command.progress === 'auto' ? (world.drawable ? 'tty' : 'plain') : command.progress;
    switch (wanted) {
      case 'tty':
        return liveView(world.screen, machine.steps, (step) => machine.textOf(step));
      case 'plain':
        return plainView(world.screen, machine.steps);
      case 'quiet':
        return quietView(world.screen);
    }
  }
}

/** The filters that the adapter has on by default. */
function exceptionFilters(capabilities: Fields): readonly string[] {
  const filters = capabilities['exceptionBreakpointFilters'];
  if (!Array.isArray(filters)) return [];
  const objects = filters.filter((item): item is Fields => typeof item === 'object' && item !== null);
  return objects.filter((filter) => filter['default'] === true).map((filter) => textOf(filter['filter']));
}
