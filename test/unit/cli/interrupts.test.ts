import assert from 'node:assert/strict';
import { Interrupts } from '../../../debug-adapter/cli/interrupts.js';

describe('Ctrl-C', () => {
  const begin = () => {
    const clock = { now: 0 };
    return { clock, it: new Interrupts(() => clock.now) };
  };

  it('pauses, and quits when it is pressed again before anything stands', () => {
    const { clock, it } = begin();
    assert.equal(it.press(), 'pauses');
    clock.now = 60_000;
    assert.equal(it.press(), 'quits');
  });

  it('quits when the stop has come between the two', () => {
    const { clock, it } = begin();
    it.press();
    clock.now = 100;
    it.stand();
    clock.now = 300;
    assert.ok(it.quitsNow, 'at the prompt');
    assert.equal(it.press(), 'quits', 'just before it');
  });

  it('quits just after a stop that was long in coming, and not much later', () => {
    const { clock, it } = begin();
    it.press();
    clock.now = 10_000;
    it.stand();
    clock.now = 10_900;
    assert.ok(it.quitsNow);
    clock.now = 11_100;
    assert.ok(!it.quitsNow);
  });

  it('pauses nothing where a thread stands, and is a new one when it has gone on', () => {
    const { clock, it } = begin();
    it.stand();
    assert.ok(!it.quitsNow);
    assert.equal(it.press(), 'stays');
    assert.equal(it.press(), 'quits');
    clock.now = 5000;
    it.leave();
    assert.equal(it.press(), 'pauses');
  });
});
