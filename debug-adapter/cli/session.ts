/** One debug session in the terminal: handshake, the way from stop to stop, and the exit code. */
import { Adapter, type AdapterListener, Refusal } from './adapter.js';
import { Breakpoints } from './breakpoints.js';
import type { BuildCommand } from './command-line.js';
import type { Context, Place } from './context.js';
import { completer, converse, type Talk } from './conversation.js';
import { type Fields, listOf, numberOf, textOf } from './fields.js';
import { handshake } from './handshake.js';
import type { Input } from './input.js';
import { Interrupts } from './interrupts.js';
import { Machine, type News, type Stopped } from './machine.js';
import type { ProgressView } from './progress.js';
import { Prompt } from './prompt.js';
import { errors, keptReport, stopReport, summary, warnings } from './report.js';
import { readStack } from './stack.js';
import { Stopwatch } from './stopwatch.js';
import { Foreground } from './terminal.js';
import { OtherStops, platformOf, tellElsewhere } from './threads.js';
import { chooseView } from './views.js';
import type { World } from './world.js';

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

/** Said above the first prompt. */
const welcome = 'What you type runs in this step. :shell opens a shell, :restart builds again, :help lists all.';

class Session implements AsyncDisposable {
  private readonly machine: Machine;
  private readonly adapter: Adapter;
  private readonly view: ProgressView;
  private readonly breakpoints = new Breakpoints();
  private readonly foreground: Foreground;
  private readonly prompt: Prompt | undefined;
  private readonly watch: Stopwatch;
  private readonly others = new OtherStops();
  private readonly ready: Promise<void>;
  private setReady: () => void = () => undefined;
  private readonly gone: Promise<undefined>;
  private setGone: () => void = () => undefined;
  private launched = false;
  private talk: Talk | undefined;
  /** Where the user looked when the machine moved last. */
  private left: Place | undefined;
  private capabilities: Fields = {};
  private readonly interrupts: Interrupts;
  private quitting = false;
  private welcomed = false;
  /** All is said: how steps end that the failure took along comes below it no more. */
  private told = false;

  constructor(
    private readonly command: BuildCommand,
    private readonly input: Input,
    private readonly world: World,
  ) {
    const { keyboard, screen } = world;
    this.watch = new Stopwatch(() => screen.now());
    this.interrupts = new Interrupts(() => screen.now());
    this.machine = new Machine(input.dockerfile, (news) => this.moved(news));
    this.view = chooseView(command, world, this.machine);
    this.foreground = new Foreground(keyboard?.fd ?? 0, (text) => screen.out.write(`${screen.colors.dim(text)}\n`));
    this.ready = new Promise((resolve) => (this.setReady = resolve));
    this.gone = new Promise((resolve) => (this.setGone = () => resolve(undefined)));
    this.prompt =
      keyboard === undefined
        ? undefined
        : new Prompt(
            keyboard,
            screen.out,
            completer(() => this.talk?.context),
          );
    const listener: AdapterListener = {
      event: (name, body) => this.event(name, body),
      asked: (name, args) => this.asked(name, args),
    };
    this.adapter = new Adapter(world.openAdapter(), listener, input.names);
    void this.adapter.ended.then((text) => this.lost(text));
  }

  /** From the handshake to the exit code. */
  async run(): Promise<number> {
    const { view, world, machine } = this;
    try {
      view.show();
      const { adapter, breakpoints, command, input, ready, gone } = this;
      const launching = handshake({ adapter, machine, breakpoints, command, input, world, ready, note: view.note });
      // An engine or a registry may never answer: whoever quits does not wait for it.
      const capabilities = await Promise.race([launching, gone]);
      launching.catch(() => undefined);
      if (capabilities !== undefined) this.capabilities = capabilities;
      this.launched = true;
    } catch (error) {
      view.hide();
      if (!(error instanceof Refusal)) throw error;
      const places = errors(machine, world.screen.colors);
      const warned = warnings(machine, world.screen.colors);
      view.note(`${warned}${places === '' ? world.screen.colors.red(error.message) : places}`);
      world.report?.refused(error.message);
      return error.code.startsWith('flag-') ? 2 : 1;
    }
    for (;;) {
      view.show();
      this.watch.stands(machine.standsStill);
      const news = await machine.news();
      view.hide();
      if (this.quitting) return 130;
      if (news.kind === 'ended') return this.finish();
      this.interrupts.stand();
      const code = await this.stopped(news);
      this.interrupts.leave();
      if (this.quitting) return 130;
      if (code !== undefined) return code;
    }
  }

