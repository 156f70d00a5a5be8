/**
 * `$?` in a statement: the call before it would change what it says. It is replaced by the variable that keeps the status;
 * where that cannot be done, nothing may be called before the statement.
 */
import type { Node } from 'web-tree-sitter';
import type { Body } from './mask.js';
import { statusName } from './model.js';
import { andOrList, childrenOf, endsWithStatus, isArithmetic, nameOf } from './tree.js';

/** A change of the script: the text from `start` to `end` is replaced. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const status = /\$(?:\?|\{[#!]?\?)/;
/** The same for pipelines; no call can bring it back. */
const pipeStatus = /\bPIPESTATUS\b|\bpipestatus\b/;
const bareExit = /\b(?:exit|return)[ \t]*(?:$|[\n;&|)}#])/;

/** What of a script is known when its statements are looked at. */
export interface Names {
  /** As it is written; the trees are made of a text without here-documents. */
  readonly script: string;
  readonly bodies: readonly Body[];
  /** Functions that begin with a look at the status. */
  readonly readers: ReadonlySet<string>;
  readonly hasTrap: boolean;
}

/** Reads what `keepsStatus` and `statusEdits` need. */
export function readNames(root: Node, script: string, bodies: readonly Body[]): Names {
  const readers = new Set<string>();
  const names = { script, bodies, readers, hasTrap: commandsIn(root).some((command) => nameOf(command) === 'trap') };
  const functions = root.descendantsOfType('function_definition');
  for (let known = -1; known < readers.size; ) {
    known = readers.size;
    for (const each of functions) {
      const body = each.childForFieldName('body');
      const name = each.childForFieldName('name')?.text ?? '';
      if (body !== null && beginsWithStatus(childrenOf(body), names)) readers.add(name);
    }
  }
  return names;
}

const beginsWithBlock = ['if_statement', 'while_statement', 'compound_statement', 'subshell'];

/** Whether what runs first in a block may ask for the status of what ran before the block. */
export function beginsWithStatus(block: readonly Node[], names: Names): boolean {
  const first = block.find((child) => child.isNamed);
  const operand = first === undefined ? undefined : andOrList(first).operands[0];
  if (operand === undefined) return false;
  const [only, ...others] = [...operand.members, ...operand.redirects];
  // Of these, only what runs first can still see it.
  if (only !== undefined && others.length === 0 && beginsWithBlock.includes(only.type) && !isArithmetic(only))
    return beginsWithStatus(childrenOf(only), names);
  const text = names.script.slice(operand.start, operand.end);
  const bodies = bodiesIn(operand, names).map(({ start, end }) => names.script.slice(start, end));
  return (
    [text, ...bodies].some((each) => status.test(each) || pipeStatus.test(each)) ||
    bareExit.test(text) ||
    callsReader(operand.members, names)
  );
}

/** Whether a statement looks at the status in a way that no replacement reaches. */
export function needsStatus(nodes: readonly Node[], { start, end }: Range, names: Names): boolean {
  return (
    pipeStatus.test(names.script.slice(start, end)) ||
    callsReader(nodes, names) ||
    (names.hasTrap && nodes.some(endsWithStatus)) ||
    evalStatus(nodes, names.script.slice(start, end))
  );
}

/** `eval 'echo $?'`: what it runs is read when the call has been. */
function evalStatus(nodes: readonly Node[], text: string): boolean {
  const evals = (command: Node): boolean => nameOf(command) === 'eval' && status.test(command.text);
  return /\beval\b/.test(text) && nodes.flatMap(commandsIn).some(evals);
}

/** A part of the script. */
interface Range {
  readonly start: number;
  readonly end: number;
}

function callsReader(nodes: readonly Node[], { readers }: Names): boolean {
  return readers.size > 0 && nodes.flatMap(commandsIn).some((command) => readers.has(nameOf(command) ?? ''));
}

function commandsIn(node: Node): readonly Node[] {
  return node.descendantsOfType('command');
}

