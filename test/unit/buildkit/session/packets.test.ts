import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Packet } from '../../../../debug-adapter/buildkit/gen/fsutil.js';
import { MessageReader } from '../../../../debug-adapter/buildkit/rpc/messages.js';
import {
  goMode,
  goModeOf,
  hasContent,
  systemModeOf,
} from '../../../../debug-adapter/buildkit/session/file-sync/file-mode.js';
import { OrderCheck } from '../../../../debug-adapter/buildkit/session/file-sync/order.js';
import { readPacket } from '../../../../debug-adapter/buildkit/session/file-sync/packet-reader.js';
import {
  type EntryStat,
  packetOverhead,
  PacketWriter,
} from '../../../../debug-adapter/buildkit/session/file-sync/packets.js';
import { readRequest } from '../../../../debug-adapter/buildkit/session/file-sync/request.js';
import type { Call } from '../../../../debug-adapter/buildkit/session/rpc-server.js';

function messages(writer: PacketWriter): Buffer[] {
  return new MessageReader(1e7).push(writer.take());
}

const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array).toString('latin1'));
const entry: fc.Arbitrary<EntryStat> = fc.record(
  {
    path: bytes,
    mode: fc.nat(0xffffffff),
    size: fc.nat(Number.MAX_SAFE_INTEGER),
    modTime: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
    link: bytes,
    deviceMajor: fc.nat(0xfff),
    deviceMinor: fc.nat(0xfffff),
  },
  { noNullPrototype: true },
);

describe('packets', () => {
  it('of entries read as what was written, names byte for byte', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 10 }), (entries) => {
        const writer = new PacketWriter(64);
        for (const stat of entries) writer.stat(stat);
        const read = messages(writer).map(readPacket);
        assert.deepEqual(
          read,
          entries.map((stat) => ({ kind: 'entry', stat })),
        );
      }),
    );
  });

  it('are what the generated codec reads', () => {
    const writer = new PacketWriter(1000);
    const stat = { path: 'a/ü', mode: 0x800001ed, size: 0, modTime: -5n, link: '', deviceMajor: 0, deviceMinor: 0 };
    writer.stat({ ...stat, path: Buffer.from('a/ü').toString('latin1') });
    writer.listEnd();
    writer.request(3);
    writer.data(300, Buffer.from('hello'));
    writer.data(0, Buffer.alloc(0));
    writer.space(10).write('0123456789');
    writer.dataRead(7, 10);
    writer.error('schlecht');
    writer.fin();
    const read = messages(writer).map((message) => Packet.decode(message));
    const data = (text: string) => new Uint8Array(Buffer.from(text));
    assert.deepEqual(
      read.map(({ type, ID, data: content, stat: found }) => ({
        type,
        ID,
        data: Buffer.from(content).toString(),
        stat: found?.path,
      })),
      [
        { type: 0, ID: 0, data: '', stat: 'a/ü' },
        { type: 0, ID: 0, data: '', stat: undefined },
        { type: 1, ID: 3, data: '', stat: undefined },
        { type: 2, ID: 300, data: 'hello', stat: undefined },
        { type: 2, ID: 0, data: '', stat: undefined },
        { type: 2, ID: 7, data: '0123456789', stat: undefined },
        { type: 4, ID: 0, data: 'schlecht', stat: undefined },
        { type: 3, ID: 0, data: '', stat: undefined },
      ],
    );
    assert.equal(read[0]?.stat?.modTime, -5n);
    assert.equal(read[0]?.stat?.mode, 0x800001ed);
    assert.deepEqual(readPacket(Packet.encode(Packet.fromPartial({ type: 2, ID: 9, data: data('x') })).finish()), {
      kind: 'data',
      id: 9,
      data: data('x'),
    });
  });

  it('are made around content that is read already', () => {
    const buffer = Buffer.alloc(packetOverhead + 70_000, 'x');
    const [message] = new MessageReader(1e6).push(PacketWriter.dataBefore(buffer, 70_000, 70_000));
    assert.ok(message !== undefined);
    const packet = Packet.decode(message);
    assert.equal(packet.ID, 70_000);
    assert.equal(packet.data.length, 70_000);
  });
});

describe('file modes', () => {
  it('are Go’s on the wire', () => {
    assert.equal(goModeOf(0o100644, false), 0o644);
    assert.equal(goModeOf(0o104755, false), 0o755 | goMode.setuid);
    assert.equal(goModeOf(0o041777, false), (goMode.folder | goMode.sticky | 0o777) >>> 0);
    assert.equal(goModeOf(0o120777, false), goMode.symlink | 0o777);
    assert.equal(goModeOf(0o010600, false), goMode.pipe | 0o600);
    assert.equal(goModeOf(0o060600, false), goMode.device | 0o600);
    assert.equal(goModeOf(0o020600, false), goMode.device | goMode.charDevice | 0o600);
    assert.equal(goModeOf(0o140755, false), 0o755, 'a socket is sent as a file');
    assert.equal(goModeOf(0o100666, true), 0o755, 'on Windows everything may run');
  });

  it('come back', () => {
    assert.equal(systemModeOf(goModeOf(0o107755, false)), 0o7755);
    assert.ok(hasContent(goModeOf(0o104755, false)));
    for (const mode of [0o040755, 0o120777, 0o010600, 0o020600]) assert.ok(!hasContent(goModeOf(mode, false)));
  });
});

describe('the order of entries', () => {
  const check = (...paths: readonly string[]) => {
    const order = new OrderCheck();
    for (const path of paths) order.next(path.replace(/\/$/, ''), path.endsWith('/'));
  };

  it('is depth first, by bytes', () => {
    check('a/', 'a/b/', 'a/b/c', 'a/c', 'a.b', 'b');
    check(...['\uffee', '\u{1f600}'].map((name) => Buffer.from(name).toString('latin1')));
  });

  it('lets nothing lead out of the folder', () => {
    const bad = [
      ['..'],
      ['../a'],
      ['/a'],
      ['a/../b'],
      ['a//b'],
      ['./a'],
      ['.'],
      [''],
      ['a/b'],
      ['a', 'a/b'],
      ['b', 'a'],
      ['a', 'a'],
    ];
    for (const paths of [...bad, ['a/', 'b', 'a/x'], ['a\0b']])
      assert.throws(() => check(...paths), Error, paths.join(' '));
  });
});

describe('requests of the engine', () => {
  const call = (headers: Record<string, readonly string[]>): Call =>
    ({ header: (name: string) => headers[name] ?? [] }) as unknown as Call;

  it('are read with commas and with escapes', () => {
    const request = readRequest(
      call({
        'dir-name': ['context'],
        'exclude-patterns': ['a, b', 'c'],
        'include-patterns': ['%C3%BC+x%2C'],
        'include-patterns-encoded': ['1'],
        followpaths: ['a%20b'],
      }),
    );
    assert.deepEqual(request, {
      name: 'context',
      excludes: ['a, b', 'c'],
      includes: [Buffer.from('ü x,').toString('latin1')],
      follow: ['a%20b'],
    });
  });

  it('lose what is not escaped rightly, as in the engine’s client', () => {
    assert.deepEqual(readRequest(call({ followpaths: ['100%'], 'followpaths-encoded': ['true'] })).follow, ['']);
  });
});
