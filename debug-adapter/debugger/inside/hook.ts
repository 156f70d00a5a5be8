/**
 * What is put in front of the script of a RUN. Before each of its commands the script calls a hook, which knows by the last order
 * whether to stop there: then it says where it is and takes orders until one of them lets it go on. Else it writes no more than
 * what it passes, and waits for nobody. The hook has file descriptors of its own, so that nothing which the script redirects is in
 * its way, and needs nothing but the shell.
 */
import {
  againName,
  briefName,
  counted,
  countName,
  frameName,
  hookName,
  lastName,
  MOST_COUNTED,
  statusName,
  wantedName,
  wantsName,
  type Statement,
} from '../../dockerfile/script/model.js';

/** What the hook calls its own variables and functions by. */
export const OWN = /^__dfd_/;

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

/** Whether a script has something to do when it is interrupted. */
export function hasInterrupt(script: string): boolean {
  return /\btrap\b/.test(script) && /\b(?:SIG)?INT\b|(?<![\w>&])2(?![\w>])/.test(script);
}

/** What the hook has to know of a script. */
export interface HookInput {
  /** Nothing else that is written holds it. */
  readonly token: string;
  readonly descriptors: Descriptors;
  readonly statements: readonly Pick<Statement, 'forked'>[];
  /** See `Steppable`. */
  readonly counts: boolean;
  /** Whether it has something to do when it is interrupted, which the hook puts aside where it stops. */
  readonly interrupts: boolean;
  /** A file that is made there asks the hook to stop: this begins its path, a number ends it. */
  readonly news: string;
}

/** What a script begins with, on its first line, so that errors name the right ones. It stops at its first statement. */
export function prelude(input: HookInput): string {
  const { descriptors, counts, news, statements } = input;
  const { out, error, orders } = descriptors;
  const all = statements.map((_, index) => `${index} `).join('');
  return joined([
    `exec ${out}>&1 ${error}>&2 ${orders}<&0 </dev/null; ${statusName}=0; __dfd_typed=; ${countName}=0; ${frameName}=; ${lastName}=`,
    `${wantsName}=' ${all}'; __dfd_b='*'; __dfd_f=; __dfd_until=; __dfd_news=${news}0`,
    ...(input.interrupts ? ["__dfd_lf=$(printf '\\nx'); __dfd_lf=${__dfd_lf%x}"] : []),
    ...typing(),
    `__dfd_ask() { ${joined(ask(input))}; }`,
    `__dfd_hook() { ${joined(decide(input))}; }`,
    caller(hookName, `${countName}=${counted('$1')}; __dfd_long=!; ${lastName}=`),
    ...(counts ? passing(input) : []),
    say(input, error, 'ready'),
    '',
  ]);
}

/** A function that is called before a statement. What is typed may call it too, also by a trap: then it does nothing. */
function caller(name: string, before: string): string {
  return `${name}() { ${statusName}=$?; case $__dfd_typed in 1) ;; *) ${before}; __dfd_hook "$@" ;; esac; }`;
}

/** What is called where statements are passed without a word, and at the end. */
function passing(input: HookInput): readonly string[] {
  const words = say(input, input.descriptors.out, 'in %d', '$1');
  return [
    caller(againName, `${countName}=${counted('$1')}; __dfd_long=!`),
    caller(wantedName, '__dfd_long='),
    `${briefName}() { case $__dfd_typed in 1) ;; *) ${lastName}=$1; ${words} ;; esac; }`,
    end(input),
  ];
}

/** Says some words on a stream. */
function say({ token }: HookInput, fd: number, words: string, ...values: readonly string[]): string {
  return [`printf '\\035${token} ${words}\\035'`, ...values.map((value) => `"${value}"`), `>&${fd}`].join(' ');
}

/** Says on both streams which statement follows: what is written then is of that one. */
function pass(input: HookInput): string {
  const words = ['in %d %s %s', '$1', `$${countName}`, `$${frameName}`] as const;
  const { out, error } = input.descriptors;
  return `${say(input, error, ...words)}; ${say(input, out, ...words)}`;
}

/** Whether to stop: at a breakpoint, in the frame that is wanted or one that called it, at a count, or for news. */
function decide(input: HookInput): readonly string[] {
  return [
    'case __dfd_$- in *x*) { __dfd_x=1; set +x; } 2>/dev/null ;; *) __dfd_x= ;; esac',
    '__dfd_stop=',
    'case $__dfd_b in \\*|*" $1 "*) __dfd_stop=1 ;; *) ' +
      `case $${wantsName} in *" $1 "*) ` +
      `case $__dfd_until in '') case $__dfd_f in "$${frameName}"*) __dfd_stop=1 ;; esac ;; "$${countName}") __dfd_stop=1 ;; esac ;; ` +
      'esac ;; esac',
    `case $__dfd_stop in '') if [ -e "$__dfd_news" ]; then __dfd_stop=1; fi ;; esac`,
    // The one that was told of last is known already.
    `case $__dfd_stop in 1) __dfd_ask "$@" ;; *) case $${lastName} in "$1$__dfd_long") ;; *) ${lastName}=$1$__dfd_long; ${pass(input)} ;; esac ;; esac`,
    'case $__dfd_x in 1) set -x ;; esac',
  ];
}

