/**
 * A command that the keeper of a container runs itself, in a terminal: a shell that is there after one start of the
 * engine's runtime, not two. It waits until the user's terminal has come and its size is known.
 */
import type { Process } from '../../buildkit/api.js';
import { behindSupervisor, supervise, type Badge } from './supervised.js';

export interface FirstCommand {
  readonly args: readonly string[];
  readonly badge: Badge;
}

type Output = Process['output'];

/** The last that the keeper says before it starts the command; what comes before is the echo of what let it go. */
const GO = 'go\r\n';

/**
 * A shell waits for a child that stands still: nothing is read from the terminal, which a command that was killed has
 * left to nobody.
 */
const STAY = `while :; do "$0" -c 'kill -STOP $$' & wait "$!"; done`;

/** What the keeper does: a script, and its arguments from `$0` on. The keeper stays when the command has ended. */
export function keepersScript({ args, badge }: FirstCommand, shell: string): readonly string[] {
  const { script, words } = supervise(args, badge);
  return [`echo up; read -r _; echo go; ${script}; ${STAY}`, shell, ...words];
}

/**
 * Starts the command. Once.
 *
 * @param output of the keeper, from where it has said that it is up
 * @param send sends a signal to all that the command started
 */
export async function letGo(
  { badge }: FirstCommand,
  { keeper, output }: { readonly keeper: Process; readonly output: Output },
  size: Parameters<Process['resize']>[0],
  send: Process['signal'],
): Promise<Process> {
  keeper.resize(size);
  await keeper.write(Buffer.from('\n'));
  return behindSupervisor(keeper, badge, send, { output: afterGo(output), goesOn: true });
}

async function* afterGo(output: Output): AsyncGenerator<{ readonly fd: 1 | 2; readonly data: Uint8Array }> {
  let before: string | undefined = '';
  for await (const piece of output) {
    if (before === undefined) {
      yield piece;
      continue;
    }
    before += Buffer.from(piece.data).toString('latin1');
    const at: number = before.indexOf(GO);
    if (at < 0) continue;
    const rest = Buffer.from(before.slice(at + GO.length), 'latin1');
    before = undefined;
    if (rest.length > 0) yield { ...piece, data: rest };
  }
}