  /** Ctrl-C outside the prompt. */
  interrupted(): void {
    if (this.foreground.busy) return;
    const evaluation = this.talk?.evaluation;
    if (evaluation !== undefined && !evaluation.signal.aborted) return evaluation.abort();
    if (!this.launched || this.prompt === undefined || evaluation !== undefined) return this.quit();
    const meaning = this.interrupts.press();
    if (meaning === 'quits') return this.quit();
    if (meaning === 'stays') return;
    // What stood still stands, until the engine has taken the other build.
    if (this.machine.rebuilding)
      return void this.adapter.request('cancel', { progressId: 'build' }).catch(() => undefined);
    this.view.note('Pausing … (Ctrl-C again quits)');
    this.pause().catch((error: unknown) => this.said(error instanceof Error ? error.message : String(error)));
  }

  /** Ctrl-C at the prompt: whether it was the second one. */
  private quitsAgain(): boolean {
    const { quitsNow } = this.interrupts;
    if (quitsNow) this.quit();
    return quitsNow;
  }

  private async pause(): Promise<void> {
    const { adapter, machine } = this;
    const threads = listOf((await adapter.request('threads'))['threads']).flatMap(({ id }) => numberOf(id) ?? []);
    const running = threads.filter((threadId) => !machine.stands(threadId));
    await Promise.all(running.map((threadId) => adapter.request('pause', { threadId })));
  }

  /** Leaves as soon as possible. */
  quit(): void {
    this.quitting = true;
    this.setGone();
    this.machine.end();
    this.prompt?.interrupt();
    this.talk?.evaluation?.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.view.hide();
    this.prompt?.[Symbol.dispose]();
    await this.adapter[Symbol.asyncDispose]();
    await this.world.report?.write(this.machine, this.watch.ran);
  }

  private event(name: string, body: Fields): void {
    if (name === 'initialized') return this.setReady();
    if (name === 'output') return this.output(body);
    if (name.startsWith('progress')) return this.view.working(this.work(textOf(body['message'])));
    this.machine.event(name, body);
    if (name === 'dockerfile/build' && body['status'] === 'started') this.watch.restart();
    this.watch.stands(this.machine.standsStill);
    if (name !== 'dockerfile/step') return;
    const step = this.machine.steps.take(body, this.world.screen.now());
    if (step === undefined) return;
    const { machine, talk, view } = this;
    if (talk === undefined) view.step(step, machine.textOf(step));
    else tellElsewhere(talk.context, step, view.ended(step, machine.textOf(step)));
  }

  /** What goes on; at a stop that waits for another build, how to have it back. */
  private work(message: string): string {
    return message !== '' && this.machine.rebuilding ? `${message}\nCtrl-C goes back to the stop.` : message;
  }

  private output(body: Fields): void {
    const text = textOf(body['output']);
    if (body['category'] === 'telemetry' || text === '') return;
    const [line, category] = [numberOf(body['line']), body['category']];
    if (category === 'important' && this.machine.rebuilding) void this.refused();
    // What a logpoint says was asked for, and what a command says that is stepped over; steps would be in the way at a prompt.
    const [asked = {}] = listOf([body['data']]);
    if (asked['logpoint'] === true || asked['stepped'] === true) return this.said(text);
    const seen = line === undefined || category === 'important' || this.view.complete;
    if (this.talk !== undefined && seen) return this.talk.context.print(text);
    if (category === 'important') return this.view.note(text);
    const isOfStep = (category === 'stdout' || category === 'stderr') && asked['failure'] !== true;
    if (line !== undefined && isOfStep) this.machine.steps.print(line, text);
    if (this.talk === undefined && !this.told) this.view.printed(line, text);
  }

