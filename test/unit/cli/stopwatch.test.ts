import assert from 'node:assert/strict';
import { Machine } from '../../../debug-adapter/cli/machine.js';
import { Stopwatch } from '../../../debug-adapter/cli/stopwatch.js';

describe('the time that a build takes', () => {
  it('is that in which it did not stand', () => {
    let now = 0;
    const watch = new Stopwatch(() => now);
    now = 500;
    watch.restart();
    now = 700;
    watch.stands(false);
    watch.stands(true);
    now = 20_000;
    watch.stands(true);
    assert.equal(watch.ran, 200, 'nothing while it stands');
    watch.stands(false);
    now = 20_300;
    assert.equal(watch.ran, 500);
    watch.stands(true);
    now = 30_000;
    watch.restart();
    now = 30_100;
    assert.equal(watch.ran, 100, 'another build begins at nothing');
  });

  it('goes on while one of several threads runs', () => {
    const machine = new Machine('/no/Dockerfile', () => undefined);
    assert.equal(machine.standsStill, false);
    for (const threadId of [1, 2]) machine.event('thread', { threadId, reason: 'started' });
    machine.event('stopped', { threadId: 1, reason: 'breakpoint' });
    assert.equal(machine.standsStill, false);
    machine.event('stopped', { threadId: 2, reason: 'breakpoint' });
    assert.equal(machine.standsStill, true);
    machine.resume(1);
    assert.equal(machine.standsStill, false);
    machine.event('thread', { threadId: 1, reason: 'exited' });
    assert.equal(machine.standsStill, true);
  });
});
