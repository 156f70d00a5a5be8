/** Puts a call before each statement of a script, so that all else stays as it is. */
import type { Node } from 'web-tree-sitter';
import { functionsElsewhere, functionsIn } from './elsewhere.js';
import { callOf } from './calls.js';
import { frameName, lastName, MOST_COUNTED } from './model.js';
import { functionsInCopies, isCountable, paceOf } from './quick.js';
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
  /** Functions that have no calls. */
  readonly passed: readonly (Span & { readonly name: string })[];
  /** See `Steppable`. */
  readonly counts: boolean;
}

/** A statement, and what it is in: the numbers of a function and of the first statement of a loop, undefined for none. */
export interface Placed extends Span {
  /** The number of the function; undefined for none. */
  readonly inFunction: number | undefined;
  readonly loop: number | undefined;
  /** See `Statement`. */
  readonly forked: boolean;
}

/** What of a shell decides how a script is written. */
export interface ShellTraits {
  /** It says what it does. */
  readonly traces: boolean;
  /** Its functions may have variables of their own. */
  readonly hasLocal: boolean;
}

interface Pen {
  readonly names: Names;
  /** What follows the number in a call. */
  readonly argument: string;
  /** Functions that are left as they are. */
  readonly elsewhere: ReadonlySet<string>;
  /** All functions, and whether they have calls in their own shell. */
  readonly functions: ReadonlyMap<string, boolean>;
  readonly inCopies: ReadonlySet<string>;
  readonly counts: boolean;
  /** Whether functions tell that they are called: where nobody asks for the last word of the command before. */
  readonly enters: boolean;
  readonly spans: Placed[];
  readonly edits: Edit[];
  /** How many functions there were. */
  entered: number;
  /** The one that is written now. */
  inFunction: number | undefined;
  /** Where the outermost loop in it begins. */
  loop: number | undefined;
  /** Whether it may be a copy of the shell that runs what is written now. */
  forked: boolean;
}

/** What stands before a command: nothing, or the operator that decides whether it runs. */
type Before = '' | '&&' | '||';

/** Longest script that is one word of a command line, with what comes in front of it; in UTF-16 units. Linux takes 128 KiB. */
const LONGEST = 80 * 1024;

/** Takes the tree of a script without errors. */
export function instrument(root: Node, names: Names, traits: ShellTraits): Instrumented {
  const counts = !traits.traces && isCountable(root, names);
  const written = write(root, names, { ...traits, counts });
  const isTooLong = written.text.length > LONGEST || written.spans.length > MOST_COUNTED;
  return counts && isTooLong ? write(root, names, { ...traits, counts: false }) : written;
}

function write(
  root: Node,
  names: Names,
  { counts, hasLocal }: ShellTraits & { readonly counts: boolean },
): Instrumented {
  const keeps = keepsLastWord(names.script);
  const elsewhere = functionsElsewhere(root, names.script);
  const functions = [...functionsIn(root)].map(([name, body]): [string, boolean] => [
    name,
    !elsewhere.has(name) && isGoneInto(body) && body.type !== 'subshell',
  ]);
  const pen: Pen = {
    names,
    counts,
    enters: hasLocal && !keeps,
    argument: keeps ? ' "${_-}"' : ' "$@"',
    elsewhere,
    functions: new Map(functions),
    inCopies: functionsInCopies(root),
    spans: [],
    edits: [],
    entered: 0,
    inFunction: undefined,
    loop: undefined,
    forked: false,
  };
  writeBlock(pen, root.children);
  const passed = [...functionsIn(root)]
    .filter(([name]) => elsewhere.has(name))
    .map(([name, { startIndex: start, endIndex: end }]) => ({ name, start, end }));
  return { text: edited(names.script, pen.edits), spans: pen.spans, passed, counts };
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
      return writeBlock(pen, node?.children ?? []);
    case 'subshell':
      return node === undefined ? undefined : writeSubshell(pen, node, operand, before);
    case 'while_statement':
      return writeLoop(pen, node?.children ?? []);
    case 'function_definition':
      return pen.elsewhere.has(node?.childForFieldName('name')?.text ?? '') ? undefined : writeFunction(pen, node);
    case 'for_statement':
    case 'c_style_for_statement':
    case 'case_statement':
      return node === undefined ? undefined : writeHead(pen, node, operand, before);
    default:
      writeStatement(pen, { span: { start, end }, nodes: [...members, ...redirects], before, end });
  }
}

/** Before it, its shell is told that something else may be told of meanwhile. */
function writeSubshell(pen: Pen, node: Node, { start, end }: Operand, before: Before): void {
  const { forked } = pen;
  if (pen.counts && !forked) {
    pen.edits.push({
      start,
      end: start,
      text: `${before === '||' ? '{ ' : ''}${lastName}=!${before === '&&' ? ' && ' : '; '}`,
    });
    if (before === '||') pen.edits.push({ start: end, end, text: '; }' });
  }
  pen.forked = true;
  writeBlock(pen, node.children);
  pen.forked = forked;
}

/** What a function runs. */
function isGoneInto(body: Node): boolean {
  return (
    ['if_statement', 'while_statement', 'compound_statement', 'subshell'].includes(body.type) && !isArithmetic(body)
  );
}

function writeFunction(pen: Pen, node: Node | undefined): void {
  const body = node?.childForFieldName('body') ?? null;
  if (body === null || !isGoneInto(body)) return;
  const { inFunction, loop, forked } = pen;
  pen.inFunction = pen.entered++;
  pen.loop = undefined;
  pen.forked = body.type === 'subshell' || pen.inCopies.has(node?.childForFieldName('name')?.text ?? '');
  writeEnter(pen, body);
  if (body.type === 'while_statement') writeLoop(pen, body.children);
  else writeBlock(pen, body.children);
  pen.inFunction = inFunction;
  pen.loop = loop;
  pen.forked = forked;
}

/** Not where what runs first asks for the status of what ran before the call. */
function writeEnter(pen: Pen, body: Node): void {
  const isBlock = body.type === 'compound_statement' || body.type === 'subshell';
  const at = body.child(0)?.endIndex;
  if (!pen.enters || !isBlock || at === undefined || beginsWithStatus(childrenOf(body), pen.names)) return;
  pen.edits.push({ start: at, end: at, text: ` local ${frameName}="\${${frameName}}${pen.inFunction},";` });
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
    writeStatement(pen, { span, nodes: [...words, ...redirects], before, end, isHead: true });
  }
  const writeBody = node.type === 'case_statement' ? writeBlock : writeLoop;
  for (const block of blocks) writeBody(pen, block);
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
  /** That of a `for` or `case`. */
  readonly isHead?: boolean;
}

function writeStatement(pen: Pen, { span, nodes, before, end, isHead = false }: Written): void {
  const { start } = span;
  const changes = needsStatus(nodes, span, pen.names) ? undefined : statusEdits(nodes, { start, end }, pen.names);
  if (changes === undefined) return;
  const pace = pen.counts && !pen.forked ? paceOf(nodes, isHead, pen.functions) : undefined;
  const call = callOf(pen.spans.length, pen.argument, pace, changes.length > 0);
  pen.spans.push({ ...span, inFunction: pen.inFunction, loop: pen.loop, forked: pen.forked });
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
