import assert from 'node:assert/strict';
import { createLull } from '../../../../debug-adapter/debugger/progress/lull.js';

/** When a lull comes, in milliseconds, where something is told at these times. */
async function comesAt(told: readonly number[]): Promise<number> {
  let time = 0;
  const lull = createLull({
    now: () => time,
    pass: (ms) => {
      const end = time + ms;
      for (const at of told.filter((each) => each > time && each <= end)) {
        time = at;
        lull.note();
      }
      time = end;
      return Promise.resolve();
    },
  });
  await lull.come();
  return time;
}

describe('a lull of progress', () => {
  it('comes when nothing has been told for a while', async () => {
    assert.equal(await comesAt([]), 50);
    assert.equal(await comesAt([20, 60, 100]), 150);
  });

  it('is not waited for without end', async () => {
    const always = Array.from({ length: 200 }, (_, index) => index * 10);
    assert.equal(await comesAt(always), 500);
  });
});