/** Of the lines that a part begins. */
function bodiesIn({ start, end }: Range, { bodies }: Names): readonly Body[] {
  return bodies.filter(({ operator }) => operator >= start && operator < end);
}

interface Search {
  readonly edits: Edit[];
  /** A substitution has run, which has a status. Shells do not agree on what `$?` is then. */
  substituted: boolean;
}

/** What replaces `$?` in a statement, undefined where that is not sure. */
export function statusEdits(nodes: readonly Node[], range: Range, names: Names): readonly Edit[] | undefined {
  const search: Search = { edits: [], substituted: false };
  // Most have nothing to be found, and to walk through a tree takes time.
  const asks = nodes.some(({ text }) => status.test(text) || bareExit.test(text));
  const body = bodiesIn(range, names).some(({ start, end }) => status.test(names.script.slice(start, end)));
  if (!asks && !body) return [];
  if (!nodes.every((node) => collect(node, search))) return undefined;
  const isSimple = nodes.every(({ type }) => type === 'command' || type.endsWith('_redirect'));
  for (const { start, end, expand } of bodiesIn(range, names)) {
    const body = names.script.slice(start, end);
    if (!expand || !status.test(body)) continue;
    if (search.substituted || !isSimple || /\$\(|[`\\]/.test(body)) return undefined;
    for (const { index, 0: found } of body.matchAll(/\$\?|\$\{\?\}/g))
      search.edits.push({ start: start + index, end: start + index + found.length, text: `\${${statusName}}` });
    if (status.test(body.replace(/\$\?|\$\{\?\}/g, ''))) return undefined;
  }
  return search.edits;
}

/** Looks through what is expanded before anything else has run; false where that is not sure. */
function collect(node: Node, search: Search): boolean {
  if (endsWithStatus(node)) {
    const end = node.childForFieldName('name')?.endIndex ?? node.endIndex;
    search.edits.push({ start: end, end, text: ` "\${${statusName}}"` });
  }
  if (isArithmetic(node)) return all(node, search);
  switch (node.type) {
    case 'simple_expansion':
    case 'expansion':
      return expansion(node, search);
    case 'raw_string':
    case 'ansi_c_string':
    case 'comment':
    case 'string_content':
      return true;
    case 'command_substitution':
    case 'process_substitution':
      return substitution(node, search);
    case 'compound_statement':
    case 'subshell':
    case 'if_statement':
    case 'while_statement':
    case 'list':
      return first(node, search);
    case 'redirected_statement':
      return node.childForFieldName('body')?.type === 'list' ? !status.test(node.text) : all(node, search);
    case 'for_statement':
    case 'c_style_for_statement':
    case 'case_statement':
    case 'function_definition':
      return !status.test(node.text);
    default:
      return node.childCount === 0 ? !status.test(node.text) : all(node, search);
  }
}

function all(node: Node, search: Search): boolean {
  return node.children.every((child) => collect(child, search));
}

function first(node: Node, search: Search): boolean {
  const child = childrenOf(node).find(({ isNamed }) => isNamed);
  return child === undefined || collect(child, search);
}

function expansion(node: Node, search: Search): boolean {
  const name = node.children.find(({ type, text }) => type === 'special_variable_name' && text === '?');
  if (name !== undefined) {
    if (search.substituted) return false;
    const isPlain = node.type === 'simple_expansion';
    const { startIndex: start, endIndex: end } = isPlain ? node : name;
    search.edits.push({ start, end, text: isPlain ? `\${${statusName}}` : statusName });
  }
  return node.children.every(
    (child) => child.type === 'special_variable_name' || child.type === '$' || collect(child, search),
  );
}

function substitution(node: Node, search: Search): boolean {
  if (node.text.startsWith('`') && /\\\$\{?\?/.test(node.text)) return false;
  if (!first(node, search)) return false;
  search.substituted ||= node.type === 'command_substitution';
  return true;
}
