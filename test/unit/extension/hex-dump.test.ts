import assert from 'node:assert/strict';
import { hexDump } from '../../../extension/files/hex-dump.js';

describe('bytes as text', () => {
  it('are 16 a line, with where they are and as letters', () => {
    assert.deepEqual(hexDump(new Uint8Array()), []);
    const bytes = Uint8Array.from({ length: 18 }, (_, index) => index + 0x70);
    assert.deepEqual(hexDump(bytes), [
      '00000000  70 71 72 73 74 75 76 77  78 79 7a 7b 7c 7d 7e 7f  |pqrstuvwxyz{|}~.|',
      '00000010  80 81                                             |..|',
    ]);
  });

  it('keep every byte', () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, index) => (index * 7) % 256);
    const pairs = hexDump(bytes).flatMap((line) => line.slice(10, 58).trim().split(/\s+/));
    assert.deepEqual(
      Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)),
      bytes,
    );
  });
});
