import type { Instruction } from '../../dockerfile/model.js';

/** Longest that an instruction is shown with its words. */
const LONGEST = 60;

/** E.g. `RUN make install (line 7)`. */
export function instructionName({ keyword, args, startLine }: Instruction): string {
  const words = args.replace(/\s+/g, ' ').trim();
  const shown = words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words;
  return `${[keyword, shown].join(' ').trim()} (line ${startLine})`;
}
