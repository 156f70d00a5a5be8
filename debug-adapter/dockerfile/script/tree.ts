/** The grammar's trees, put right: which commands are joined by which operators. */
import type { Node } from 'web-tree-sitter';

/** What stands between two `&&` or `||`: a command or a pipeline. */
export interface Operand {
  /** The commands of the pipeline; one if it is none. */
  readonly members: readonly Node[];
  readonly negated: boolean;
  /** Redirections of the last command that the tree has elsewhere. */
  readonly redirects: readonly Node[];
  readonly start: number;
  readonly end: number;
}

/** `a && b || c`; the operators stand between the operands. */
export interface AndOrList {
  readonly operands: readonly Operand[];
  readonly operators: readonly string[];
}

interface Parts {
  readonly commands: { readonly node: Node; negated: boolean; redirects: Node[]; start: number; end: number }[];
  readonly operators: string[];
}

/** Without comments. */
export function childrenOf(node: Node): readonly Node[] {
  return node.children.filter((child) => child.type !== 'comment');
}

/**
 * A list as the shell groups it. The tree puts redirections around all that is before them, and `!` and `|` bind in other
 * ways than they should; but the order of commands and operators is that of the text.
 */
export function andOrList(node: Node): AndOrList {
  const { commands, operators } = flat(node);
  const operands: Operand[] = [];
  const between: string[] = [];
  commands.forEach(({ node: member, negated, redirects, start, end }, index) => {
    const operator = operators[index - 1] ?? '';
    const last = operator.startsWith('|') && operator !== '||' ? operands.pop() : undefined;
    if (last === undefined && index > 0) between.push(operator);
    operands.push({
      members: [...(last?.members ?? []), member],
      negated: negated || last?.negated === true,
      redirects: [...(last?.redirects ?? []), ...redirects],
      start: last?.start ?? start,
      end,
    });
  });
  return { operands, operators: between };
}

function flat(node: Node): Parts {
  switch (node.type) {
    case 'list':
    case 'pipeline': {
      const parts: Parts = { commands: [], operators: [] };
      for (const child of childrenOf(node)) {
        if (!child.isNamed) parts.operators.push(child.type);
        else append(parts, flat(child));
      }
      return parts;
    }
    case 'redirected_statement':
      return redirected(node);
    case 'negated_command': {
      const inner = childrenOf(node).find((child) => child.isNamed);
      const parts = inner === undefined ? alone(node) : flat(inner);
      const [first] = parts.commands;
      if (first !== undefined) Object.assign(first, { negated: true, start: node.startIndex });
      return parts;
    }
    default:
      return alone(node);
  }
}

function redirected(node: Node): Parts {
  const body = node.childForFieldName('body');
  if (body === null) return alone(node);
  const parts = flat(body);
  const last = parts.commands.at(-1);
  const redirects = childrenOf(node).filter((child) => child.startIndex >= body.endIndex);
  last?.redirects.push(...redirects);
  if (last !== undefined) last.end = node.endIndex;
  return parts;
}

function alone(node: Node): Parts {
  return {
    commands: [{ node, negated: false, redirects: [], start: node.startIndex, end: node.endIndex }],
    operators: [],
  };
}

function append(parts: Parts, more: Parts): void {
  parts.commands.push(...more.commands);
  parts.operators.push(...more.operators);
}

/** A command, and what is known of it when it has no more than a name. */
export function nameOf(command: Node): string | undefined {
  return command.type === 'command' ? command.childForFieldName('name')?.text : undefined;
}

/** `exit` and `return` alone: they end with the status of the command before them. */
export function endsWithStatus(command: Node): boolean {
  const name = nameOf(command);
  return (name === 'exit' || name === 'return') && command.childForFieldName('argument') === null;
}

/** `((…))`, which the grammar gives the type of `{ …; }`. */
export function isArithmetic(node: Node | undefined): boolean {
  return node?.type === 'compound_statement' && node.child(0)?.type === '((';
}
