/** Reading a zip that is in memory, as far as those need it that hold a build record: without encryption, up to 4 GiB. */
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

const entrySignature = 0x02014b50;
const endSignature = 0x06054b50;
/** Of the record at the end, without its comment. */
const endLength = 22;
const longestComment = 0xffff;

/** Whether bytes begin as a zip does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * The files of a zip.
 *
 * @param largest bytes that one of them may have
 * @throws Error if it has been cut, or is written in a way that is not known
 */
export async function unzip(bytes: Uint8Array, largest: number): Promise<readonly Uint8Array[]> {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(zip);
  const count = zip.readUInt16LE(end + 10);
  const files: Uint8Array[] = [];
  // Sizes are in the directory only: where a zip is written to a stream, they are not known before the file.
  for (let at = zip.readUInt32LE(end + 16); files.length < count; at = next(zip, at)) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== entrySignature) throw new Error('its zip is damaged');
    files.push(await fileAt(zip, at, largest));
  }
  return files.filter(({ length }) => length > 0);
}

function endOf(zip: Buffer): number {
  for (let at = zip.length - endLength; at >= Math.max(0, zip.length - endLength - longestComment); at -= 1) {
    if (zip.readUInt32LE(at) === endSignature) return at;
  }
  throw new Error('its zip has no end, so only a part of it is here');
}

/** Behind an entry of the directory, its name and what else it has. */
function next(zip: Buffer, at: number): number {
  return at + 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
}

async function fileAt(zip: Buffer, at: number, largest: number): Promise<Uint8Array> {
  const method = zip.readUInt16LE(at + 10);
  const [packed, header] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)];
  if (header + 30 > zip.length) throw new Error('its zip is damaged');
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const data = zip.subarray(start, start + packed);
  if (method === 0) return data;
  if (method !== 8) throw new Error(`its zip is packed in a way that is not known (${method})`);
  return await promisify(inflateRaw)(data, { maxOutputLength: largest });
}
