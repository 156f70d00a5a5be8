import assert from 'node:assert/strict';
import { Queue } from '../../../debug-adapter/buildkit/queue.js';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}

describe('a queue', () => {
  it('gives what was put in before and after somebody reads', async () => {
    const queue = new Queue<number>();
    queue.put(1);
    const read = all(queue);
    await Promise.resolve();
    queue.put(2);
    queue.end();
    queue.put(3);
    assert.deepEqual(await read, [1, 2]);
  });

  it('gives what is left before its failure', async () => {
    const queue = new Queue<number>();
    queue.put(1);
    queue.end(new Error('broken'));
    const seen: number[] = [];
    await assert.rejects(async () => {
      for await (const item of queue) seen.push(item);
    }, /broken/);
    assert.deepEqual(seen, [1]);
  });

  it('makes the writer wait until the reader has taken enough', async () => {
    const queue = new Queue<string>(10);
    let room = false;
    queue.put('a', 11);
    const waited = queue.room().then(() => (room = true));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(room, false);
    for await (const _ of queue) break;
    await waited;
    queue.put('b', 100);
    await queue.room();
  });
});
