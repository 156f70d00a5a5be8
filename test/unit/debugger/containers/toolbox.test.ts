import assert from 'node:assert/strict';
import type { Gateway } from '../../../../debug-adapter/buildkit/api.js';
import { createToolbox } from '../../../../debug-adapter/debugger/containers/toolbox.js';

/** An engine that answers as told, call by call. */
function engine(...answers: ((signal: AbortSignal) => Promise<string>)[]): {
  readonly gateway: Gateway;
  readonly asked: () => number;
} {
  let count = 0;
  const solve = (_: unknown, { signal }: { signal: AbortSignal }): Promise<string> => {
    const answer = answers[count++];
    return answer === undefined ? Promise.reject(new Error('asked too often')) : answer(signal);
  };
  const gateway = { solve, evaluate: () => Promise.resolve() } as unknown as Gateway;
  return { gateway, asked: () => count };
}

const waits = (signal: AbortSignal): Promise<string> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('the toolbox', () => {
  it('is still had by those who wait when the one who asked first changes its mind', async () => {
    const { gateway, asked } = engine(waits, () => Promise.resolve('ref'));
    const toolbox = createToolbox(gateway, 'busybox', 'linux/amd64');
    const [first, second] = [new AbortController(), new AbortController()];
    const given = toolbox.mount(first.signal);
    const wanted = toolbox.mount(second.signal);
    first.abort(new Error('given up'));
    await assert.rejects(given, /given up/);
    assert.equal((await wanted).resultID, 'ref');
    assert.equal((await toolbox.mount(second.signal)).resultID, 'ref');
    assert.equal(asked(), 2);
  });

  it('is asked for once when it cannot be had', async () => {
    const { gateway, asked } = engine(() => Promise.reject(new Error('no such image')));
    const toolbox = createToolbox(gateway, 'busybox', 'linux/amd64');
    const { signal } = new AbortController();
    for (let turn = 0; turn < 2; turn++) await assert.rejects(toolbox.mount(signal), /cannot be had: no such image/);
    assert.equal(asked(), 1);
  });
});
