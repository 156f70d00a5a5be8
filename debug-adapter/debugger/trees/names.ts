import type { Instruction } from '../../dockerfile/model.js';

/** Longest that an instruction is shown with its words. */
const LONGEST = 60;

/** E.g. `RUN make install (line 7)`. */
export function instructionName({ keyword, flags, args, startLine }: Instruction): string {
  // Where a file is copied from matters more than what a RUN has mounted.
  const shownFlags =
    keyword === 'RUN' ? [] : flags.map(({ name, value }) => (value === '' ? `--${name}` : `--${name}=${value}`));
  const words = [...shownFlags, args.replace(/\s+/g, ' ').trim()].join(' ');
  const shown = words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words;
  return `${[keyword, shown].join(' ').trim()} (line ${startLine})`;
}
