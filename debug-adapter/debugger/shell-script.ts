/** The program of an interactive shell, and the files that it finds in `/.dbg`. */
import { scratchFiles } from '../buildkit/llb.js';
import type { Gateway } from '../buildkit/api.js';
import { Mount } from '../buildkit/gen/ops.js';

/** Where the debugger's own files are seen in a container. */
export const OWN_FOLDER = '/.dbg';
const HISTORY = `${OWN_FOLDER}/history`;
const SCRIPT = `${OWN_FOLDER}/failed-command`;

/** Replaces itself by the first of its arguments that exists; the last one always does, for it runs this. */
const CHOOSE = 'for s in "$@"; do command -v "$s" >/dev/null 2>&1 && exec "$s"; done; exec /bin/sh';

const INTERACTIVE = new Set(['bash', 'zsh', 'ash', 'sh', 'dash', 'ksh', 'fish']);

/** What to run for a shell: the user's own, or the step's SHELL if people can work in it, else the best there is. */
export function shellCommand(own: readonly string[] | undefined, step: readonly string[]): readonly string[] {
  if (own !== undefined && own.length > 0) return own;
  const program = step[0] ?? '/bin/sh';
  const name = program.split('/').at(-1) ?? '';
  const preferred = INTERACTIVE.has(name) && name !== 'sh' ? [program] : [];
  return ['/bin/sh', '-c', CHOOSE, 'sh', ...preferred, 'bash', 'zsh', 'ash', 'sh'];
}

/** Variables that make bash, zsh and busybox read the history. */
export const shellVariables: Readonly<Record<string, string>> = {
  TERM: 'xterm-256color',
  HISTFILE: HISTORY,
  HISTSIZE: '1000',
  SAVEHIST: '1000',
};

/** A mount with the history file, in which the step's command waits; each container gets a copy of its own. */
export async function historyMount(gateway: Gateway, command: string | undefined, signal: AbortSignal): Promise<Mount> {
  const lines = command === undefined ? '' : `${command.includes('\n') ? `sh ${SCRIPT}` : command}\n`;
  const files = [
    { path: '/history', content: Buffer.from(lines), mode: 0o666 },
    ...(command === undefined ? [] : [{ path: '/failed-command', content: Buffer.from(`${command}\n`), mode: 0o755 }]),
  ];
  const ref = await gateway.solve(scratchFiles(files), { signal });
  return Mount.fromPartial({ dest: OWN_FOLDER, resultID: ref, input: -1n, output: -1n });
}

/** The command of a RUN as one would type it. */
export function typedCommand(args: readonly string[], shell: readonly string[]): string {
  const isShellForm = args.length === shell.length + 1 && shell.every((part, index) => args[index] === part);
  return isShellForm ? (args.at(-1) ?? '') : args.map(quote).join(' ');
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
