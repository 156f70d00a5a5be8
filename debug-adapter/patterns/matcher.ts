import { cleanPath } from './clean-path.js';
import { parseExpression } from './expression-parser.js';
import { compileExpression } from './expression-match.js';
import { translate } from './expression.js';
import { PatternError, badPattern, matchName } from './glob.js';

/** A pattern and where it came from. */
export interface Rule {
  readonly pattern: string;
  /** Line of the ignore file, from 1. */
  readonly line?: number;
}

/** What the patterns say about a path, and the one that decided. */
export interface Verdict {
  /** The path matches: it is ignored, or for include patterns it is wanted. */
  readonly excluded: boolean;
  /** The rule that had the last word; absent when none spoke. */
  readonly rule?: Rule;
  /** Its line, when it came from a file. */
  readonly line?: number;
}

/** Which rules matched a folder; handed to the paths in it. */
export type FolderState = readonly boolean[];

/** Compiled patterns; asking about a path throws PatternError where the engine's client would. */
export interface Matcher {
  /** A path relative to the root, `/`-separated; its folders are looked at too. */
  match(path: string): Verdict;
  /** The same for a walk from the top down: `parent` is the state of the folder that holds `path`. */
  step(path: string, parent: FolderState | undefined): { readonly verdict: Verdict; readonly state: FolderState };
  /** False when a matching folder need not be entered, as no later `!` pattern can reach into it. */
  mayExceptBelow(folder: string): boolean;
  /** False when a folder that did not match need not be entered, as no pattern can reach into it. */
  mayMatchBelow(folder: string): boolean;
}

interface Compiled {
  readonly rule: Rule;
  readonly text: string;
  /** With `!` in front: what it matches is taken out of the match again. */
  readonly exception: boolean;
  test(path: string): boolean;
}

/** @param options.windows a backslash separates instead of escaping, as for Windows clients */
export function compilePatterns(rules: readonly Rule[], options: { readonly windows?: boolean } = {}): Matcher {
  const compiled = rules.map((rule) => compile(rule, options.windows === true)).filter((one) => one !== undefined);
  const reach = (wanted: boolean): readonly string[] | undefined => {
    const roots = compiled.filter((one) => one.exception === wanted).map((one) => withoutTrailingGlob(one.text));
    return roots.some((root) => /[*[\]?^\\]/.test(root)) ? undefined : roots.map((root) => `${root}/`);
  };
  const exceptions = reach(true);
  const matches = reach(false);
  const below = (roots: readonly string[] | undefined, folder: string): boolean =>
    roots === undefined || roots.some((root) => root.startsWith(`${folder}/`));
  const step: Matcher['step'] = (path, parent) => evaluate(compiled, path, parent);
  return {
    step,
    match: (path) => {
      let state: FolderState | undefined;
      for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        state = step(path.slice(0, slash), state).state;
      }
      return step(path, state).verdict;
    },
    mayExceptBelow: (folder) => below(exceptions, folder),
    mayMatchBelow: (folder) => below(matches, folder),
  };
}

function evaluate(
  compiled: readonly Compiled[],
  path: string,
  parent: FolderState | undefined,
): ReturnType<Matcher['step']> {
  const state: boolean[] = [];
  let excluded = false;
  let decided: Rule | undefined;
  for (const [index, one] of compiled.entries()) {
    let matches = parent?.[index] === true;
    // A pattern that could not change the verdict is not even tried, and counts as not matching below.
    if (!matches && one.exception === excluded) matches = one.test(path);
    state.push(matches);
    if (!matches) continue;
    if (excluded === one.exception) decided = one.rule;
    excluded = !one.exception;
  }
  const line = decided?.line;
  const verdict: Verdict = { excluded, ...(decided && { rule: decided }), ...(line !== undefined && { line }) };
  return { verdict, state };
}

function compile(rule: Rule, windows: boolean): Compiled | undefined {
  const trimmed = trimSpace(windows ? rule.pattern.replaceAll('\\', '/') : rule.pattern);
  if (trimmed === '') return undefined;
  const cleaned = cleanPath(trimmed);
  const exception = cleaned.startsWith('!');
  const text = exception ? cleaned.slice(1) : cleaned;
  if (text === '') throw new PatternError('illegal exclusion pattern', cleaned, rule.line);
  try {
    matchName(text, '.');
  } catch (error) {
    throw error instanceof PatternError ? new PatternError(badPattern, cleaned, rule.line) : error;
  }
  let test: ((path: string) => boolean) | undefined;
  return { rule, text, exception, test: (path) => (test ??= testOf(text, rule))(path) };
}

function testOf(text: string, rule: Rule): (path: string) => boolean {
  const translation = translate(text);
  switch (translation.kind) {
    case 'exact':
      return (path) => path === text;
    case 'prefix': {
      const prefix = text.slice(0, -2);
      return (path) => path.startsWith(prefix);
    }
    case 'suffix': {
      const suffix = text.slice(2);
      return (path) => path.endsWith(suffix) || `/${path}` === suffix;
    }
    case 'expression': {
      const elements = parseExpression(translation.source);
      if (elements === undefined) throw new PatternError(badPattern, rule.pattern, rule.line);
      return compileExpression(elements);
    }
  }
}

// Takes off `/**` and then `/*` too, as the engine's client does, though it then enters less than the pattern matches.
function withoutTrailingGlob(text: string): string {
  const shorter = text.endsWith('/**') ? text.slice(0, -3) : text;
  return shorter.endsWith('/*') ? shorter.slice(0, -2) : shorter;
}

const space = '[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const outerSpace = new RegExp(`^${space}|${space}$`, 'g');

/** Without the white space around it that the engine takes off; `trim` differs in two characters. */
export function trimSpace(text: string): string {
  return text.replace(outerSpace, '');
}