function ask(input: HookInput): readonly string[] {
  const { out, error, orders } = input.descriptors;
  const order = `"$(printf '%b' "\${__dfd_line#* }")"`;
  const run = `__dfd_eval "$@" >&${out} 2>&${error} </dev/null && __dfd_code=0 || __dfd_code=$?`;
  const next = (name: string): string => `__dfd_line=\${__dfd_line#*\\|}; ${name}=\${__dfd_line%%\\|*}`;
  const names = ['__dfd_b', wantsName, '__dfd_f', '__dfd_until', '__dfd_news'];
  // A shell of which this one is a copy has an order of before: it is to ask for another.
  const outdate = '{ true >>"$__dfd_news"; } 2>/dev/null || :';
  const take = [
    // An interrupt is for what was typed, not for the script, nor for the wait for orders.
    "trap '' INT",
    `IFS= read -r __dfd_line <&${orders} || exit 143`,
    `__dfd_typed=1; case $__dfd_line in go*) ${input.statements.some(({ forked }) => forked) ? `${outdate}; ` : ''}${names.map(next).join('; ')}; break`,
    // Parameters are those of the script, or of the function that it stands in.
    `;; eval*) __dfd_text=${order}; { ${run}; trap '' INT; __dfd_off; } 2>/dev/null`,
    `;; *) __dfd_text=${order}; ( [ -z "$__dfd_u" ] || set -u; ${run}; exit "$__dfd_code" ) && __dfd_code=0 || __dfd_code=$?`,
    ';; esac',
    say(input, error, 'done %d', '$__dfd_code'),
    say(input, out, 'written'),
  ];
  return [
    // In braces a redirection that fails does not end the shell.
    ...(input.interrupts ? [`{ { trap; } >"${input.news}trap"; } 2>/dev/null || :`] : []),
    `__dfd_u=; __dfd_off; __dfd_kept=$${statusName}; __dfd_here=$${countName}; ${lastName}=$1$__dfd_long`,
    say(input, error, 'at %d %d %s %s', '$1', `$${statusName}`, `$${countName}`, `$${frameName}`),
    say(input, out, 'written'),
    'shift',
    `while :; do ${joined(take)}; done`,
    `__dfd_typed=; ${statusName}=$__dfd_kept; ${countName}=$__dfd_here`,
    'trap : INT',
    ...(input.interrupts ? [interrupt(input)] : []),
    '[ -z "$__dfd_u" ] || set -u',
  ];
}

/** Sets again what the script does when it is interrupted: of all traps, that one, which may have several lines. */
function interrupt({ news }: HookInput): string {
  const each = [
    `case $__dfd_line in "trap -- "*) __dfd_text= ;; esac`,
    '__dfd_text=$__dfd_text$__dfd_line$__dfd_lf',
    `case $__dfd_line in *" INT"|*" SIGINT") eval "$__dfd_text" ;; esac`,
  ];
  return `{ while IFS= read -r __dfd_line; do ${joined(each)}; done <"${news}trap"; } 2>/dev/null || :`;
}

function typing(): readonly string[] {
  // An interrupt ends all of the text, and not one command of it; with `||` it is nothing that -e ends a shell for.
  const text = (words: string): string => `__dfd_eval() { trap "return 130 || :" INT; ${words} "$__dfd_text"; }`;
  return [
    // With `command` an error of the text ends that and not the shell; to zsh it means a program.
    text('command eval'),
    `[ -z "\${ZSH_VERSION-}" ] || eval '${text('eval')}'`,
    // Options that are not for the hook and what is typed: to trace, and that bash ends at a name that was mistyped.
    '__dfd_off() { case $- in *x*) __dfd_x=1; set +x; esac; case $- in *u*) __dfd_u=1; set +u; esac; }',
  ];
}

/** Where the script ends, for statements that are passed without a word. */
function end(input: HookInput): string {
  const words = say(input, input.descriptors.error, 'end %d %s', `$((${countName}%${MOST_COUNTED}))`, `$${countName}`);
  return `trap '{ case $__dfd_typed-$${countName} in -0|1*) ;; *) ${words.replaceAll("'", `'"'"'`)} ;; esac; } 2>/dev/null' EXIT`;
}

function joined(lines: readonly string[]): string {
  return lines.join('; ').replaceAll('; ;;', ' ;;');
}
