import { field, number, text } from './shape.js';

/**
 * Requests after whose success a thread no longer stands where it stood. Not `restart`: its stop is kept until the engine
 * takes the new build, which `continued` tells.
 */
const resumes = new Set([
  'continue',
  'next',
  'stepIn',
  'stepOut',
  'stepBack',
  'reverseContinue',
  'goto',
  'restartFrame',
  'terminate',
  'disconnect',
]);

/** A resume that was asked for and not yet answered. */
interface Pending {
  readonly threadId: number | undefined;
  /** Number of the latest stop when it was asked for. */
  readonly stop: number;
}

/** Which threads of a session stand, and at which of their stops: read off the messages between editor and adapter. */
export class Standing {
  readonly #stops = new Map<number, number>();
  readonly #pending = new Map<number, Pending>();
  #latest = 0;

  /** The number of the stop at which a thread stands; no two are the same. */
  stopOf(threadId: number): number | undefined {
    return this.#stops.get(threadId);
  }

  /** What the editor sends. */
  sent(message: unknown): void {
    const seq = number(message, 'seq');
    if (seq !== undefined && resumes.has(text(message, 'command'))) {
      this.#pending.set(seq, { threadId: number(field(message, 'arguments'), 'threadId'), stop: this.#latest });
    }
  }

  /** What the adapter sends. */
  received(message: unknown): void {
    const body = field(message, 'body');
    if (field(message, 'type') === 'response') {
      this.#answered(number(message, 'request_seq') ?? -1, field(message, 'success') === true, body);
      return;
    }
    const threadId = number(body, 'threadId');
    switch (field(message, 'event')) {
      case 'stopped':
        this.#latest += 1;
        if (threadId !== undefined) this.#stops.set(threadId, this.#latest);
        return;
      case 'continued':
        this.#leave(field(body, 'allThreadsContinued') === true ? undefined : threadId, this.#latest);
        return;
      case 'thread':
        if (field(body, 'reason') === 'exited' && threadId !== undefined) this.#stops.delete(threadId);
        return;
      case 'terminated':
        this.#stops.clear();
        return;
      case 'dockerfile/build':
        if (field(body, 'status') === 'started') this.#stops.clear();
        return;
      default:
        return;
    }
  }

  #answered(seq: number, success: boolean, body: unknown): void {
    const pending = this.#pending.get(seq);
    if (pending === undefined) return;
    this.#pending.delete(seq);
    if (success) this.#leave(field(body, 'allThreadsContinued') === true ? undefined : pending.threadId, pending.stop);
  }

  /** Leaves the stops of a thread, or of all, that were there when it was asked to. */
  #leave(threadId: number | undefined, until: number): void {
    for (const [thread, stop] of this.#stops) {
      if ((threadId === undefined || thread === threadId) && stop <= until) this.#stops.delete(thread);
    }
  }
}