  /** Another build was asked for and cannot be: what stands still stands, or there is nothing more to talk about. */
  private async refused(): Promise<void> {
    const { adapter, machine } = this;
    const threads = await adapter.request('threads').catch((): Fields => ({}));
    if (!machine.rebuilding) return;
    if (listOf(threads['threads']).length > 0) machine.stay();
    else this.machine.end();
  }

  private said(text: string): void {
    return this.talk === undefined ? this.view.note(text.trimEnd()) : this.talk.context.print(text);
  }

  private async asked(name: string, args: Fields): Promise<object> {
    if (name !== 'runInTerminal' || this.prompt === undefined) throw new Error(`${name} is not possible here.`);
    return await this.foreground.run(args);
  }

  /** At a stop: the exit code, or undefined when the machine goes on. */
  private async stopped(news: Stopped): Promise<number | undefined> {
    const { adapter, machine, breakpoints, prompt, foreground, view, world } = this;
    this.others.seen(news);
    const frames = await readStack(adapter, machine, news.threadId);
    if (frames === undefined) return undefined;
    const print = (text: string): void => {
      // What is told while a shell has the screen waits for its end.
      if (foreground.busy) void foreground.free.then(() => prompt?.print(text));
      else prompt?.print(text);
    };
    const threads = listOf((await adapter.request('threads'))['threads']);
    const index = news.kept === true && this.left?.threadId === news.threadId ? this.left.index : 0;
    const place = { threadId: news.threadId, platform: platformOf(machine, threads, news.threadId), frames, index };
    const { colors } = world.screen;
    const context: Context = { adapter, machine, breakpoints, capabilities: this.capabilities, colors, place, print };
    if (news.kept === true) view.note(keptReport(context));
    else if (news.reason !== 'exception' || !view.complete) view.note(await stopReport(context, news));
    await Promise.race([world.report?.stopped(context, news), this.gone]);
    if (prompt === undefined) return await this.passBy(news);
    this.talk = { context, prompt, foreground, quits: () => this.quitsAgain(), evaluation: undefined };
    if (!this.welcomed) prompt.print(colors.dim(welcome));
    this.welcomed = true;
    await this.others.tell(context);
    const next = await converse(this.talk);
    this.left = context.place;
    this.talk = undefined;
    if (next === 'left') this.quitting = true;
    return next === 'resume' ? undefined : 1;
  }

  /** The machine moved while the user talks about one of its threads. */
  private moved(news: News | undefined): void {
    const { talk, machine, prompt } = this;
    if (talk === undefined) return;
    if (!machine.stands(talk.context.place.threadId)) return prompt?.interrupt();
    if (news?.kind !== 'stopped') return;
    this.others.tell(talk.context).catch((error: unknown) => this.said(String(error)));
  }

  /** Nobody can answer: a failure ends the session, anything else is only told. */
  private async passBy(news: Stopped): Promise<number | undefined> {
    if (news.reason === 'exception') {
      this.told = true;
      return 1;
    }
    this.machine.resume(news.threadId);
    await this.adapter.request('continue', { threadId: news.threadId });
    return undefined;
  }

  private finish(): number {
    const { machine, view, world } = this;
    const { colors } = world.screen;
    if (machine.outcome === 'completed' && this.command.progress === 'quiet') return 0;
    this.note(warnings(machine, colors));
    if (!view.complete) this.note(errors(machine, colors));
    view.note(summary(machine, this.watch.ran, colors));
    return machine.outcome === 'completed' ? 0 : 1;
  }

  private note(text: string): void {
    if (text !== '') this.view.note(text);
  }

  /** The adapter has ended; after `terminated` that is as it should be. */
  private lost(text: string): void {
    if (text !== '') this.view.note(text);
    this.setReady();
    this.machine.end();
    this.prompt?.interrupt();
  }
}
