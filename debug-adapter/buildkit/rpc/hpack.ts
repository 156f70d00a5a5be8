/**
 * As much of HPACK (RFC 7541) as is needed to find long header values and put short ones in their place. Boundaries of
 * fields can be read without the dynamic table, and values that do not fit into the table never change it.
 */

/** One field of a header block: its bytes as they are, and where its literal value is, if it has one. */
export interface HeaderField {
  readonly bytes: Buffer;
  /** Length of what stands before the value: representation and name. */
  readonly prefix: number;
  /** Absent for indexed fields and table updates, and for literals that change the table. */
  readonly value?: { readonly data: Buffer; readonly huffman: boolean };
}

/** Splits a complete header block; undefined when it is not HPACK. */
export function readHeaderBlock(block: Buffer): readonly HeaderField[] | undefined {
  const fields: HeaderField[] = [];
  let at = 0;
  while (at < block.length) {
    const field = readField(block, at);
    if (field === undefined) return undefined;
    fields.push(field);
    at += field.bytes.length;
  }
  return fields;
}

function readField(block: Buffer, start: number): HeaderField | undefined {
  const first = block.readUInt8(start);
  if ((first & 0x80) !== 0) return whole(block, start, readInteger(block, start, 7));
  if ((first & 0xe0) === 0x20) return whole(block, start, readInteger(block, start, 5));
  const indexing = (first & 0x40) !== 0;
  const name = readInteger(block, start, indexing ? 6 : 4);
  if (name === undefined) return undefined;
  const valueAt = name.value === 0 ? readString(block, name.end)?.end : name.end;
  const value = valueAt === undefined ? undefined : readString(block, valueAt);
  if (valueAt === undefined || value === undefined) return undefined;
  const bytes = block.subarray(start, value.end);
  const prefix = valueAt - start;
  return indexing ? { bytes, prefix } : { bytes, prefix, value: { data: value.data, huffman: value.huffman } };
}

function whole(block: Buffer, start: number, integer: { readonly end: number } | undefined): HeaderField | undefined {
  return integer && { bytes: block.subarray(start, integer.end), prefix: 0 };
}

function readString(block: Buffer, start: number) {
  const length = readInteger(block, start, 7);
  if (length === undefined) return undefined;
  const end = length.end + length.value;
  if (end > block.length) return undefined;
  return { data: block.subarray(length.end, end), huffman: (block.readUInt8(start) & 0x80) !== 0, end };
}

function readInteger(block: Buffer, start: number, bits: number) {
  const limit = 2 ** bits - 1;
  let value = (block[start] ?? 0) & limit;
  let end = start + 1;
  if (value < limit) return end > block.length ? undefined : { value, end };
  for (let factor = 1; ; factor *= 128) {
    const byte = block[end];
    if (byte === undefined || factor > 2 ** 28) return undefined;
    end += 1;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, end };
  }
}

/** The field with another value, without Huffman coding. */
export function withValue(field: HeaderField, value: Buffer): Buffer {
  const length: number[] = [];
  let rest = value.length;
  if (rest < 127) {
    length.push(rest);
  } else {
    length.push(127);
    for (rest -= 127; rest >= 128; rest = Math.floor(rest / 128)) length.push((rest % 128) + 128);
    length.push(rest);
  }
  return Buffer.concat([field.bytes.subarray(0, field.prefix), Buffer.from(length), value]);
}

/** Code length of each byte value and of the end mark, as letters: `a` is 5 bits. The codes are canonical. */
const codeLengths =
  'isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxxbffhibdgffdgdbbbaaabbbbbbbcdkbhfibccccccccccccccccccccccdcdioijb' +
  'kabababbbaccbbbabcbaabccccckgjixprpprrrsrssssststtrstssssqrsrsstrqprrssqrrtqrssqqrqsrssprrrsrrsvvporsruvvvwwvtuo' +
  'qvwwvwtqqvvxwwwptpqrqqsrruuttvsvwvvwwwwwxwwwwwvz';

interface CodeLevel {
  readonly first: number;
  readonly symbols: readonly number[];
}

let levels: ReadonlyMap<number, CodeLevel> | undefined;

/** Canonical codes: those of one length follow each other in the order of their symbols. */
function codeLevels(): ReadonlyMap<number, CodeLevel> {
  const result = new Map<number, CodeLevel>();
  let first = 0;
  for (let length = 5; length <= 30; length++) {
    const letter = String.fromCharCode('a'.charCodeAt(0) + length - 5);
    const symbols = [...codeLengths].flatMap((found, symbol) => (found === letter ? [symbol] : []));
    result.set(length, { first, symbols });
    first = (first + symbols.length) * 2;
  }
  return result;
}

/** Decodes a Huffman coded value; undefined when it is not one. */
export function decodeHuffman(data: Buffer): Buffer | undefined {
  levels ??= codeLevels();
  const out = Buffer.allocUnsafe(Math.ceil((data.length * 8) / 5));
  let [written, code, length] = [0, 0, 0];
  for (const byte of data) {
    for (let bit = 7; bit >= 0; bit--) {
      code = code * 2 + ((byte >> bit) & 1);
      length += 1;
      if (length > 30) return undefined;
      const level = levels.get(length);
      const symbol = level?.symbols[code - level.first];
      if (symbol === undefined) continue;
      if (symbol === 256) return undefined;
      out[written++] = symbol;
      [code, length] = [0, 0];
    }
  }
  // What is left over is padding: fewer than eight ones.
  return length < 8 ? out.subarray(0, written) : undefined;
}
