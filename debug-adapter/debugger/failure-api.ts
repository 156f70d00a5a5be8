/** What is known of a step that failed, and edits that may mend it: a part of `api.ts`. */

/** Lines of a file that are replaced; `endLine` before `line` inserts above it. */
export interface TextFix {
  readonly title: string;
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  readonly text: string;
}

export interface Failure {
  /** `run-failed`, `copy-source-not-found`, `copy-source-ignored`, `step-failed` … */
  readonly code: string;
  /** One line, e.g. `RUN make failed with exit code 2`. */
  readonly summary: string;
  /** The command or instruction. */
  readonly command: string;
  readonly exitCode: number | undefined;
  /** Last lines that the step wrote, without colours. */
  readonly lastLines: readonly string[];
  /** What to do, one or more sentences; may be empty. */
  readonly hint: string;
  /** An edit that may mend it. */
  readonly fix: TextFix | undefined;
  /** The engine's own text. */
  readonly engineMessage: string;
  readonly place: { readonly line: number; readonly endLine: number };
  /** Others that failed in the same run. */
  readonly others: readonly string[];
}
