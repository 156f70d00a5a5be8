/** Bounds what one answer says, and says how much was left out. */

/** Characters of one answer's text. */
const mostCharacters = 16_000;
/** Characters of one line. */
const longestLine = 1000;

/** A piece of a list of lines. */
export interface Page {
  readonly text: string;
  /** How many lines there are before and behind it. */
  readonly before: number;
  readonly behind: number;
}

/** A line that is not too long. */
export function shortened(line: string, most = longestLine): string {
  return line.length <= most ? line : `${line.slice(0, most)}… (${line.length - most} more characters)`;
}

/**
 * Up to `count` lines from `offset` on, from 0; fewer where they are too long together.
 *
 * @param offset a negative one counts from the end
 */
export function pageOf(lines: readonly string[], offset: number, count: number): Page {
  const first = Math.min(lines.length, offset < 0 ? Math.max(0, lines.length + offset) : offset);
  const taken: string[] = [];
  let size = 0;
  for (const line of lines.slice(first, first + count)) {
    const text = shortened(line);
    size += text.length + 1;
    if (size > mostCharacters && taken.length > 0) break;
    taken.push(text);
  }
  return { text: taken.join('\n'), before: first, behind: lines.length - first - taken.length };
}

/** The beginning and the end of a text whose middle is left out where it is long. */
export function endsOf(lines: readonly string[], most: number): { readonly text: string; readonly left: number } {
  const all = lines.map((line) => shortened(line));
  const head = fitting(all.slice(0, Math.ceil(most / 2)));
  const rest = all.slice(head.length);
  const tail = fitting(rest.slice(-Math.max(1, Math.floor(most / 2))).toReversed()).toReversed();
  const left = rest.length - tail.length;
  const middle = left > 0 ? [`… ${count(left, 'line')} left out …`] : [];
  return { text: [...head, ...middle, ...tail].join('\n'), left };
}

/** The last lines, as many as fit. */
export function tailOf(lines: readonly string[], most: number): string {
  return fitting(
    lines
      .slice(-most)
      .map((line) => shortened(line))
      .toReversed(),
  )
    .toReversed()
    .join('\n');
}

function fitting(lines: readonly string[]): readonly string[] {
  let size = 0;
  return lines.filter((line) => (size += line.length + 1) <= mostCharacters / 2);
}

/** `1 line`, `2 lines`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
