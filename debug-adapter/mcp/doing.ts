/** What a build does at this moment, in a line or two. */
import { seconds, type Step } from '../cli/steps.js';
import type { Machine } from '../cli/machine.js';
import type { Command } from './command.js';
import { shortened } from './page.js';

/** What is looked at. */
interface Busy {
  readonly machine: Machine;
  readonly command: Command | undefined;
  readonly busy: boolean;
  readonly work: string;
  readonly isLaunching: boolean;
}

const longest = 120;

/** E.g. `Running: RUN make (line 7) for 12.3s; it wrote last: cc main.c`. */
export function doing({ machine, command, busy, work, isLaunching }: Busy): string {
  if (busy && command !== undefined) return `The command runs: ${shortened(command.evaluation.expression, longest)}`;
  const running = machine.steps.running();
  if (running.length > 0) return running.map((step) => stepWords(machine, step)).join('\n');
  if (work !== '')
    return `${work}${machine.rebuilding ? '\ngo with action "pause" takes it back, and the stop stays.' : ''}`;
  if (isLaunching) return 'The engine (BuildKit) has not answered yet.';
  return machine.rebuilding ? 'The next build is being prepared.' : 'The build is being prepared, or a step begins.';
}

function stepWords(machine: Machine, step: Step): string {
  const where = `${machine.steps.several ? `${step.platform}, ` : ''}line ${step.line}`;
  const last = step.tail.at(-1);
  const wrote = last === undefined ? '' : `; it wrote last: ${shortened(last, longest)}`;
  return `Running: ${shortened(machine.textOf(step), longest)} (${where}) for ${seconds(Date.now() - step.since)}${wrote}`;
}
