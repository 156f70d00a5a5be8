/** Here-documents that went on after a command that failed: their step is done, and what the command was to do is not. */
import type { Instruction } from '../../dockerfile/model.js';
import type { BuildSettings, ProblemFact } from '../api.js';
import { heredocWentOn } from './explain/explain.js';

/** Of the shell itself: what programs write may be meant to be there. */
const bySh =
  /^(?:\/\S*\/)?(?:ba|da|a|z|k)?sh: .*(?:not found|can't cd|can't open|cannot open|no such file|permission denied|not a directory)/i;

/** A warning for a step that has run, by its output; undefined where nothing went wrong, or where that was foreseen. */
export function wentOn(
  instruction: Instruction,
  lines: readonly string[],
  settings: Pick<BuildSettings, 'dockerfile' | 'dockerfileIsLocal'>,
): ProblemFact | undefined {
  const proof = lines.filter((line) => bySh.test(line));
  const isForeseen = instruction.heredocs.some(({ content }) => /\|\||\bset \+e\b/.test(content));
  if (proof.length === 0 || isForeseen) return undefined;
  const { hint, fix } = heredocWentOn({ instruction, lines: proof });
  if (hint === '') return undefined;
  const range = { line: Number(instruction.startLine), endLine: Number(instruction.endLine) };
  return {
    ...{ severity: 'warning', code: 'heredoc-went-on', ...range },
    message: `The step is done, though one of its commands failed (with "set -e" it would have ended there): ${proof[0]?.trim() ?? ''}`,
    hint: 'This here-document has no "set -e", so it goes on after a command that fails. Begin it with "set -e".',
    ...(fix !== undefined && settings.dockerfileIsLocal && { fix: { ...fix, path: settings.dockerfile, ...range } }),
  };
}
