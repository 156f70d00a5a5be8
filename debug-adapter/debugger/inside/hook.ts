/**
 * The words between the debugger and the shell that runs the script of a RUN. Before each of its commands the script calls
 * a hook, which says where it is and takes orders until one of them lets it go on. The hook has file descriptors of its
 * own, so that nothing which the script redirects is in its way, and needs nothing but the shell.
 */
import { StringDecoder } from 'node:string_decoder';
import { hookName, statusName } from '../../dockerfile/script/model.js';

/** What the hook calls its own variables and functions by. */
export const OWN = /^__dfd_/;

/** Begins and ends what the hook says; what the supervisor says has another mark, whose begin it holds back. */
const MARK = '\u001d';
/** The most that is held back because it may be the begin of a mark. */
const LONGEST = 128;

/** What the hook says. */
export type Word =
  | { readonly kind: 'ready' }
  /** @property status exit code of what ran before */
  | { readonly kind: 'at'; readonly statement: number; readonly status: number }
  | { readonly kind: 'done'; readonly code: number }
  /** In the other stream: all that was written before has come. */
  | { readonly kind: 'written' };

/** File descriptors of the hook, which the script does not use. */
export interface Descriptors {
  /** Standard output and error of the script, as they were at its begin. */
  readonly out: number;
  readonly error: number;
  /** Where orders come from. */
  readonly orders: number;
}

/** Shells know only those of one digit for certain. Undefined where the script leaves too few. */
export function freeDescriptors(script: string): Descriptors | undefined {
  const used = new Set([...script.matchAll(/(\d)[<>]|[<>]&\s*(\d)|\/fd\/(\d)/g)].flatMap((match) => match.slice(1)));
  const [orders, error, out] = [9, 8, 7, 6, 5, 4, 3].filter((descriptor) => !used.has(String(descriptor)));
  return orders === undefined || error === undefined || out === undefined ? undefined : { out, error, orders };
}

/**
 * What a script begins with, on its first line, so that errors name the right ones.
 *
 * @param token nothing else that is written holds it
 */
export function prelude(token: string, { out, error, orders }: Descriptors): string {
  const say = (words: string, fd: number, ...values: readonly string[]): string =>
    [`printf '\\035${token} ${words}\\035'`, ...values.map((value) => `"${value}"`), `>&${fd}`].join(' ');
  const order = `"$(printf '%b' "\${__dfd_line#* }")"`;
  const run = `__dfd_eval "$@" >&${out} 2>&${error} </dev/null && __dfd_code=0 || __dfd_code=$?`;
  const take = [
    // An interrupt is for what was typed, not for the script, nor for the wait for orders.
    "trap '' INT",
    `IFS= read -r __dfd_line <&${orders} || exit 143`,
    // The functions of the script can be called in what is typed, also by a trap: there they are not stopped in.
    `__dfd_typed=1; case $__dfd_line in go) __dfd_typed=; ${statusName}=$__dfd_kept; break`,
    // Parameters are those of the script, or of the function that it stands in.
    `;; eval*) __dfd_text=${order}; { ${run}; trap '' INT; __dfd_off; } 2>/dev/null`,
    `;; *) __dfd_text=${order}; ( [ -z "$__dfd_u" ] || set -u; ${run}; exit "$__dfd_code" ) && __dfd_code=0 || __dfd_code=$?`,
    ';; esac',
    say('done %d', error, '$__dfd_code'),
    say('written', out),
  ];
  const hook = [
    `${statusName}=$?`,
    '{ case $__dfd_typed in 1) return 0; esac; __dfd_x=; __dfd_u=; __dfd_off; } 2>/dev/null',
    `__dfd_kept=$${statusName}`,
    say('at %d %d', error, '$1', `$${statusName}`),
    say('written', out),
    'shift',
    `while :; do ${joined(take)}; done`,
    'trap : INT',
    '[ -z "$__dfd_u" ] || set -u',
    '[ -z "$__dfd_x" ] || set -x',
  ];
  // An interrupt ends all of the text, and not one command of it; with `||` it is nothing that -e ends a shell for.
  const text = (words: string): string => `__dfd_eval() { trap "return 130 || :" INT; ${words} "$__dfd_text"; }`;
  return joined([
    `exec ${out}>&1 ${error}>&2 ${orders}<&0 </dev/null; ${statusName}=0; __dfd_typed=`,
    // With `command` an error of the text ends that and not the shell; to zsh it means a program.
    text('command eval'),
    `[ -z "\${ZSH_VERSION-}" ] || eval '${text('eval')}'`,
    // Options that are not for the hook and what is typed: to trace, and that bash ends at a name that was mistyped.
    '__dfd_off() { case $- in *x*) __dfd_x=1; set +x; esac; case $- in *u*) __dfd_u=1; set +u; esac; }',
    `${hookName}() { ${joined(hook)}; }`,
    say('ready', error),
    '',
  ]);
}

