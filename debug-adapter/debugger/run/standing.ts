/** Where a thread stands: the stop that a user looks at, from its begin to the moment when the thread goes on. */
import type { Stop, StopReason } from '../api.js';
import type { Gate } from '../breakpoints/gate.js';
import { EngineError } from '../errors.js';
import { JOINED } from '../ask/head-start.js';
import { runAhead } from './run-ahead.js';
import { keepBegun } from './run-to.js';
import type { Stand, Stood } from './runner.js';
import type { StoppedParts } from '../load-stopped.js';
import type { LiveStop } from '../stop/stop.js';
import type { ThreadInput } from './thread-api.js';

export interface Standing extends AsyncDisposable {
  /** Undefined while the thread runs, and when it is over. */
  readonly stop: Stop | undefined;
  /** Where it stands, or stood last. */
  readonly stood: Stood | undefined;
  begin(parts: StoppedParts, stand: Stand, reason: StopReason): void;
  /** The stop dies; its containers are gone before anything runs again, for they may hold a locked cache. */
  leave(): void;
  /** Breakpoints have changed: what runs ahead heeds them, for steps that have not begun. */
  refresh(): void;
  /** Resolves when what the last stop held is given back. */
  readonly left: Promise<void>;
}

/** Stands nowhere yet. */
export function createStanding(input: ThreadInput, gate: Gate): Standing {
  return new ThreadStanding(input, gate);
}

class ThreadStanding implements Standing {
  readonly #input: ThreadInput;
  readonly #gate: Gate;
  #ahead = new AbortController();
  #live: LiveStop | undefined;
  stood: Stood | undefined;
  #left: Promise<void> = Promise.resolve();

  constructor(input: ThreadInput, gate: Gate) {
    this.#input = input;
    this.#gate = gate;
  }

  get stop(): Stop | undefined {
    return this.#live?.stop;
  }

  get left(): Promise<void> {
    return this.#left;
  }

  begin({ createStop }: StoppedParts, stand: Stand, reason: StopReason): void {
    const { id, program, board, events, attempt, settings } = this.#input;
    this.stood = { stand, reason };
    const { point, after, why, inside } = stand;
    attempt.timeline.flush();
    const error = why.kind === 'failed' ? why.error : undefined;
    const live = createStop({
      ...this.#input,
      thread: id,
      reason,
      point,
      after,
      inside,
      failure: error instanceof EngineError ? error.details.failure : undefined,
      failed: why.kind === 'failed' ? why.digest : undefined,
      stepFact: (instruction) => board.of(program, instruction),
      onState: (stop) => events.emit('state', { thread: id, state: stop.state, available: stop.states }),
    });
    this.#live = live;
    events.emit('stopped', { thread: id, stop: live.stop });
    events.emit('state', { thread: id, state: live.stop.state, available: live.stop.states });
    if (settings.runAhead) void runAhead(program, attempt, this.#gate, point, this.#ahead.signal);
  }

  refresh(): void {
    const { program, attempt, settings } = this.#input;
    if (!settings.runAhead || this.stood === undefined) return;
    const before = this.#ahead;
    this.#ahead = new AbortController();
    const { signal } = this.#ahead;
    keepBegun(program, attempt, signal);
    if (this.#live !== undefined) void runAhead(program, attempt, this.#gate, this.stood.stand.point, signal);
    setTimeout(() => before.abort(), JOINED);
  }

  leave(): void {
    const live = this.#live;
    this.#live = undefined;
    if (live !== undefined) this.#left = Promise.resolve(live[Symbol.asyncDispose]()).catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ahead.abort();
    this.leave();
    await this.#left;
  }
}
