/** Bytes in a line. */
const width = 16;

/** Bytes as `hexdump -C` prints them: a line for 16 of them, with where they are and what they are as text. */
export function hexDump(bytes: Uint8Array): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += width) lines.push(hexLine(at, bytes.subarray(at, at + width)));
  return lines;
}

function hexLine(at: number, bytes: Uint8Array): string {
  const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  const halves = [pairs.slice(0, width / 2), pairs.slice(width / 2)].map((half) => half.join(' '));
  const text = [...bytes].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  const half = (width / 2) * 3 - 1;
  return `${at.toString(16).padStart(8, '0')}  ${halves.map((each) => each.padEnd(half)).join('  ')}  |${text}|`;
}
