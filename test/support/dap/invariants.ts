/** What holds for every session, whatever it is about: checked on each message as it goes by. */
import { Ids } from './ids.js';
import { type Entry, type Message, resuming } from './protocol.js';
import type { Schema } from './schema.js';

type Fields = Readonly<Record<string, unknown>>;

/** Reverse requests and events that need a word of the client in `initialize`. */
const needs: Readonly<Record<string, string>> = {
  runInTerminal: 'supportsRunInTerminalRequest',
  startDebugging: 'supportsStartDebuggingRequest',
  invalidated: 'supportsInvalidatedEvent',
  memory: 'supportsMemoryEvent',
  progressStart: 'supportsProgressReporting',
  progressUpdate: 'supportsProgressReporting',
  progressEnd: 'supportsProgressReporting',
};

/** Folds over the messages of one session; `violations` says what was wrong. */
export class Invariants {
  readonly violations: string[] = [];
  private readonly asked = new Map<number, Message>();
  private readonly answered = new Set<number>();
  private readonly ids = new Ids();
  private readonly stopped = new Set<number>();
  private readonly progress = new Set<unknown>();
  private readonly known = new Map<string, unknown>();
  private seq = 0;
  private ready = false;
  private terminated = false;

  constructor(private readonly schema: Schema) {}

  observe({ from, message }: Entry): void {
    if (from === 'client') this.sent(message);
    else this.received(message);
  }

  private sent(message: Message): void {
    if (message.type !== 'request') return;
    this.asked.set(message.seq, message);
    if (message.command === 'initialize') {
      for (const [name, value] of Object.entries(fields(message.arguments))) this.known.set(name, value);
    }
    if (resuming.has(message.command ?? '')) this.resumed(fields(message.arguments)['threadId'], message);
  }

  /** `continue` moves every thread, the others the one they name. */
  private resumed(threadId: unknown, message: Message): void {
    const single = fields(message.arguments)['singleThread'] === true;
    const every = ['continue', 'reverseContinue'].includes(message.command ?? '') && !single;
    if (every || typeof threadId !== 'number') this.stopped.clear();
    else this.stopped.delete(threadId);
  }

  private received(message: Message): void {
    for (const problem of this.schema.problems(message)) this.violate(message, problem);
    if (message.seq <= this.seq) this.violate(message, `seq ${message.seq} after ${this.seq}`);
    this.seq = message.seq;
    if (message.type === 'response') this.response(message);
    else this.unasked(message);
  }

  private response(message: Message): void {
    const seq = message.request_seq ?? 0;
    const request = this.asked.get(seq);
    if (request === undefined) return this.violate(message, `nobody asked ${seq}`);
    if (this.answered.has(seq)) this.violate(message, 'a second answer');
    this.answered.add(seq);
    if (message.command !== request.command) this.violate(message, `the request was ${request.command}`);
    if (request.command === 'initialize' && message.success === true) this.ready = true;
    for (const problem of this.ids.answer(request, message)) this.violate(message, problem);
  }

  private unasked(message: Message): void {
    const name = message.event ?? message.command ?? '';
    if (!this.ready) this.violate(message, 'before the answer to initialize');
    if (this.terminated && name !== 'exited') this.violate(message, 'after terminated');
    const word = needs[name];
    if (word !== undefined && this.known.get(word) !== true) this.violate(message, `the client did not say ${word}`);
    const body = fields(message.body);
    switch (message.event) {
      case 'terminated':
        this.terminated = true;
        return;
      case 'stopped':
        return this.stop(message, body);
      case 'continued':
        this.resumed(body['allThreadsContinued'] === true ? undefined : body['threadId'], message);
        this.ids.kill(body['allThreadsContinued'] === true ? undefined : body['threadId']);
        return;
      case 'progressStart':
        this.progress.add(body['progressId']);
        return;
      case 'progressUpdate':
        if (!this.progress.has(body['progressId'])) this.violate(message, 'no such progress');
        return;
      case 'progressEnd':
        if (!this.progress.delete(body['progressId'])) this.violate(message, 'no such progress');
        return;
      default:
    }
  }

  private stop(message: Message, body: Fields): void {
    const thread = body['threadId'];
    if (typeof thread !== 'number') return this.violate(message, 'names no thread');
    if (this.stopped.has(thread)) this.violate(message, `thread ${thread} stops twice`);
    this.stopped.add(thread);
  }

  /** Requests without an answer; only asked when the process has ended. */
  unanswered(): string[] {
    return [...this.asked.values()]
      .filter((request) => !this.answered.has(request.seq))
      .map((request) => `${request.command ?? ''} (${request.seq})`);
  }

  private violate(message: Message, text: string): void {
    this.violations.push(`${message.event ?? message.command ?? message.type} (${message.seq}): ${text}`);
  }
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
