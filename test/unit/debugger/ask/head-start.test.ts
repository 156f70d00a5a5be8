import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { Abortable, Gateway } from '../../../../debug-adapter/buildkit/api.js';
import { createBreakpointBook } from '../../../../debug-adapter/debugger/breakpoints/book.js';
import { usualFilters } from '../../../../debug-adapter/debugger/breakpoints/filters.js';
import { beginHeadStart, runsThrough } from '../../../../debug-adapter/debugger/ask/head-start.js';
import type { RunInput } from '../../../../debug-adapter/debugger/ask/run.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

/** A gateway on which everything runs until it is let go or given up. */
function gatewayOf(): { readonly gateway: Gateway; readonly asked: string[]; readonly letGo: () => void } {
  const asked: string[] = [];
  let letGo = (): void => undefined;
  const evaluate = (ref: string, { signal }: Abortable = {}): Promise<void> =>
    new Promise((resolve, reject) => {
      asked.push(ref);
      letGo = resolve;
      signal?.addEventListener('abort', () => reject(new Error(`${ref} was given up`)));
    });
  return { gateway: { evaluate } as Gateway, asked, letGo: () => letGo() };
}

describe('a head start', () => {
  const { signal } = new AbortController();

  it('asks once for what runs already, and again when that is over', async () => {
    const { gateway, asked, letGo } = gatewayOf();
    const started = beginHeadStart(gateway, ['one']);
    const first = started.evaluate('one', signal);
    letGo();
    await first;
    assert.deepEqual(asked, ['one']);
    const second = started.evaluate('one', signal);
    letGo();
    await second;
    assert.deepEqual(asked, ['one', 'one']);
  });

  it('ends with the run that goes on with it', async () => {
    for (const isLate of [true, false]) {
      const { gateway } = gatewayOf();
      const stop = new AbortController();
      const started = beginHeadStart(gateway, ['one']);
      if (!isLate) stop.abort();
      const run = started.evaluate('one', stop.signal);
      stop.abort();
      await assert.rejects(run, /one was given up/);
    }
  });

  it('is given up when less is wanted, but not before that has been asked for', async () => {
    const { gateway, asked, letGo } = gatewayOf();
    let given = 0;
    const counting = {
      evaluate: (ref: string, options: Abortable) =>
        gateway.evaluate(ref, options).catch((error: unknown) => {
          given += 1;
          throw error;
        }),
    } as Gateway;
    const started = beginHeadStart(counting, ['one']);
    started.abandon('one');
    started.abandon('two');
    await wait(50);
    assert.equal(given, 0);
    await wait(150);
    assert.equal(given, 1);
    const again = started.evaluate('one', signal);
    letGo();
    await again;
    assert.deepEqual(asked, ['one', 'one']);
  });
});

describe('a build that nothing can stop', () => {
  const dockerfile = parseDockerfile('FROM busybox\nRUN true\n');
  const bookOf = () => {
    const book = createBreakpointBook((a, b) => a === b);
    book.place({ path: '/Dockerfile', dockerfile, needed: undefined });
    return book;
  };
  const inputOf = (more: object, settings: object = {}): RunInput =>
    ({
      ...{ settings: { noDebug: false, stopOnEntry: false, ...settings }, plan: undefined, mayStay: false },
      ...{ breakpoints: bookOf(), filters: () => usualFilters, isConfigured: () => true, ...more },
    }) as unknown as RunInput;

  it('is one whose client has set neither breakpoints nor filters for more than failed steps', () => {
    assert.ok(runsThrough(inputOf({})));
    assert.ok(!runsThrough(inputOf({ isConfigured: () => false })));
    assert.ok(!runsThrough(inputOf({ filters: () => ({ ...usualFilters, uncached: () => true }) })));
    assert.ok(!runsThrough(inputOf({ filters: () => ({ ...usualFilters, warning: () => true }) })));
    assert.ok(!runsThrough(inputOf({}, { stopOnEntry: true })));
    assert.ok(!runsThrough(inputOf({ plan: {} })));
    assert.ok(!runsThrough(inputOf({ mayStay: true })));
    assert.ok(runsThrough(inputOf({ breakpoints: undefined, filters: undefined }, { noDebug: true })));
  });

  it('has breakpoints in other files only', () => {
    const lines = bookOf();
    lines.setLines('/main.go', [{ line: 1 }], undefined);
    assert.ok(runsThrough(inputOf({ breakpoints: lines })));
    lines.setLines('/Dockerfile', [{ line: 2 }], dockerfile.text);
    assert.ok(!runsThrough(inputOf({ breakpoints: lines })));
    const functions = bookOf();
    functions.setFunctions([{ name: 'RUN' }]);
    assert.ok(!runsThrough(inputOf({ breakpoints: functions })));
    const data = bookOf();
    data.setData([{ watched: { kind: 'path', path: '/etc' } }]);
    assert.ok(!runsThrough(inputOf({ breakpoints: data })));
  });
});
