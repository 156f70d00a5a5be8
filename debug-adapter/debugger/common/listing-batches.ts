/** What scripts of ours tell of files, in batches: how many, names that end with 0, then lines about them. */

/** Pieces of such an answer, one after the other. */
export interface BatchReader {
  readonly ended: boolean;
  line(): string;
  /** Up to a 0. */
  text(): string;
  /** Where a link leads: the line of `readlink`, which may hold others, and a 0; '' for what cannot be read. */
  target(): string;
  /** How many follow, and their names. */
  names(): readonly string[];
}

/** Starts at the first batch. */
export function readBatches(bytes: Buffer): BatchReader {
  let at = 0;
  const upTo = (end: string): string => {
    const stop = bytes.indexOf(end, at);
    const text = bytes.toString('utf8', at, stop < 0 ? bytes.length : stop);
    at = stop < 0 ? bytes.length : stop + 1;
    return text;
  };
  return {
    get ended() {
      return at >= bytes.length;
    },
    line: () => upTo('\n'),
    text: () => upTo('\0'),
    target: () => upTo('\0').replace(/\n$/, ''),
    names: () => Array.from({ length: Number(upTo('\n')) }, () => upTo('\0')),
  };
}
