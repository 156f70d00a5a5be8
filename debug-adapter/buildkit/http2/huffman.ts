/** Code length of each byte value and of the end mark (RFC 7541, appendix B), as letters: `a` is 5 bits. */
const codeLengths =
  'isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxxbffhibdgffdgdbbbaaabbbbbbbcdkbhfibccccccccccccccccccccccdcdioijb' +
  'kabababbbaccbbbabcbaabccccckgjixprpprrrsrssssststtrstssssqrsrsstrqprrssqrrtqrssqqrqsrssprrrsrrsvvporsruvvvwwvtuo' +
  'qvwwvwtqqvvxwwwptpqrqqsrruuttvsvwvvwwwwwxwwwwwvz';
const shortest = 5;
const longest = 30;
const endMark = 256;

/**
 * The codes as a tree, two numbers for each node, one for each bit that may follow: the next node, or the byte as
 * -1 - byte.
 */
let tree: Int16Array | undefined;

/** The codes are canonical: those of one length follow each other in the order of their symbols. */
function makeTree(): Int16Array {
  const bySize = Array.from({ length: longest + 1 }, (): number[] => []);
  for (let symbol = 0; symbol <= endMark; symbol++)
    bySize[codeLengths.charCodeAt(symbol) - 97 + shortest]?.push(symbol);
  const nodes = new Int16Array(2 * (endMark + 1));
  let used = 1;
  let code = 0;
  bySize.forEach((symbols, length) => {
    code *= 2;
    for (const symbol of symbols) {
      let node = 0;
      for (let bit = length - 1; bit > 0; bit--) {
        const at = 2 * node + ((code >>> bit) & 1);
        if (nodes[at] === 0) nodes[at] = used++;
        node = nodes[at] ?? 0;
      }
      nodes[2 * node + (code & 1)] = -1 - symbol;
      code += 1;
    }
  });
  return nodes;
}

/** Decodes a Huffman coded text; undefined when it is not one. */
export function decodeHuffman(data: Uint8Array): Buffer | undefined {
  tree ??= makeTree();
  const out = Buffer.allocUnsafe(Math.ceil((data.length * 8) / shortest));
  let [written, node, depth, padding] = [0, 0, 0, true];
  for (const byte of data) {
    for (let bit = 7; bit >= 0; bit--) {
      const one = (byte >>> bit) & 1;
      const next = tree[2 * node + one] ?? 0;
      padding &&= one === 1;
      depth += 1;
      if (next >= 0) {
        node = next;
        continue;
      }
      if (next === -1 - endMark) return undefined;
      out[written++] = -1 - next;
      [node, depth, padding] = [0, 0, true];
    }
  }
  // What is left over is padding: fewer than eight ones.
  return depth < 8 && padding ? out.subarray(0, written) : undefined;
}
