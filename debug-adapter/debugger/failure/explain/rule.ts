/** What an explanation is made of. The tables beside this file are data: to know one more message, add a row. */

/** What to do about Windows line endings in a script. */
export const toLf = (script: string): string =>
  `Convert it to LF (git: "*.sh text eol=lf"), or add: RUN sed -i "s/\\r$//" ${script}.`;

/** All conditions that are given have to hold. The first rule of the first table that holds is taken. */
export interface Rule {
  /** Exit codes that it is about. */
  readonly codes?: readonly number[];
  /** Looked for in the last lines of output, then in the engine's message; the line that it stands on is the evidence. */
  readonly text?: RegExp;
  /** Looked for in the instruction. */
  readonly command?: RegExp;
  /** What to do. `$1` and `$<name>` stand for groups of `text`. */
  readonly hint: string;
  /** Text of the instruction that is replaced, once, and with what: offered as a fix. */
  readonly fix?: { readonly title: string; readonly from: RegExp; readonly to: string };
}
