/** Lines of breakpoints within a RUN, and the commands that they mean. */
import type { Statement } from '../../dockerfile/script/model.js';

/** A command has the lines that it stands on, and those above it that have none; the last one has what is below it too. */
export function statementOf(statements: readonly Statement[], line: number): Statement | undefined {
  return (
    statements.find(({ startLine, endLine }) => startLine <= line && line <= endLine) ??
    statements.find(({ startLine }) => startLine > line) ??
    statements.at(-1)
  );
}

/** Whether a script that stands at a command may come to the one that a line means, and may so again. */
export function mayCome(statements: readonly Statement[], { index, within, loop }: Statement, line: number): boolean {
  const wanted = statementOf(statements, line);
  if (wanted === undefined) return false;
  // A function may be called from anywhere, and one that ends may have been called in a loop.
  if (wanted.within !== undefined || within !== undefined) return true;
  return loop === undefined ? wanted.index > index : wanted.index >= loop;
}
