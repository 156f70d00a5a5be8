/**
 * How much a script has to do before a statement. Most need no call as long as nothing is wanted of them: the script itself
 * looks whether to call, and counts what it passes. That takes that one process passes it, the script's own shell.
 */
import type { Node } from 'web-tree-sitter';
import { functionsIn } from './elsewhere.js';
import { beginsWithStatus, type Names } from './status.js';
import { childrenOf, isArithmetic, nameOf } from './tree.js';

/**
 * `quiet` writes nothing, waits for nothing and starts no process; `brief` writes to its output, and no more; `long` may do
 * anything.
 */
export type Pace = 'quiet' | 'brief' | 'long';

const traces = /\bset[ \t]+[-+]\w*x|\bxtrace\b/;
const quietCommands = new Set(['[', ':', 'test', 'true', 'false', 'break', 'continue', 'shift', 'local']);
const briefCommands = new Set(['echo', 'printf']);
const substitutions = ['command_substitution', 'process_substitution'];
const copies = [...substitutions, 'subshell', 'pipeline', 'coproc_statement'];

/**
 * Whether statements of a script may be passed without a word. Not where traps may be what runs last, nor where each statement
 * writes, since the shell says what it does, nor where the status before a subshell is needed in it.
 */
export function isCountable(root: Node, names: Names): boolean {
  if (names.hasTrap || traces.test(names.script)) return false;
  return !root.descendantsOfType('subshell').some((node) => beginsWithStatus(childrenOf(node), names));
}

/** Names of functions that may run in a copy of the shell: they, or functions that call them, are named in what runs in one. */
export function functionsInCopies(root: Node): ReadonlySet<string> {
  const bodies = functionsIn(root);
  if (bodies.size === 0) return new Set();
  const background = root.descendantsOfType('&').flatMap(({ previousNamedSibling }) => previousNamedSibling ?? []);
  const texts = [...root.descendantsOfType(copies), ...background].map(({ text }) => text);
  const found = new Set<string>();
  const isIn = (name: string, text: string): boolean =>
    new RegExp(`(?<![\\w-])${name.replace(/[^\w]/g, '\\$&')}(?![\\w-])`).test(text);
  // What is added meanwhile is gone through too.
  for (const text of texts)
    for (const [name, body] of bodies) {
      if (found.has(name) || !isIn(name, text)) continue;
      found.add(name);
      texts.push(body.text);
    }
  return found;
}

/**
 * @param nodes what is expanded when it begins: a command with its redirections, or the words of a `for` or `case`
 * @param isHead whether they are such words
 * @param functions of the script: those that tell of what they do themselves are quiet
 */
export function paceOf(nodes: readonly Node[], isHead: boolean, functions: ReadonlyMap<string, boolean>): Pace {
  if (nodes.some((node) => node.descendantsOfType(substitutions).length > 0)) return 'long';
  if (isHead) return nodes.every(({ type }) => !type.endsWith('_redirect')) ? 'quiet' : 'long';
  const [node] = nodes;
  if (node === undefined || nodes.length > 1) return 'long';
  if (isArithmetic(node)) return 'quiet';
  switch (node.type) {
    case 'variable_assignment':
    case 'variable_assignments':
    case 'test_command':
      return 'quiet';
    case 'command':
      return paceOfCommand(node, functions);
    default:
      return 'long';
  }
}

function paceOfCommand(node: Node, functions: ReadonlyMap<string, boolean>): Pace {
  const name = nameOf(node) ?? '';
  const hasMore = childrenOf(node).some(
    ({ type }) => type === 'variable_assignment' || /redirect|herestring/.test(type),
  );
  if (hasMore) return 'long';
  const tells = functions.get(name);
  if (tells !== undefined) return tells ? 'quiet' : 'long';
  if (quietCommands.has(name)) return 'quiet';
  return briefCommands.has(name) ? 'brief' : 'long';
}
