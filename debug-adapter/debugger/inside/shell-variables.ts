/** Variables of a shell, as its `set` lists them. */
import { OWN } from './hook.js';

/** Lists them; functions are left out where the shell would list those too. */
export const LIST_VARIABLES = '(set -o posix) 2>/dev/null && set -o posix; set';

/** Between that list and what follows, on a line of its own. */
const EXPORTS = '__dfd_exports';

/** The same, and which of them programs get. */
export const LIST_WITH_EXPORTS = `${LIST_VARIABLES}; echo ${EXPORTS}; export -p`;

/** What the two lists say: all variables by name, and the names of those that programs get. */
export function readWithExports(listed: string): {
  readonly variables: ReadonlyMap<string, string>;
  readonly exported: ReadonlySet<string>;
} {
  const at = listed.lastIndexOf(`\n${EXPORTS}\n`);
  if (at < 0) return { variables: readVariables(listed), exported: new Set() };
  const names = [...listed.slice(at).matchAll(/^(?:export|declare -\w*x\w*|typeset -\w*x\w*) ([A-Za-z_]\w*)/gm)];
  return {
    variables: readVariables(listed.slice(0, at + 1)),
    exported: new Set(names.flatMap(([, name]) => name ?? [])),
  };
}

/** So many characters of that list are read: some scripts keep whole files in a variable. */
export const LONGEST_LIST = 16 * 1024 * 1024;

/** Variables that shells make for themselves: no script set them. */
const ofShells = new Set(
  ['_ BASHOPTS BASHPID COLUMNS DIRSTACK EUID GROUPS HOSTTYPE IFS LINENO LINES MACHTYPE OLDPWD OPTERR OPTIND OPTARG']
    .concat(['OSTYPE PIPESTATUS POSIXLY_CORRECT PPID PS1 PS2 PS3 PS4 PWD RANDOM SECONDS SHELLOPTS SHLVL UID TERM'])
    .flatMap((names) => names.split(' ')),
);

/** By name; those of the debugger are left out. Arrays are as the shell writes them. */
export function readVariables(listed: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const begin = /([A-Za-z_]\w*)=/y;
  for (let at = 0; at < listed.length; ) {
    begin.lastIndex = at;
    const name = begin.exec(listed)?.[1];
    if (name === undefined) {
      at = endOfLine(listed, at);
      continue;
    }
    const { value, end } = readWord(listed, begin.lastIndex);
    if (!OWN.test(name)) found.set(name, value);
    at = endOfLine(listed, end);
  }
  return found;
}

/** Whether a shell keeps it for itself. */
export function isOfShell(name: string): boolean {
  return ofShells.has(name) || name.startsWith('BASH_');
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  E: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Quotes of each kind, each to its end; a `$` may begin one. */
const parts = /\$'((?:[^'\\]|\\[^])*)'|'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|(\$|[^$'"\\\n]+)/y;

/** A word up to the end of its line. */
function readWord(text: string, from: number): { readonly value: string; readonly end: number } {
  let value = '';
  for (let end = from; ; end = parts.lastIndex) {
    parts.lastIndex = end;
    const match = parts.exec(text);
    if (match === null) return { value, end };
    const [, dollar, single, double, escaped, plain] = match;
    const quoted = dollar === undefined ? double?.replace(/\\([$`"\\\n])/g, '$1') : unescape(dollar);
    value += quoted ?? single ?? escaped ?? plain ?? '';
  }
}

function unescape(text: string): string {
  return text.replace(
    /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|([^]))/g,
    (_, octal?: string, hex?: string, letter?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return escapes[letter ?? ''] ?? letter ?? '';
    },
  );
}
