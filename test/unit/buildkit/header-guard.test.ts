import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Status } from '../../../debug-adapter/buildkit/gen/status.js';
import { parseDetails } from '../../../debug-adapter/buildkit/rpc/details.js';
import { HeaderGuard, WrongProtocolError } from '../../../debug-adapter/buildkit/rpc/header-guard.js';
import { decodeHuffman, readHeaderBlock, withValue } from '../../../debug-adapter/buildkit/rpc/hpack.js';

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

/** A header block in frames of at most 16 KiB, as Go sends it. */
function headers(stream: number, flags: number, block: Buffer): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at === 0 || at < block.length; at += 16384) {
    const last = at + 16384 >= block.length ? 4 : 0;
    frames.push(frame(at === 0 ? 1 : 9, (at === 0 ? flags : 0) | last, stream, block.subarray(at, at + 16384)));
  }
  return Buffer.concat(frames);
}

/** A literal that is not put into the table. */
function field(name: string, value: Buffer): Buffer {
  const start = Buffer.concat([Buffer.of(0, name.length), Buffer.from(name)]);
  return withValue({ bytes: start, prefix: start.length }, value);
}

function through(guard: HeaderGuard, bytes: Buffer, sizes: readonly number[]): Buffer {
  const out: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    out.push(...guard.take(bytes.subarray(at, at + size)));
    at += size;
  }
  return Buffer.concat(out);
}

/** The header block that lies in frames. */
function joined(frames: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < frames.length; ) {
    const end = at + 9 + frames.readUIntBE(at, 3);
    assert.equal(frames.readUInt8(at + 3), at === 0 ? 1 : 9);
    const flags = (at === 0 ? 1 : 0) | (end === frames.length ? 4 : 0);
    assert.equal(frames.readUInt8(at + 4), flags, 'the first frame ends the stream, the last one the headers');
    parts.push(frames.subarray(at + 9, end));
    at = end;
  }
  return Buffer.concat(parts);
}

const settings = frame(4, 0, 0, Buffer.alloc(0));

describe('Huffman codes of HPACK', () => {
  for (const [code, text] of [
    ['f1e3c2e5f23a6ba0ab90f4ff', 'www.example.com'],
    ['a8eb10649cbf', 'no-cache'],
    ['25a849e95bb8e8b4bf', 'custom-value'],
    ['d07abe941054d444a8200595040b8166e082a62d1bff', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['9d29ad171863c78f0b97c8e9ae82ae43d3', 'https://www.example.com'],
    [
      '94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
      'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
    ],
  ] as const) {
    it(`of "${text}" (RFC 7541, appendix C)`, () => {
      assert.equal(decodeHuffman(Buffer.from(code, 'hex'))?.toString('latin1'), text);
    });
  }

  it('rejects the end mark and padding that is too long', () => {
    assert.equal(decodeHuffman(Buffer.alloc(5, 0xff)), undefined);
    assert.equal(decodeHuffman(Buffer.from('a8eb10649cbfffff', 'hex')), undefined);
  });
});

describe('header blocks', () => {
  it('are split into fields of all kinds', () => {
    const block = Buffer.concat([
      Buffer.of(0x82),
      Buffer.of(0x3f, 0xe1, 0x1f),
      Buffer.from('400a637573746f6d2d6b65790d637573746f6d2d686561646572', 'hex'),
      field('x', Buffer.alloc(1000, 'v')),
    ]);
    const fields = readHeaderBlock(block);
    assert.deepEqual(
      fields?.map(({ bytes }) => bytes.length),
      [1, 3, 26, field('x', Buffer.alloc(1000)).length],
    );
    assert.deepEqual(
      fields?.map(({ value }) => value?.data.length),
      [undefined, undefined, undefined, 1000],
    );
    assert.deepEqual(Buffer.concat(fields?.map(({ bytes }) => bytes) ?? []), block);
  });

  it('that end too early are not read', () => {
    assert.equal(readHeaderBlock(field('x', Buffer.alloc(500)).subarray(0, 400)), undefined);
  });
});

describe('the guard before Node', () => {
  it('passes every stream of frames unchanged, however it is cut', () => {
    const small = fc.record({
      type: fc.integer({ min: 0, max: 8 }),
      flags: fc.integer({ min: 0, max: 255 }),
      stream: fc.integer({ min: 0, max: 99 }),
      payload: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(
        fc.array(small, { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 }),
        (frames, sizes) => {
          const bytes = Buffer.concat([
            settings,
            ...frames.map(({ type, flags, stream, payload }) =>
              frame(type, type === 1 ? flags | 4 : flags, stream, Buffer.from(payload)),
            ),
          ]);
          assert.deepEqual(through(new HeaderGuard(), bytes, sizes), bytes);
        },
      ),
    );
  });

  const details = Status.encode(
    Status.fromPartial({
      code: 2,
      message: 'm',
      details: [
        {
          typeUrl: 'github.com/moby/buildkit/errdefs.Source+json',
          value: Buffer.from(
            JSON.stringify({
              info: { filename: 'D', data: 'x'.repeat(80_000) },
              ranges: [{ start: { line: 3 }, end: { line: 3 } }],
            }),
          ),
        },
      ],
    }),
  ).finish();
  const trailers = Buffer.concat([
    field('grpc-status', Buffer.from('2')),
    field('grpc-message', Buffer.from(`${'%E2%82%AC'.repeat(8_000)}end`)),
    field('grpc-status-details-bin', Buffer.from(Buffer.from(details).toString('base64'))),
  ]);
  const data = frame(0, 0, 3, Buffer.from('after'));

  for (const sizes of [[1_000_000], [9], [16384], [1], [100, 20_000]]) {
    it(`shortens long trailers in pieces of ${sizes.join(' and ')}`, () => {
      const out = through(new HeaderGuard(), Buffer.concat([settings, headers(1, 1, trailers), data]), sizes);
      assert.deepEqual(out.subarray(0, 9), settings);
      assert.deepEqual(out.subarray(-data.length), data);
      const block = out.subarray(9, -data.length);
      const fields = readHeaderBlock(joined(block));
      const [code, message, bin] = fields?.map(({ value }) => value?.data.toString('latin1') ?? '') ?? [];
      assert.equal(code, '2');
      assert.ok(message !== undefined && message.length < 50_000);
      assert.match(decodeURIComponent(message), /^€+ \[\.\.\.\] €+end$/);
      assert.deepEqual(parseDetails(Buffer.from(bin ?? '', 'base64'), '').sources, [
        { filename: 'D', startLine: 3, endLine: 3 },
      ]);
    });
  }

  it('knows a server that speaks something else', () => {
    const speaks = (text: string | Buffer) => {
      try {
        new HeaderGuard().take(Buffer.from(text));
        return undefined;
      } catch (error) {
        return error instanceof WrongProtocolError ? [error.speaks, error.firstLine] : error;
      }
    };
    assert.deepEqual(speaks('HTTP/1.1 400 Bad Request\r\n\r\n'), ['http/1', 'HTTP/1.1 400 Bad Request']);
    assert.deepEqual(speaks(Buffer.of(0x15, 3, 1, 0, 2, 2, 80)), ['tls', '']);
    assert.equal(speaks(settings), undefined);
  });
});
