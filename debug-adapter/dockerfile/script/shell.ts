/** Which programs read a script that can be stepped through, and how they are given one. */

const shells = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'mksh', 'zsh']);

/** A command line up to the script. */
export interface Interpreter {
  readonly shell: readonly string[];
  readonly parameters: readonly string[];
}

/** The last part of a path. */
export function programName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Position of the word with `-c`, behind which the script stands; undefined when this is no shell with a script. */
export function scriptFlag(words: readonly string[]): number | undefined {
  const first = firstOption(words);
  const end = first === undefined ? undefined : endOfOptions(words, first);
  return end !== undefined && isScriptFlag(words[end] ?? '') ? end : undefined;
}

/**
 * What runs a script with a `#!` line: the kernel starts the program that the line names, with at most one argument and the
 * file; here the text takes the place of the file. Undefined when it is no shell.
 */
export function interpreterOf(script: string, file: string): Interpreter | undefined {
  const words = shebangWords(/^#!([^\n]*)/.exec(script)?.[1] ?? '');
  const start = programName(words[0] ?? '') === 'env' ? 1 : 0;
  const shell = ['-', '--'].includes(words.at(-1) ?? '') ? words.slice(0, -1) : words;
  const first = firstOption(shell.slice(start));
  if (first === undefined || endOfOptions(shell, first + start) !== shell.length) return undefined;
  return { shell: [...shell, '-c'], parameters: [file] };
}

/** As Linux splits it: a program and one argument. `env -S` splits that once more. */
function shebangWords(line: string): readonly string[] {
  const [, program = '', argument = ''] = /^[ \t]*([^ \t]*)[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
  if (argument === '') return [program];
  const split = /^(?:-S|--split-string=?)[ \t]*([^'"\\$#]*)$/.exec(argument)?.[1];
  if (programName(program) !== 'env' || split === undefined) return [program, argument];
  return [program, ...split.split(/[ \t]+/).filter((word) => word !== '')];
}

/** Position of the first word after the shell's name. */
function firstOption(words: readonly string[]): number | undefined {
  const name = programName(words[0] ?? '');
  const at = name === 'busybox' ? 1 : 0;
  return shells.has(programName(words[at] ?? '')) ? at + 1 : undefined;
}

/** Position of the first word that is no option, or that has the script behind it. */
function endOfOptions(words: readonly string[], first: number): number {
  let at = first;
  for (; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (/^[-+][abefhklmprtuvxBCEHPT]*[oO]$/.test(word)) at += 1;
    else if (!isOption(word)) break;
  }
  return at;
}

function isOption(word: string): boolean {
  return /^[-+][abefhklmprtuvxBCEHPT]+$/.test(word) || /^--(?:login|noprofile|norc|posix|verbose)$/.test(word);
}

function isScriptFlag(word: string): boolean {
  return /^-[abefhklmprtuvxBCEHPT]*c[abefhklmprtuvxBCEHPT]*$/.test(word);
}
