import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { encodeFrame, readFrames } from '../../../debug-adapter/debugger/containers/shell-frames.js';

async function read(bytes: Buffer, step: number): Promise<string[]> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += step) pieces.push(bytes.subarray(at, at + step));
  const found: string[] = [];
  for await (const { type, payload } of readFrames(Readable.from(pieces))) found.push(`${type} ${payload.toString()}`);
  return found;
}

describe('shell frames', () => {
  const bytes = Buffer.concat([
    encodeFrame('h', Buffer.from('{}')),
    encodeFrame('e'),
    encodeFrame('d', Buffer.from('hello')),
  ]);
  for (const step of [1, 2, 7, 100]) {
    it(`come back from pieces of ${step} bytes`, async () => {
      assert.deepEqual(await read(bytes, step), ['h {}', 'e ', 'd hello']);
    });
  }

  it('end at half a frame and at bytes that are none', async () => {
    assert.deepEqual(await read(bytes.subarray(0, -1), 3), ['h {}', 'e ']);
    assert.deepEqual(await read(Buffer.from('GET / HTTP/1.1\r\n'), 100), []);
  });

  it('come in large chunks without being copied again and again', async () => {
    const large = encodeFrame('d', Buffer.alloc(8 * 1024 * 1024, 120));
    const started = process.cpuUsage();
    assert.equal((await read(large, 1024)).length, 1);
    assert.ok(process.cpuUsage(started).user < 1_000_000);
  });
});
