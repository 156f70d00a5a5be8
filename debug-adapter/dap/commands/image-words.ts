/** What is in the image for a word that is being typed: programs of PATH, files of a folder. Asked of its own shell. */
import type { TypedWord } from './typed-word.js';

/** No more are offered. */
const most = 300;

/** What every shell does itself. */
const builtins = [
  'alias',
  'cd',
  'command',
  'echo',
  'eval',
  'exec',
  'exit',
  'export',
  'kill',
  'printf',
  'pwd',
  'read',
  'set',
];
const moreBuiltins = ['test', 'trap', 'type', 'ulimit', 'umask', 'unset', 'wait'];

export interface ImageWord {
  /** What is to stand in place of the typed word. */
  readonly text: string;
  readonly kind: 'program' | 'file' | 'folder';
  /** From where on the typed text is replaced. */
  readonly start: number;
}

/** A question to the image; undefined where there is nothing to ask. */
export interface ImageQuestion {
  readonly script: string;
  readonly read: (output: string) => readonly ImageWord[];
}

/** Runs nothing but the shell's own words, so that it works in images with nothing else. */
export function askImage(word: TypedWord): ImageQuestion | undefined {
  if (word.command && !/[/~]/.test(word.text)) return word.text === '' ? undefined : programs(word);
  return files(word);
}

function programs({ text, start }: TypedWord): ImageQuestion {
  const script = `IFS=:; for d in $PATH; do for f in "$d"/${quote(text)}*; do [ -f "$f" ] && [ -x "$f" ] && echo "\${f##*/}"; done; done`;
  return {
    script,
    read(output) {
      const own = [...builtins, ...moreBuiltins].filter((name) => name.startsWith(text));
      const names = new Set([...own, ...lines(output)]);
      return [...names]
        .sort()
        .slice(0, most)
        .map((name) => ({ text: escaped(name), kind: 'program', start }));
    },
  };
}

/** A path may begin behind `=`: `--file=/etc/pa`. Home stays `~` when it was typed so. */
function files({ text, start, quote: open }: TypedWord): ImageQuestion | undefined {
  const [, option = '', path = ''] = /^([^=/]*=)?(.*)$/s.exec(text) ?? [];
  if (path.startsWith('$') || path.includes('\n')) return undefined;
  const home = path.startsWith('~/');
  const pattern = home ? path.slice(2) : path;
  const script = `${home ? 'cd ~ && ' : ''}n=0; for f in ${pattern === '' ? '' : quote(pattern)}*; do [ -e "$f" ] || [ -L "$f" ] || continue; [ -d "$f" ] && f="$f/"; printf '%s\\n' "$f"; n=$((n+1)); [ $n -lt ${most} ] || break; done`;
  const whole = (name: string): string => {
    const found = `${home ? '~/' : ''}${name}`;
    return open === '' ? `${escaped(option)}${escaped(found)}` : `${open}${option}${found}`;
  };
  return {
    script,
    read: (output) =>
      lines(output).map((name) => ({ text: whole(name), kind: name.endsWith('/') ? 'folder' : 'file', start })),
  };
}

function lines(output: string): readonly string[] {
  return output.split('\n').filter((line) => line !== '');
}

function escaped(word: string): string {
  return word.replace(/[^\w@%+=:,./~-]/g, '\\$&');
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
