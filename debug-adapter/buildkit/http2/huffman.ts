/** Code length of each byte value and of the end mark (RFC 7541, appendix B), as letters: `a` is 5 bits. */
const codeLengths =
  'isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxxbffhibdgffdgdbbbaaabbbbbbbcdkbhfibccccccccccccccccccccccdcdioijb' +
  'kabababbbaccbbbabcbaabccccckgjixprpprrrsrssssststtrstssssqrsrsstrqprrssqsrrtqrssqqrqsrssprrrsrrsvvporsruvvvwwvtuo' +
  'qvwwvwtqqvvxwwwptpqrqqsrruuttvsvwvvwwwwwxwwwwwvz';
const shortest = 5;
const longest = 30;
const endMark = 256;

interface Codes {
  /** How many codes there are of each length. */
  readonly counts: readonly number[];
  /** Byte values, shortest codes first, those of one length in order. */
  readonly symbols: readonly number[];
  /** For eight bits the symbol that they begin with, times 32, plus its length; 0 where its code is longer. */
  readonly short: Uint16Array;
}

let codes: Codes | undefined;

/** The codes are canonical: they follow from their lengths. */
function makeCodes(): Codes {
  const byLength: number[][] = Array.from({ length: longest + 1 }, () => []);
  for (let symbol = 0; symbol <= endMark; symbol++)
    byLength[codeLengths.charCodeAt(symbol) - 97 + shortest]?.push(symbol);
  const short = new Uint16Array(256);
  let end = 0;
  for (let length = shortest; length <= 8; length++) {
    for (const symbol of byLength[length] ?? []) {
      const begin = end;
      end += 2 ** (8 - length);
      short.fill(symbol * 32 + length, begin, end);
    }
  }
  return { counts: byLength.map(({ length }) => length), symbols: byLength.flat(), short };
}

/**
 * Has the decoder compiled: the error of a step comes as some ten thousand symbols, and somebody waits for it. Best called
 * while the step runs.
 */
export function compileDecoder(): void {
  // V8 compiles for what it has seen, and begins again when it meets anything else: a symbol of more than eight bits.
  const withLong = Buffer.from([0, 0, 0, 0, 0, 0xfe, 0x3f]);
  for (let run = 0; run < 64; run++) decodeHuffman(withLong);
  // Each byte is the first half of a letter and the second half of the one before.
  const letters = Buffer.alloc(4096, 0x94);
  for (let run = 0; run < 4; run++) decodeHuffman(letters);
}

/** Decodes a Huffman coded text; undefined when it is not one. */
export function decodeHuffman(data: Uint8Array): Buffer | undefined {
  codes ??= makeCodes();
  const bits = data.length * 8;
  const out = Buffer.allocUnsafe(Math.ceil(bits / shortest));
  let { at, written } = decodeShort(codes.short, data, out);
  for (;;) {
    const next = byteAt(data, at);
    const found = codes.short[next] || longCode(codes, data, at);
    const length = found & 31;
    // What is left over is padding: fewer than eight ones.
    if (found === 0 || at + length > bits) return bits - at < 8 && next === 0xff ? out.subarray(0, written) : undefined;
    out[written++] = found >>> 5;
    at += length;
  }
}

/** Up to the first symbol of more than eight bits, or nearly to the end: how many bits were taken, and bytes written. */
function decodeShort(short: Uint16Array, data: Uint8Array, out: Uint8Array): { at: number; written: number } {
  // The last `count` bits of `held` are still to be decoded; fewer than eight when a byte is added.
  let held = 0;
  let count = 0;
  let next = 0;
  let written = 0;
  while (next < data.length) {
    held = ((held & 0xff) << 8) | (data[next++] ?? 0);
    count += 8;
    while (count >= 8) {
      const found = short[(held >>> (count - 8)) & 0xff] ?? 0;
      if (found === 0) return { at: next * 8 - count, written };
      out[written++] = found >>> 5;
      count -= found & 31;
    }
  }
  return { at: next * 8 - count, written };
}

/** Eight bits from a position that is counted in bits; past the end there are ones. */
function byteAt(data: Uint8Array, at: number): number {
  const index = at >>> 3;
  return ((((data[index] ?? 0xff) << 8) | (data[index + 1] ?? 0xff)) >>> (8 - (at & 7))) & 0xff;
}

/** As in the table, for a symbol of more than eight bits; 0 for the end mark and where the data end. */
function longCode({ counts, symbols }: Codes, data: Uint8Array, begin: number): number {
  // The bits so far, the first code of their number, and where its symbols begin.
  let [code, first, index] = [0, 0, 0];
  for (let length = 1; length <= longest && begin + length <= data.length * 8; length++) {
    const at = begin + length - 1;
    code = code * 2 + (((data[at >>> 3] ?? 0) >>> (7 - (at & 7))) & 1);
    first *= 2;
    const count = counts[length] ?? 0;
    const symbol = code - first < count ? (symbols[index + code - first] ?? endMark) : undefined;
    if (symbol !== undefined) return symbol === endMark ? 0 : symbol * 32 + length;
    first += count;
    index += count;
  }
  return 0;
}
