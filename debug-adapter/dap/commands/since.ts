import type { ProbeResult, Since } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import { instructionName } from '../../debugger/trees/names.js';
import type { Command } from './table.js';

const outputFlag = '--output';

/** So much of an output is shown. */
const mostLines = 5;

function words({ exitCode, output }: ProbeResult): string {
  const lines = output.trimEnd().split('\n');
  const more = lines.length > mostLines ? ['  …'] : [];
  const shown = output.trim() === '' ? [] : lines.slice(0, mostLines).map((line) => `  ${line}`);
  return [`exit code ${exitCode}`, ...shown, ...more].join('\n');
}

function told({ now, instruction, before, why }: Since, hasMounts: boolean): string {
  const here = `Here: ${words(now)}`;
  const mounted = hasMounts ? ', or by what is mounted in this step' : '';
  if (instruction === undefined) return `${here}\nSo it is from the base image on${mounted}.`;
  const other = before === undefined ? `it could not be run: ${why}` : words(before);
  return `${here}\nSince ${instructionName(instruction)}. Before it: ${other}`;
}

/** `:since` */
export const sinceCommand: Command = {
  name: 'since',
  help: 'say which instruction made a command answer as it does here; --output: what it writes counts, too',
  example: `:since [${outputFlag}] COMMAND`,
  samples: [':since command -v curl', ':since test -e /app/config.json', `:since ${outputFlag} python3 --version`],
  notes: [
    'The command is run in the states before, each in a container of its own, until its exit code is another one.',
    'Environment, user and directory are those of each state; the mounts are those of the step here.',
  ],
  most: Infinity,
  takesLine: true,
  flags: [outputFlag],
  run: async ({ text, frame, signal }) => {
    const flag = /^--\S*/.exec(text)?.[0];
    // No command begins so: it is a flag that was meant otherwise.
    if (flag !== undefined && flag !== outputFlag)
      throw new UserError(
        'flag-unknown',
        `:since knows no ${flag}.`,
        `It has ${outputFlag}: what a command writes counts, too.`,
      );
    const byOutput = flag === outputFlag;
    const command = byOutput ? text.slice(outputFlag.length).trim() : text;
    if (command === '')
      throw new UserError('command-missing', 'Say which command is to be run.', 'E.g. :since command -v curl');
    const { stop, frame: chosen } = frame();
    const answer = await stop.since(chosen, command, { byOutput, state: stop.state, signal });
    return told(answer, chosen.mounts().length > 0);
  },
};
