/** Code length of each byte value and of the end mark (RFC 7541, appendix B), as letters: `a` is 5 bits. */
const codeLengths =
  'isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxxbffhibdgffdgdbbbaaabbbbbbbcdkbhfibccccccccccccccccccccccdcdioijb' +
  'kabababbbaccbbbabcbaabccccckgjixprpprrrsrssssststtrstssssqrsrsstrqprrssqrrtqrssqqrqsrssprrrsrrsvvporsruvvvwwvtuo' +
  'qvwwvwtqqvvxwwwptpqrqqsrruuttvsvwvvwwwwwxwwwwwvz';
const shortest = 5;
const longest = 30;
const endMark = 256;

interface Codes {
  /** How many codes there are of each length. */
  readonly counts: readonly number[];
  /** Byte values, shortest codes first, those of one length in order. */
  readonly symbols: readonly number[];
}

let codes: Codes | undefined;

/** The codes are canonical: they follow from their lengths. */
function makeCodes(): Codes {
  const byLength: number[][] = Array.from({ length: longest + 1 }, () => []);
  for (let symbol = 0; symbol <= endMark; symbol++)
    byLength[codeLengths.charCodeAt(symbol) - 97 + shortest]?.push(symbol);
  return { counts: byLength.map(({ length }) => length), symbols: byLength.flat() };
}

/** Decodes a Huffman coded text; undefined when it is not one. */
export function decodeHuffman(data: Uint8Array): Buffer | undefined {
  codes ??= makeCodes();
  const { counts, symbols } = codes;
  const out = Buffer.allocUnsafe(Math.ceil((data.length * 8) / shortest));
  // The bits since the last symbol, the first code of that length, and where its symbols begin.
  let [code, first, index, length, written] = [0, 0, 0, 0, 0];
  for (const byte of data) {
    for (let bit = 7; bit >= 0; bit--) {
      code = code * 2 + ((byte >>> bit) & 1);
      first *= 2;
      length += 1;
      if (length > longest) return undefined;
      const count = counts[length] ?? 0;
      if (code - first >= count) {
        first += count;
        index += count;
        continue;
      }
      const symbol = symbols[index + code - first] ?? endMark;
      if (symbol === endMark) return undefined;
      out[written++] = symbol;
      [code, first, index, length] = [0, 0, 0, 0];
    }
  }
  // What is left over is padding: fewer than eight ones.
  return length < 8 && code === 2 ** length - 1 ? out.subarray(0, written) : undefined;
}
