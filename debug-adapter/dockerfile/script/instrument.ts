/** Puts a call before each statement of a script, so that all else stays as it is. */
import type { Node } from 'web-tree-sitter';
import { functionsElsewhere } from './elsewhere.js';
import { hookName } from './model.js';
import { beginsWithStatus, needsStatus, statusEdits, type Edit, type Names } from './status.js';
import { andOrList, childrenOf, isArithmetic, type Operand } from './tree.js';

/** A statement, by offsets in the script. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The script with its calls; the place of a span is the number that its call has. */
export interface Instrumented {
  readonly text: string;
  readonly spans: readonly Placed[];
}

/** A statement, and what it is in: the numbers of a function and of the first statement of a loop, undefined for none. */
export interface Placed extends Span {
  /** The number of the function; undefined for none. */
  readonly within: number | undefined;
  readonly loop: number | undefined;
}

interface Pen {
  readonly names: Names;
  /** What follows the number in a call. */
  readonly argument: string;
  /** Functions that are left as they are. */
  readonly elsewhere: ReadonlySet<string>;
  readonly spans: Placed[];
  readonly edits: Edit[];
  /** How many functions there were. */
  functions: number;
  /** The one that is written now. */
  within: number | undefined;
  /** Where the outermost loop in it begins. */
  loop: number | undefined;
}

/** What stands before a command: nothing, or the operator that decides whether it runs. */
type Before = '' | '&&' | '||';

/** Takes the tree of a script without errors. */
export function instrument(root: Node, names: Names): Instrumented {
  const pen: Pen = {
    names,
    argument: keepsLastWord(names.script) ? ' "${_-}"' : ' "$@"',
    elsewhere: functionsElsewhere(root, names.script),
    spans: [],
    edits: [],
    functions: 0,
    within: undefined,
    loop: undefined,
  };
  writeBlock(pen, root.children);
  return { text: edited(names.script, pen.edits), spans: pen.spans };
}

/** Whether `$_` is used, which is the last word of the command before: the call then ends in the same word, and tells no parameters. */
function keepsLastWord(script: string): boolean {
  return /\$(?:_(?!\w)|\{[#!]?_(?!\w))/.test(script);
}

/** All commands among the children of a node, which may have words of the grammar between them. */
function writeBlock(pen: Pen, children: readonly Node[]): void {
  children.forEach((child, index) => {
    if (!child.isNamed || child.type === 'comment') return;
    if (['elif_clause', 'else_clause', 'do_group'].includes(child.type)) writeBlock(pen, child.children);
    else writeList(pen, child, children[index + 1]?.type === '&');
  });
}

function writeList(pen: Pen, node: Node, isBackground: boolean): void {
  const { operands, operators } = andOrList(node);
  if (isBackground) {
    const [start, end] = [operands[0]?.start ?? node.startIndex, operands.at(-1)?.end ?? node.endIndex];
    writeStatement(pen, { span: { start, end }, nodes: [node], before: '', end });
    return;
  }
  operands.forEach((operand, index) => {
    const operator = operators[index - 1];
    writeOperand(pen, operand, operator === '&&' || operator === '||' ? operator : '');
  });
}

function writeOperand(pen: Pen, operand: Operand, before: Before): void {
  const { members, redirects, start, end } = operand;
  const [only] = members;
  const node = members.length > 1 || operand.negated ? undefined : only;
  switch (isArithmetic(node) ? undefined : node?.type) {
    case 'if_statement':
    case 'compound_statement':
    case 'subshell':
      return writeBlock(pen, node?.children ?? []);
    case 'while_statement':
      return writeLoop(pen, node?.children ?? []);
    case 'function_definition':
      return pen.elsewhere.has(node?.childForFieldName('name')?.text ?? '')
        ? undefined
        : writeFunction(pen, node?.childForFieldName('body') ?? null);
    case 'for_statement':
    case 'c_style_for_statement':
    case 'case_statement':
      return node === undefined ? undefined : writeHead(pen, node, operand, before);
    default:
      writeStatement(pen, { span: { start, end }, nodes: [...members, ...redirects], before, end });
  }
}

function writeFunction(pen: Pen, body: Node | null): void {
  const types = ['if_statement', 'while_statement', 'compound_statement', 'subshell'];
  if (body === null || !types.includes(body.type) || isArithmetic(body)) return;
  const { within, loop } = pen;
  pen.within = pen.functions++;
  pen.loop = undefined;
  if (body.type === 'while_statement') writeLoop(pen, body.children);
  else writeBlock(pen, body.children);
  pen.within = within;
  pen.loop = loop;
}

function writeLoop(pen: Pen, children: readonly Node[]): void {
  const { loop } = pen;
  pen.loop ??= pen.spans.length;
  writeBlock(pen, children);
  pen.loop = loop;
}

/** `for` and `case`: their words are expanded before anything in them runs. */
function writeHead(pen: Pen, node: Node, { start, end, redirects }: Operand, before: Before): void {
  const blocks = blocksOf(node);
  if (!blocks.some((block) => beginsWithStatus(block, pen.names))) {
    const words = childrenOf(node).filter(
      ({ type }) => !['do_group', 'compound_statement', 'case_item'].includes(type),
    );
    const span = { start, end: endOfHead(node) };
    writeStatement(pen, { span, nodes: [...words, ...redirects], before, end });
  }
  const write = node.type === 'case_statement' ? writeBlock : writeLoop;
  for (const block of blocks) write(pen, block);
}

function blocksOf(node: Node): readonly (readonly Node[])[] {
  const body = node.childForFieldName('body');
  if (body !== null) return [body.children];
  return childrenOf(node)
    .filter(({ type }) => type === 'case_item')
    .map(({ children }) => children.slice(children.findIndex(({ type }) => type === ')') + 1));
}

/** With `in` or `do`, unless that stands on a line of its own. */
function endOfHead(node: Node): number {
  const children = childrenOf(node);
  const body = node.childForFieldName('body');
  if (body === null) return children.find(({ type }) => type === 'in')?.endIndex ?? node.endIndex;
  const before = children
    .filter(({ startIndex, type }) => startIndex < body.startIndex && type !== ';' && type !== '\n')
    .at(-1);
  const isApart = before === undefined || before.endPosition.row < body.startPosition.row;
  return (isApart ? before : body.child(0))?.endIndex ?? node.endIndex;
}

interface Written {
  readonly span: Span;
  /** What is expanded when it begins. */
  readonly nodes: readonly Node[];
  readonly before: Before;
  /** Of the whole command. */
  readonly end: number;
}

function writeStatement(pen: Pen, { span, nodes, before, end }: Written): void {
  const { start } = span;
  const changes = needsStatus(nodes, span, pen.names) ? undefined : statusEdits(nodes, { start, end }, pen.names);
  if (changes === undefined) return;
  const call = `${hookName} ${pen.spans.length}${pen.argument}`;
  pen.spans.push({ ...span, within: pen.within, loop: pen.loop });
  const text = { '': `${call}; `, '&&': `${call} && `, '||': `{ ${call}; ` }[before];
  pen.edits.push({ start, end: start, text }, ...changes);
  if (before === '||') pen.edits.push({ start: end, end, text: '; }' });
}

function edited(text: string, edits: readonly Edit[]): string {
  let result = '';
  let position = 0;
  for (const edit of edits.toSorted((one, other) => one.start - other.start)) {
    result += text.slice(position, edit.start) + edit.text;
    position = edit.end;
  }
  return result + text.slice(position);
}
