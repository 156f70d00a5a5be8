/** Lines of breakpoints within a RUN, and the commands that they mean. */
import type { PassedFunction, Statement } from '../../dockerfile/script/model.js';

/** What of a script decides which command a line means. */
export interface Lines {
  readonly statements: readonly Statement[];
  /** Functions that nothing stops in: their lines mean none. */
  readonly passed: readonly PassedFunction[];
}

/** A command has the lines that it stands on, and those above it that have none; the last one has what is below it too. */
export function statementOf({ statements, passed }: Lines, line: number): Statement | undefined {
  const on = statements.find(({ startLine, endLine }) => startLine <= line && line <= endLine);
  if (on !== undefined || passedAt(passed, line) !== undefined) return on;
  return statements.find(({ startLine }) => startLine > line) ?? statements.at(-1);
}

/** The function of that line in which nothing stops. */
export function passedAt(passed: readonly PassedFunction[], line: number): PassedFunction | undefined {
  return passed.find(({ startLine, endLine }) => startLine <= line && line <= endLine);
}

/** Whether a script that stands at a command may come to the one that a line means, and may so again. */
export function mayCome(lines: Lines, { index, inFunction, loop }: Statement, line: number): boolean {
  const wanted = statementOf(lines, line);
  if (wanted === undefined) return false;
  // A function may be called from anywhere, and one that ends may have been called in a loop.
  if (wanted.inFunction !== undefined || inFunction !== undefined) return true;
  return loop === undefined ? wanted.index > index : wanted.index >= loop;
}
