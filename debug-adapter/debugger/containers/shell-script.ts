/** The program of an interactive shell: which one, what waits in its history, and what its prompt says. */
import type { Shells } from './opening.js';
import { SCRATCH } from './own-folder.js';
import { quote } from '../common/quote.js';

/** What a shell is opened with. */
export interface ShellWishes {
  /** The user's own command line, from the launch arguments. */
  readonly own: readonly string[] | undefined;
  /** What arrow-up brings. */
  readonly command: string | undefined;
  /** Where it is, for the prompt: `build:7 failed`. */
  readonly place: string;
  /** What to know before the first prompt. */
  readonly notes: readonly string[];
}

/** The kernel takes no longer word on a command line; a longer command is not in the history. */
const LONGEST = 100_000;

/** What to run for a shell: a script that writes the files that it reads, each shell its own, and then becomes it. */
export function shellCommand({ scene, shell, interactive, notes }: Shells, wishes: ShellWishes): readonly string[] {
  const { own, command, place } = wishes;
  const sign = /^(?:|root|0)(?::|$)/.test(scene.meta.user) ? '#' : '$';
  const program = shell[0] ?? 'sh';
  const scripted = [program, ...shell.slice(1).filter((flag) => flag !== '-c')].map(quote).join(' ');
  return [
    ...shell,
    [
      `d=${SCRATCH}/shell.$$`,
      ...historyFile(command, scripted),
      write('bashrc', [...bashFiles, historyVariables, `PS1=${quote(`[${place}] \\w \\$ `)}`]),
      write('rc', ['unset ENV', historyVariables, `PS1=${quote(`[${place}] $PWD ${sign} `)}`]),
      ...[...notes, ...wishes.notes].map((note) => `printf '%s\\n' ${quote(note)} >&2`),
      'export TERM="${TERM:-xterm-256color}"',
      ...(own === undefined ? [] : ownShell(own)),
      ...interactive.map(become),
      become(program),
    ].join('\n'),
  ];
}

const bashFiles = ['[ -r /etc/bash.bashrc ] && . /etc/bash.bashrc', '[ -r ~/.bashrc ] && . ~/.bashrc'];
const historyVariables = 'HISTFILE=$d.history HISTSIZE=1000 SAVEHIST=1000';

function historyFile(command: string | undefined, scripted: string): readonly string[] {
  if (command === undefined || command.length > LONGEST) return [': > "$d.history"'];
  if (!command.includes('\n')) return [`printf '%s\\n' ${quote(command)} > "$d.history"`];
  return [`printf '%s\\n' ${quote(command)} > "$d.command"`, `echo ${quote(scripted)} "$d.command" > "$d.history"`];
}

/** The file's own lines know nothing of `$d`. */
function write(name: string, lines: readonly string[]): string {
  return `{ echo "d=$d"; printf '%s\\n' ${[...lines, 'unset d'].map(quote).join(' ')}; } > "$d.${name}"`;
}

function ownShell(own: readonly string[]): readonly string[] {
  const [program = ''] = own;
  return [
    `command -v ${quote(program)} >/dev/null 2>&1 && exec ${own.map(quote).join(' ')}`,
    `printf '%s\\n' ${quote(`${program} is not in this image: this is the best other shell.`)} >&2`,
  ];
}

function become(name: string): string {
  const flags = name.split('/').at(-1) === 'bash' ? '--rcfile "$d.bashrc" -i' : '-i';
  return `command -v ${quote(name)} >/dev/null 2>&1 && ENV="$d.rc" exec ${quote(name)} ${flags}`;
}

/** The command of a RUN as one would type it. */
export function typedCommand(args: readonly string[], shell: readonly string[]): string {
  const isShellForm = args.length === shell.length + 1 && shell.every((part, index) => args[index] === part);
  return isShellForm ? (args.at(-1) ?? '') : args.map(quote).join(' ');
}
