import assert from 'node:assert/strict';
import { decoder, encode } from '../../../debug-adapter/cli/frames.js';

describe('frames of the terminal debugger', () => {
  const messages = [{ seq: 1, text: 'ü🐳' }, { seq: 2 }, { seq: 3, text: 'x'.repeat(5000) }];
  const bytes = Buffer.concat(messages.map(encode));

  for (const size of [1, 2, 7, 1000, bytes.length]) {
    it(`are read from chunks of ${size} bytes`, () => {
      const read: unknown[] = [];
      const take = decoder((message) => read.push(message));
      for (let at = 0; at < bytes.length; at += size) take(bytes.subarray(at, at + size));
      assert.deepEqual(read, messages);
    });
  }

  it('refuse what is no DAP', () => {
    assert.throws(() => decoder(() => undefined)(Buffer.from('Hello\r\n\r\n')), /no DAP message/);
  });
});
