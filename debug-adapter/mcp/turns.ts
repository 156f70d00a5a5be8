/** Whose stop an agent is told of: of the thread that it moved, or of another one that it does not know yet. */
import type { Machine, Stopped } from '../cli/machine.js';

/** So long the thread that was moved is waited for before another one is told of, in milliseconds. */
const ownTurn = 300;

/** How somebody waits. */
export interface Wait {
  /** A stop that was told already is none, as long as anything runs. */
  readonly fresh: boolean;
  /** Nobody waits any more. */
  readonly signal: AbortSignal;
}

/** Follows one build. `wake` has to be called whenever the machine may have changed. */
export class Turns {
  /** The thread that the agent moved or was told of last. */
  own: number | undefined;
  private stepping = false;
  private readonly told = new WeakSet<Stopped>();
  private readonly listeners = new Set<() => void>();

  /** @param isOver whether nothing moves any more */
  constructor(
    private readonly machine: Machine,
    private readonly isOver: () => boolean,
  ) {}

  /** The agent moves a thread; when it is `stepping` it stays with it, however long that takes. */
  move(threadId: number, stepping: boolean): void {
    this.own = threadId;
    this.stepping = stepping;
  }

  /** A thread has ended: whoever waits for it is told of another one. */
  forget(threadId: number): void {
    if (this.own === threadId) this.own = undefined;
  }

  /** The agent knows of it from now on. */
  tell(stopped: Stopped): void {
    this.own = stopped.threadId;
    this.stepping = false;
    this.told.add(stopped);
  }

  /** A thread that stands, whether it was told or not. */
  get standing(): Stopped | undefined {
    const { standing } = this.machine;
    return standing.find(({ threadId }) => threadId === this.own) ?? standing[0];
  }

  /** The machine may have changed. */
  wake(): void {
    for (const listener of this.listeners) listener();
  }

  /** Settles with the next stop to tell of, or the end. */
  async next({ fresh, signal }: Wait): Promise<Stopped | { readonly kind: 'ended' }> {
    let until: number | undefined;
    for (;;) {
      if (this.isOver()) return { kind: 'ended' };
      const own = this.machine.standsStill ? this.standing : this.ownStop(fresh);
      if (own !== undefined) return own;
      const other = this.otherStop();
      const now = Date.now();
      if (other !== undefined && (this.own === undefined || now >= (until ?? Infinity))) return other;
      if (other !== undefined) until ??= now + ownTurn;
      await this.change(signal, until === undefined ? undefined : until - now);
      if (signal.aborted) return { kind: 'ended' };
    }
  }

  private ownStop(fresh: boolean): Stopped | undefined {
    const { machine, told, own } = this;
    const stop = machine.standing.find(({ threadId }) => threadId === own);
    const isKnown = fresh && stop !== undefined && told.has(stop);
    return isKnown ? undefined : stop;
  }

  private otherStop(): Stopped | undefined {
    if (this.stepping && this.own !== undefined) return undefined;
    return this.machine.standing.find((stop) => stop.threadId !== this.own && !this.told.has(stop));
  }

  /** Settles when the machine may have changed, or some milliseconds later at the latest. */
  private change(signal: AbortSignal, milliseconds: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.listeners.delete(done);
        signal.removeEventListener('abort', done);
        clearTimeout(timer);
        resolve();
      };
      const timer = milliseconds === undefined ? undefined : setTimeout(done, milliseconds + 1);
      this.listeners.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
