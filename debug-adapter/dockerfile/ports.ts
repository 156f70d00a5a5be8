/** EXPOSE: `8000-8002/tcp` to single ports. */

/** The ports of one word as the image config lists them; undefined when the engine would refuse the word. */
export function parsePorts(word: string): readonly string[] | undefined {
  const container = word.slice(word.lastIndexOf(':') + 1);
  const [range = '', protocol = ''] = splitOnce(container, '/');
  const name = protocol.toLowerCase() || 'tcp';
  if (!['tcp', 'udp', 'sctp'].includes(name)) return undefined;
  const [from = '', to = from] = splitOnce(range, '-');
  const start = portNumber(from);
  const end = portNumber(to);
  if (start === undefined || end === undefined || end < start) return undefined;
  return Array.from({ length: end - start + 1 }, (_, index) => `${start + index}/${name}`);
}

function splitOnce(text: string, separator: string): readonly string[] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + separator.length)];
}

function portNumber(text: string): number | undefined {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= 0 && value <= 65535 ? Math.abs(value) : undefined;
}
