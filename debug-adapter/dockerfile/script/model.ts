/** The script of a RUN as statements, one after the other. */
import type { Config, Dockerfile, Line1 } from '../model.js';

/** The function that is called before each statement, with its number and the parameters: `__dfd_at 3 "$@"`. It always returns 0. */
export const hookName = '__dfd_at';

/** The same for one that is not told of when it is passed, if it was the last one that was. */
export const againName = '__dfd_do';

/**
 * The same for one that is passed without a word: called only where the variable with what is wanted names its number, behind
 * one that may take long, and every hundredth time. The script has counted it then: see `counted`.
 */
export const wantedName = '__dfd_on';

/** The function that only says on the output that a statement follows, given its number. */
export const briefName = '__dfd_by';

/** The variable with numbers of statements that are wanted: ` 3 14 `, with a blank around each. */
export const wantsName = '__dfd_s';

/** The variable that counts what a process passes: the number of statements × 1000 + that of the last one. */
export const countName = '__dfd_n';

/** More statements than this are not counted so. */
export const MOST_COUNTED = 1000;

/** The variable with the statement that was told of last, and a `!` where it may have taken long. */
export const lastName = '__dfd_last';

/** The variable with the functions that have called each other: a number and a comma for each, the outermost first. */
export const frameName = '__dfd_c';

/** Counts a statement, by arithmetic of the shell. */
export const counted = (statement: number | string): string =>
  `$((${countName}=${countName}/${MOST_COUNTED}*${MOST_COUNTED}+${MOST_COUNTED}+${statement}))`;

/** The variable in which the function leaves the `$?` that it found. */
export const statusName = '__dfd_status';

/** A command inside the script of a RUN, or the head of a `for` or `case`. */
export interface Statement {
  /** What the function is called with: from 0, in the order of the text. */
  readonly index: number;
  /** Lines of the Dockerfile. */
  readonly startLine: Line1;
  readonly endLine: Line1;
  /** From 0, in UTF-16 units; the end is exclusive. */
  readonly startColumn: number;
  readonly endColumn: number;
  /** The function of the script that it is in: its number, from 0; undefined for none. */
  readonly inFunction: number | undefined;
  /** The first command of the outermost loop of that function, or of the script, which it is in; undefined for none. */
  readonly loop: number | undefined;
  /** Whether a copy of the shell may run it, which counts by itself: each time is told of. */
  readonly forked: boolean;
  /** As it stands in the script, in one line and cut where it gets long; without the bodies of here-documents. */
  readonly text: string;
}

/** A script that calls `__dfd_at` before each of its statements, and the command line around it. */
export interface Steppable {
  readonly statements: readonly Statement[];
  readonly passed: readonly PassedFunction[];
  /** What runs it: all words before the script, as `/bin/sh -c`. */
  readonly shell: readonly string[];
  /** Its lines are those of the original. It needs something in front of it that defines `__dfd_at`: see `argsOf`. */
  readonly script: string;
  /** Some of its statements are passed without a word; it counts them. */
  readonly counts: boolean;
  /** Words after the script: `$0`, `$1` … */
  readonly parameters: readonly string[];
}

/** A function that nothing stops in, since several may run at one time, or in another shell; lines of the Dockerfile. */
export interface PassedFunction {
  readonly name: string;
  readonly startLine: Line1;
  readonly endLine: Line1;
}

/** Why a RUN cannot be stepped through, in words. */
export interface NotSteppable {
  readonly reason: string;
}

/** What else decides what a RUN does: the state before it, and the escape character of its file. */
export interface ScriptPlace extends Pick<Config, 'shell' | 'os'>, Pick<Dockerfile, 'escape'> {}

/** The bytes of the parser and of the grammar, as they come with web-tree-sitter and tree-sitter-bash. */
export interface GrammarFiles {
  readonly parser: Uint8Array;
  readonly grammar: Uint8Array;
}

/**
 * The command line of a script in which `prelude` comes first. To keep the numbers of lines that a shell puts into its
 * messages, the prelude is one line; it ends with `; `.
 */
export function argsOf({ shell, script, parameters }: Steppable, prelude: string): readonly string[] {
  return [...shell, prelude + script, ...parameters];
}
