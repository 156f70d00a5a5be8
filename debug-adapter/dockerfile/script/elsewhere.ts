/** Functions that do not run in the shell of the script, one command after the other: no call is put into them. */
import type { Node } from 'web-tree-sitter';
import { childrenOf, nameOf } from './tree.js';

/** A function as text, or for other shells: these do not know what is called in it. */
const handedOn = /\b(?:export|declare|typeset)[ \t]+-\w*f/;

/**
 * Names of functions of which several may run at one time (in the background, or in one pipeline), where nobody could be told
 * which of them stands; and of those that they call. All of them where one is handed to another shell.
 */
export function functionsElsewhere(root: Node, script: string): ReadonlySet<string> {
  const bodies = functionsIn(root);
  if (bodies.size === 0 || handedOn.test(script)) return new Set(bodies.keys());
  const calledIn = (node: Node): readonly string[] =>
    node
      .descendantsOfType('command')
      .map((command) => nameOf(command) ?? '')
      .filter((name) => bodies.has(name));
  const found = new Set(besides(root, calledIn).flatMap(calledIn));
  // What is added meanwhile is gone through too.
  for (const name of found) {
    const body = bodies.get(name);
    for (const called of body === undefined ? [] : calledIn(body)) found.add(called);
  }
  return found;
}

/** The functions of a script: what they run, by name. */
export function functionsIn(root: Node): ReadonlyMap<string, Node> {
  const bodies = new Map<string, Node>();
  for (const each of root.descendantsOfType('function_definition')) {
    const body = each.childForFieldName('body');
    if (body !== null) bodies.set(each.childForFieldName('name')?.text ?? '', body);
  }
  return bodies;
}

/** All that runs while something else does. */
function besides(root: Node, calledIn: (node: Node) => readonly string[]): readonly Node[] {
  const background = root.descendantsOfType('&').flatMap(({ previousNamedSibling }) => previousNamedSibling ?? []);
  const pipelines = root
    .descendantsOfType('pipeline')
    .map((pipeline) => childrenOf(pipeline).filter((member) => calledIn(member).length > 0))
    .filter((members) => members.length > 1);
  return [...background, ...root.descendantsOfType('process_substitution'), ...pipelines.flat()];
}
