import { decodeHuffman } from './huffman.js';
import { WireError } from './frames.js';

/** One request header; names are lower case, repeated ones stay apart and in order. */
export type Header = readonly [name: string, value: string];

/** RFC 7541, appendix A. */
const staticTable: readonly Header[] = [
  [':authority', ''],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  ...['200', '204', '206', '304', '400', '404', '500'].map((code): Header => [':status', code]),
  ['accept-charset', ''],
  ['accept-encoding', 'gzip, deflate'],
  ...(
    'accept-language accept-ranges accept access-control-allow-origin age allow authorization cache-control ' +
    'content-disposition content-encoding content-language content-length content-location content-range content-type ' +
    'cookie date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since ' +
    'last-modified link location max-forwards proxy-authenticate proxy-authorization range referer refresh retry-after ' +
    'server set-cookie strict-transport-security transfer-encoding user-agent vary via www-authenticate'
  )
    .split(' ')
    .map((name): Header => [name, '']),
];

const tableLimit = 4096;
/** What the size of an entry counts beside its text. */
const entryOverhead = 32;

/** Decodes header blocks of one connection (HPACK, RFC 7541); blocks must come in order, none may be left out. */
export class HeaderDecoder {
  private readonly recent: Header[] = [];
  private size = 0;
  private limit = tableLimit;

  decode(block: Buffer): readonly Header[] {
    const reader = new BlockReader(block);
    const headers: Header[] = [];
    while (!reader.atEnd) {
      const first = reader.peek();
      if (first >= 0x80) headers.push(this.entry(reader.integer(7)));
      else if (first >= 0x40) headers.push(this.remember(this.literal(reader, 6)));
      else if (first >= 0x20) this.resize(reader.integer(5));
      else headers.push(this.literal(reader, 4));
    }
    return headers;
  }

  private literal(reader: BlockReader, bits: number): Header {
    const index = reader.integer(bits);
    const name = index === 0 ? reader.text() : this.entry(index)[0];
    return [name, reader.text()];
  }

  private entry(index: number): Header {
    const found = staticTable[index - 1] ?? this.recent[index - 1 - staticTable.length];
    if (found === undefined) throw new WireError('compression', `No header ${index}.`);
    return found;
  }

  private remember(header: Header): Header {
    this.recent.unshift(header);
    this.size += sizeOf(header);
    this.evict();
    return header;
  }

  private resize(limit: number): void {
    if (limit > tableLimit) throw new WireError('compression', `A header table of ${limit} bytes was not offered.`);
    this.limit = limit;
    this.evict();
  }

  private evict(): void {
    while (this.size > this.limit) {
      const oldest = this.recent.pop();
      this.size -= oldest === undefined ? this.size : sizeOf(oldest);
    }
  }
}

function sizeOf([name, value]: Header): number {
  return Buffer.byteLength(name, 'latin1') + Buffer.byteLength(value, 'latin1') + entryOverhead;
}

class BlockReader {
  private at = 0;

  constructor(private readonly block: Buffer) {}

  get atEnd(): boolean {
    return this.at >= this.block.length;
  }

  peek(): number {
    return this.block[this.at] ?? 0;
  }

  private byte(): number {
    const value = this.block[this.at++];
    if (value === undefined) throw new WireError('compression', 'A header block ends early.');
    return value;
  }

  integer(bits: number): number {
    const most = 2 ** bits - 1;
    let value = this.byte() & most;
    if (value < most) return value;
    for (let factor = 1; ; factor *= 128) {
      const part = this.byte();
      value += (part & 0x7f) * factor;
      if (part < 0x80) return value;
      if (factor > 2 ** 28) throw new WireError('compression', 'A number in a header block has no end.');
    }
  }

  /** Bytes as latin1, as they came: what a value means is told by its name. */
  text(): string {
    const coded = this.peek() >= 0x80;
    const end = this.integer(7) + this.at;
    if (end > this.block.length) throw new WireError('compression', 'A header block ends early.');
    const bytes = this.block.subarray(this.at, end);
    this.at = end;
    const plain = coded ? decodeHuffman(bytes) : bytes;
    if (plain === undefined) throw new WireError('compression', 'A header is not Huffman coded.');
    return plain.toString('latin1');
  }
}
