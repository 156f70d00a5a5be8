import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { digestOf } from '../../../debug-adapter/buildkit/digest.js';
import { randomId } from '../../../debug-adapter/buildkit/random-id.js';

describe('digests and ids without cryptography of Node', () => {
  const same = (bytes: Uint8Array): void =>
    assert.equal(digestOf(bytes), `sha256:${createHash('sha256').update(bytes).digest('hex')}`);

  it('are the digests that an engine makes, of bytes of any length', () => {
    // The first ones without, all others with Node's.
    for (const length of [0, 55, 56, 63, 64, 65, 119, 120, 1000, 4097]) same(Buffer.alloc(length, 'x'));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), same));
  });

  it('are 128 bits, and others each time', () => {
    const ids = new Set(Array.from({ length: 1000 }, randomId));
    assert.equal(ids.size, 1000);
    for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
  });
});