function joined(lines: readonly string[]): string {
  return lines.join('; ').replaceAll('; ;;', ' ;;');
}

/** Lets the script go on. */
export const GO = 'go\n';

/**
 * An order to run a text in the shell of the script.
 *
 * @param forget in a copy of it, so that nothing changes but files
 */
export function orderFor(text: string, forget: boolean): string {
  // The options that the hook has put aside are those of the script: it sets them again, unless they are switched off.
  const off = [...text.matchAll(/\bset[ \t]+\+([a-z]+)/g)].map(([, letters = '']) => letters).join('');
  const kept = ['x', 'u'].filter((option) => off.includes(option)).map((option) => `__dfd_${option}=; `);
  const escaped = `${kept.join('')}${text}`.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `${forget ? 'try' : 'eval'} ${escaped}\n`;
}

/** Output of one stream, in its order. */
export type Heard = { readonly kind: 'text'; readonly data: Uint8Array } | Word;

/** Takes the words of the hook out of a stream, whatever pieces it comes in. Stateful: one for each stream. */
export function listen(token: string): { take(data: Uint8Array): readonly Heard[]; rest(): Uint8Array } {
  const begin = Buffer.from(`${MARK}${token} `);
  let held = Buffer.alloc(0);
  return {
    take(data) {
      held = Buffer.concat([held, data]);
      const heard: Heard[] = [];
      const text = (to: number): void => {
        if (to > 0) heard.push({ kind: 'text', data: held.subarray(0, to) });
        held = held.subarray(to);
      };
      for (let at = held.indexOf(begin); at >= 0; at = held.indexOf(begin)) {
        const end = held.indexOf(MARK, at + begin.length);
        text(at);
        if (end < 0) return heard;
        const words = held.toString('latin1', begin.length, end - at);
        held = held.subarray(end - at + 1);
        const word = readWord(words);
        if (word !== undefined) heard.push(word);
      }
      text(held.length - partOf(begin, held));
      return heard;
    },
    rest: () => held,
  };
}

/** How many bytes at the end may be the begin of a mark. */
function partOf(begin: Uint8Array, held: Buffer): number {
  const at = held.lastIndexOf(MARK);
  if (at < 0 || held.length - at > LONGEST) return 0;
  const tail = held.subarray(at);
  return Buffer.from(begin).subarray(0, tail.length).equals(tail) ? tail.length : 0;
}

function readWord(words: string): Word | undefined {
  const [kind, ...numbers] = words.split(' ');
  const [first = 0, second = 0] = numbers.map(Number);
  switch (kind) {
    case 'ready':
    case 'written':
      return { kind };
    case 'at':
      return { kind, statement: first, status: second };
    case 'done':
      return { kind, code: first };
    default:
      return undefined;
  }
}

/** Lines of a tracing shell (`set -x`) that are about the hook. */
const ofTheHook = new RegExp(`^.*\\b(?:${hookName} \\d+(?: .*)?|${statusName}=\\d+)$`);

/** Drops those lines. Stateful: the begin of a line may come before its end. */
export function withoutTrace(): { take(data: Uint8Array): string; rest(): string } {
  const decoder = new StringDecoder('utf8');
  let line = '';
  const keep = (whole: string): boolean => !ofTheHook.test(whole);
  return {
    take(data) {
      const parts = `${line}${decoder.write(Buffer.from(data))}`.split('\n');
      line = parts.pop() ?? '';
      const kept = parts.filter(keep);
      // What cannot become such a line is not held back.
      const now = line.startsWith('+') ? '' : line;
      line = line.slice(now.length);
      return [...kept.map((each) => `${each}\n`), now].join('');
    },
    rest: () => (keep(line) ? line : ''),
  };
}
