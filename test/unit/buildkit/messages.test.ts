import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MessageReader, messagePrefix } from '../../../debug-adapter/buildkit/rpc/messages.js';

describe('messages of a call', () => {
  it('come out as they went in, however the stream is cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 120 }), { maxLength: 12 }), cuts, (messages, sizes) => {
        const bytes = Buffer.concat(
          messages.flatMap((message) => [messagePrefix(message.length), Buffer.from(message)]),
        );
        const reader = new MessageReader(1000);
        const out: Buffer[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          out.push(...reader.push(bytes.subarray(at, at + size)));
          at += size;
        }
        assert.deepEqual(
          out.map((message) => [...message]),
          messages.map((message) => [...message]),
        );
      }),
    );
  });

  it('are not taken when too long or compressed', () => {
    assert.throws(() => new MessageReader(10).push(messagePrefix(11)), RangeError);
    assert.throws(() => new MessageReader(10).push(Buffer.of(1, 0, 0, 0, 0)), /compressed/);
  });
});
