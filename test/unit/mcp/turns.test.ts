import assert from 'node:assert/strict';
import { Machine } from '../../../debug-adapter/cli/machine.js';
import { Turns } from '../../../debug-adapter/mcp/turns.js';

/** A machine with its threads, and what follows it. */
class Bed {
  over = false;
  readonly machine = new Machine('/nowhere/Dockerfile', () => undefined);
  readonly turns = new Turns(this.machine, () => this.over);
  private readonly signal = new AbortController().signal;

  constructor(...threads: number[]) {
    for (const threadId of threads) this.event('thread', { threadId, reason: 'started' });
  }

  event(name: string, body: object): void {
    this.machine.event(name, { ...body });
    this.turns.wake();
  }

  stop(threadId: number, reason = 'breakpoint'): void {
    this.event('stopped', { threadId, reason, description: reason });
  }

  move(threadId: number, stepping = false): void {
    this.turns.move(threadId, stepping);
    this.machine.resume(threadId, stepping);
  }

  /** Waits, and takes note of the stop as an agent does; `1` or `ended`. */
  async next(fresh = false): Promise<number | string> {
    const found = await this.turns.next({ fresh, signal: this.signal });
    if (found.kind === 'ended') return 'ended';
    this.turns.tell(found);
    return found.threadId;
  }
}

describe('turns', () => {
  it('tell the first stop, and the next one of the thread that was moved', async () => {
    const bed = new Bed(1, 2);
    const first = bed.next();
    bed.stop(2);
    assert.equal(await first, 2);
    bed.move(2);
    const second = bed.next();
    bed.stop(1);
    bed.stop(2);
    assert.equal(await second, 2);
  });

  it('tell another thread when the one that was moved does not stand soon, once', async () => {
    const bed = new Bed(1, 2, 3);
    bed.stop(1);
    assert.equal(await bed.next(), 1);
    bed.move(1);
    bed.stop(2);
    assert.equal(await bed.next(), 2);
    bed.move(1);
    const next = bed.next();
    bed.stop(1);
    assert.equal(await next, 1);
  });

  it('stay with a thread that steps, until it is over', async () => {
    const bed = new Bed(1, 2);
    bed.stop(1);
    await bed.next();
    bed.move(1, true);
    const next = bed.next();
    bed.stop(2);
    bed.event('thread', { threadId: 1, reason: 'exited' });
    bed.turns.forget(1);
    bed.turns.wake();
    assert.equal(await next, 2);
  });

  it('wait for something new where that is wanted and anything runs', async () => {
    const bed = new Bed(1, 2);
    bed.stop(1);
    await bed.next();
    assert.equal(await bed.next(), 1);
    const fresh = bed.next(true);
    bed.stop(2);
    assert.equal(await fresh, 1, 'all stand: the one that is looked at');
    assert.equal(await bed.next(true), 1);
  });

  it('end with the build', async () => {
    const bed = new Bed(1);
    const next = bed.next();
    bed.over = true;
    bed.turns.wake();
    assert.equal(await next, 'ended');
  });
});
