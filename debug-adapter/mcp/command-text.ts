/** What the model is told of a command. */
import type { Command } from './command.js';
import { endsOf } from './page.js';
import type { Answer } from './tool.js';

/** So many lines of the output are shown; build_log has the rest. */
const mostLines = 160;

/** Output and exit code; a command that could not run is a failed call. */
export function commandText({ output, end }: Command): Answer {
  const lines = output.all().map(({ text }) => text);
  const { text, left } = endsOf(lines, mostLines);
  const rest =
    left === 0 ? '' : `(build_log with of "command" has all ${lines.length} lines; offset and lines choose which)`;
  const parts = (last: string): string => [text, rest, last].filter((part) => part !== '').join('\n');
  if (end === undefined)
    return {
      text: parts('STILL RUNNING. build_status with waitSeconds waits for it; go with action "pause" ends it.'),
    };
  if (end.kind === 'refused')
    return { text: parts(end.error.cancelled ? 'The command was cancelled.' : end.error.message), failed: true };
  if (end.exitCode !== undefined) return { text: parts(`exit code ${end.exitCode}`) };
  return { text: parts('') === '' ? '(nothing)' : parts('') };
}
