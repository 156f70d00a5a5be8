import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { BytePath } from './byte-path.js';
import type { EntryStat } from './packets.js';

/** One packet of the conversation; names keep their bytes. */
export type PacketIn =
  | { readonly kind: 'entry'; readonly stat: EntryStat }
  | { readonly kind: 'listEnd' }
  | { readonly kind: 'request'; readonly id: number }
  /** Empty at the end of the file. */
  | { readonly kind: 'data'; readonly id: number; readonly data: Uint8Array }
  | { readonly kind: 'fin' }
  | { readonly kind: 'error'; readonly text: string };

const nothing = new Uint8Array(0);

/** Reads an encoded `fsutil.types.Packet`. */
export function readPacket(message: Uint8Array): PacketIn {
  const reader = new BinaryReader(message);
  let [type, id] = [0, 0];
  let data: Uint8Array = nothing;
  let stat: EntryStat | undefined;
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (field === 1 && wire === WireType.Varint) type = reader.int32();
    else if (field === 2 && wire === WireType.LengthDelimited) stat = readStat(reader.bytes());
    else if (field === 3 && wire === WireType.Varint) id = reader.uint32();
    else if (field === 4 && wire === WireType.LengthDelimited) data = reader.bytes();
    else reader.skip(wire, field);
  }
  switch (type) {
    case 0:
      return stat === undefined ? { kind: 'listEnd' } : { kind: 'entry', stat };
    case 1:
      return { kind: 'request', id };
    case 2:
      return { kind: 'data', id, data };
    case 3:
      return { kind: 'fin' };
    case 4:
      return { kind: 'error', text: Buffer.from(data).toString() };
    default:
      throw new RangeError(`Packets of type ${type} are not known.`);
  }
}

function readStat(bytes: Uint8Array): EntryStat {
  const reader = new BinaryReader(bytes);
  let [path, link]: BytePath[] = ['', ''];
  let [mode, size, deviceMajor, deviceMinor] = [0, 0, 0, 0];
  let modTime = 0n;
  const text = (): BytePath => Buffer.from(reader.bytes()).toString('latin1');
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    const position = reader.pos;
    if (field === 1) path = text();
    else if (field === 2) mode = reader.uint32();
    else if (field === 5) size = Number(reader.int64());
    else if (field === 6) modTime = BigInt(reader.int64());
    else if (field === 7) link = text();
    else if (field === 8) deviceMajor = Number(reader.int64());
    else if (field === 9) deviceMinor = Number(reader.int64());
    if (reader.pos === position) reader.skip(wire, field);
  }
  return { path: path ?? '', link: link ?? '', mode: mode >>> 0, size, modTime, deviceMajor, deviceMinor };
}
