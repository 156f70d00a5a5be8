import assert from 'node:assert/strict';
import { createShared } from '../../../../debug-adapter/debugger/common/shared.js';

describe('something shared', () => {
  const never = (signal: AbortSignal): Promise<string> =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

  it('is made once', async () => {
    const shared = createShared<number>();
    let made = 0;
    const make = (): Promise<number> => Promise.resolve(++made);
    const { signal } = new AbortController();
    assert.deepEqual(await Promise.all([shared.get(make, signal), shared.get(make, signal)]), [1, 1]);
    assert.equal(await shared.current, 1);
    shared.forget();
    assert.equal(await shared.get(make, signal), 2);
  });

  it('is made again for those who wait when the first one changes its mind', async () => {
    const shared = createShared<string>();
    const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
    const answers = [first, second].map(async ({ signal }) => await shared.get(never, signal));
    const last = shared.get(() => Promise.resolve('made'), third.signal);
    second.abort(new Error('second'));
    first.abort(new Error('first'));
    const ends = await Promise.allSettled(answers);
    assert.deepEqual(
      ends.map((end) => (end.status === 'rejected' ? (end.reason as Error).message : end.value)),
      ['first', 'first'],
    );
    assert.equal(await last, 'made');
  });

  it('tells all who wait what failed, and forgets it', async () => {
    const shared = createShared<string>();
    const { signal } = new AbortController();
    const fail = (): Promise<string> => Promise.reject(new Error('no room'));
    const both = await Promise.allSettled([shared.get(fail, signal), shared.get(fail, signal)]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.equal(shared.current, undefined);
    assert.equal(await shared.get(() => Promise.resolve('made'), signal), 'made');
  });
});
