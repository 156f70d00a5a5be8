import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readEntries } from '../../../debug-adapter/buildkit/dir-entries.js';
import { ReadDirResponse } from '../../../debug-adapter/buildkit/gen/gateway.js';

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const size = fc.bigInt({ min: 0n, max: 2n ** 53n });
/** From 1823 to 2116, in nanoseconds. */
const time = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
const stat = fc.record({
  ...{ path: fc.string({ unit: 'grapheme' }), linkname: fc.string(), mode: uint32, uid: uint32, gid: uint32 },
  ...{ size, modTime: time, devmajor: int64, devminor: int64 },
  xattrs: fc.dictionary(fc.string(), fc.uint8Array()),
});

describe('entries of a folder', () => {
  const encode = (entries: readonly unknown[]): Buffer =>
    Buffer.from(ReadDirResponse.encode(ReadDirResponse.fromPartial({ entries } as never)).finish());

  it('are what the generated reader makes of them', () => {
    fc.assert(
      fc.property(fc.array(stat), (stats) => {
        const bytes = encode(stats);
        const expected = ReadDirResponse.decode(bytes).entries.map(
          ({ path, mode, uid, gid, size, modTime, linkname }) => ({
            ...{ path, mode, uid, gid, size: Number(size), modTime: Number(modTime), linkname },
          }),
        );
        // Twos of the complement of a time before 1970 are rounded: to some microseconds.
        const close = (one: number, other: number): boolean => Math.abs(one - other) <= 4096;
        const { entries } = readEntries(bytes);
        assert.equal(entries.length, expected.length);
        for (const [index, { size, modTime, ...entry }] of entries.entries()) {
          const { size: wantedSize = 0, modTime: wantedTime = 0, ...wanted } = expected[index] ?? {};
          assert.deepEqual(entry, wanted);
          assert.ok(
            close(size, wantedSize) && close(modTime, wantedTime),
            `${size} ${wantedSize} ${modTime} ${wantedTime}`,
          );
        }
      }),
    );
  });

  it('that are cut short or no message are refused, and never read for ever', () => {
    fc.assert(
      fc.property(fc.array(stat, { minLength: 1 }), fc.nat(), (stats, cut) => {
        const bytes = encode(stats);
        const at = cut % bytes.length;
        try {
          assert.ok(readEntries(bytes.subarray(0, at)).entries.length <= stats.length);
        } catch (error) {
          assert.match(String(error), /The answer of the engine about a folder/);
        }
      }),
    );
    assert.throws(() => readEntries(Buffer.from([10, 200])), /cut short/);
    assert.throws(() => readEntries(Buffer.from([10, 2, 0x0b, 0])), /unknown kind/);
  });
});
