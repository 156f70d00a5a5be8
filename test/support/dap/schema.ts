/**
 * Checks messages of the adapter against the published types of DAP and of contract.ts. Both are read as text by the
 * TypeScript parser and interpreted, so there is no second copy of the protocol that could go stale.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

type Named = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

/** Fields that the installed types lack: `EvaluateExtras` of the contract. Clients ignore what they do not know. */
const beyond = new Set<string>(['exitCode']);

/** Names of types by which messages are checked. */
export class Schema {
  private readonly types = new Map<string, Named>();

  /** Reads the DAP types and, below the names of its own, the contract of the adapter. */
  static load(): Schema {
    const schema = new Schema();
    const dap = createRequire(import.meta.url).resolve('@vscode/debugprotocol/lib/debugProtocol.js');
    schema.read(join(dirname(dap), 'debugProtocol.d.ts'));
    for (const name of ['contract.ts', 'contract-files.ts']) {
      const contract = new URL(`../../../debug-adapter/${name}`, import.meta.url);
      schema.read(fileURLToPath(contract), 'contract.');
    }
    return schema;
  }

  /** What is wrong with a message that the adapter sent; empty when nothing is. */
  problems(message: unknown): string[] {
    if (typeof message !== 'object' || message === null) return ['a message is an object'];
    const { type, command, event, success } = message as Record<string, unknown>;
    switch (type) {
      case 'response':
        return this.response(message, command, success);
      case 'request':
        return this.named(`${pascal(command)}Request`, message, `request ${String(command)}`);
      case 'event':
        return this.event(message, event);
      default:
        return [`type is ${JSON.stringify(type)}`];
    }
  }

  private response(message: object, command: unknown, success: unknown): string[] {
    const what = `response to ${String(command)}`;
    if (success === false) return this.named('ErrorResponse', { body: {}, ...message }, what);
    const custom = this.member('contract.CustomRequests', command);
    if (custom !== undefined) return this.withBody('Response', this.property(custom, 'body'), message, what);
    return this.named(`${pascal(command)}Response`, message, what);
  }

  private event(message: object, event: unknown): string[] {
    const what = `event ${String(event)}`;
    const custom = this.member('contract.CustomEvents', event);
    if (custom !== undefined) return this.withBody('Event', custom, message, what);
    return this.named(`${pascal(event)}Event`, message, what);
  }

  private withBody(base: string, body: ts.TypeNode | undefined, message: object, what: string): string[] {
    const found = this.named(base, message, what);
    const value = (message as Record<string, unknown>)['body'];
    return body === undefined ? found : [...found, ...this.check(body, value, `${what}: body`, 'contract.')];
  }

  private read(file: string, prefix = ''): void {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
        this.types.set(prefix + node.name.text, node);
      }
      if (ts.isModuleDeclaration(node) || ts.isModuleBlock(node)) ts.forEachChild(node, visit);
    };
    ts.forEachChild(source, visit);
  }

  private named(name: string, value: unknown, path: string, prefix = ''): string[] {
    const type = this.types.get(prefix + name) ?? this.types.get(name);
    if (type === undefined) return [`${path}: DAP has no ${name}`];
    if (ts.isTypeAliasDeclaration(type)) return this.check(type.type, value, path, prefix);
    return this.object(this.members(type, prefix), value, path, prefix);
  }

  /** Own and inherited members; own ones win. */
  private members(type: ts.InterfaceDeclaration, prefix: string): ts.TypeElement[] {
    const bases = (type.heritageClauses ?? []).flatMap((clause) => clause.types);
    const inherited = bases.flatMap((base) => {
      const name = base.expression.getText();
      const found = this.types.get(prefix + name) ?? this.types.get(name);
      return found !== undefined && ts.isInterfaceDeclaration(found) ? this.members(found, prefix) : [];
    });
    const own = new Set(type.members.map(nameOf));
    return [...type.members, ...inherited.filter((inheritedMember) => !own.has(nameOf(inheritedMember)))];
  }

  private member(name: string, key: unknown): ts.TypeNode | undefined {
    const type = this.types.get(name);
    if (type === undefined || !ts.isInterfaceDeclaration(type)) return undefined;
    return typeOf(type.members.find((member) => nameOf(member) === key));
  }

  private property(node: ts.TypeNode, key: string): ts.TypeNode | undefined {
    if (!ts.isTypeLiteralNode(node)) return undefined;
    return typeOf(node.members.find((member) => nameOf(member) === key));
  }

  private object(members: readonly ts.TypeElement[], value: unknown, path: string, prefix: string): string[] {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} is not an object`];
    const known = new Map(members.filter(ts.isPropertySignature).map((member) => [nameOf(member) ?? '', member]));
    const index = members.find(ts.isIndexSignatureDeclaration);
    const entries = Object.entries(value).filter(([, content]) => content !== undefined);
    const present = new Set(entries.map(([name]) => name));
    const missing = [...known].filter(([name, member]) => member.questionToken === undefined && !present.has(name));
    const wrong = entries.flatMap(([name, content]) => {
      const type = typeOf(known.get(name)) ?? index?.type;
      if (type !== undefined) return this.check(type, content, `${path}.${name}`, prefix);
      return name.startsWith('__') || name.startsWith('$__') || beyond.has(name) ? [] : [`${path}.${name} is unknown`];
    });
    return [...missing.map(([name]) => `${path}.${name} is missing`), ...wrong];
  }

  private check(node: ts.TypeNode, value: unknown, path: string, prefix: string): string[] {
    if (ts.isParenthesizedTypeNode(node)) return this.check(node.type, value, path, prefix);
    if (ts.isTypeOperatorNode(node)) return this.check(node.type, value, path, prefix);
    if (ts.isArrayTypeNode(node)) return this.list(node.elementType, value, path, prefix);
    if (ts.isTypeLiteralNode(node)) return this.object([...node.members], value, path, prefix);
    if (ts.isTypeReferenceNode(node)) return this.reference(node, value, path, prefix);
    if (ts.isUnionTypeNode(node)) {
      const tries = node.types.map((type) => this.check(type, value, path, prefix));
      return tries.some((found) => found.length === 0) ? [] : [`${path} is none of ${node.getText()}`];
    }
    return primitive(node, value) ? [] : [`${path} is ${JSON.stringify(value)}, not ${node.getText()}`];
  }

  private list(element: ts.TypeNode, value: unknown, path: string, prefix: string): string[] {
    if (!Array.isArray(value)) return [`${path} is not a list`];
    return value.flatMap((item: unknown, index) => this.check(element, item, `${path}[${index}]`, prefix));
  }

  private reference(node: ts.TypeReferenceNode, value: unknown, path: string, prefix: string): string[] {
    const name = node.typeName.getText();
    const [first, second] = node.typeArguments ?? [];
    if (name === 'Readonly' && first !== undefined) return this.check(first, value, path, prefix);
    if (name === 'Record' && second !== undefined) {
      if (typeof value !== 'object' || value === null) return [`${path} is not an object`];
      return Object.entries(value).flatMap(([key, item]) => this.check(second, item, `${path}.${key}`, prefix));
    }
    return this.named(name, value, path, prefix);
  }
}

function primitive(node: ts.TypeNode, value: unknown): boolean {
  if (ts.isLiteralTypeNode(node)) {
    if (node.literal.kind === ts.SyntaxKind.NullKeyword) return value === null;
    if (node.literal.kind === ts.SyntaxKind.TrueKeyword) return value === true;
    if (node.literal.kind === ts.SyntaxKind.FalseKeyword) return value === false;
    return ts.isStringLiteral(node.literal) && node.literal.text === value;
  }
  switch (node.kind) {
    case ts.SyntaxKind.StringKeyword:
      return typeof value === 'string';
    case ts.SyntaxKind.NumberKeyword:
      return typeof value === 'number' && Number.isFinite(value);
    case ts.SyntaxKind.BooleanKeyword:
      return typeof value === 'boolean';
    case ts.SyntaxKind.AnyKeyword:
    case ts.SyntaxKind.UnknownKeyword:
      return true;
    default:
      throw new Error(`schema.ts cannot read the type ${node.getText()} yet`);
  }
}

function nameOf(member: ts.TypeElement): string | undefined {
  const name = member.name;
  return name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : undefined;
}

function typeOf(member: ts.TypeElement | undefined): ts.TypeNode | undefined {
  return member !== undefined && ts.isPropertySignature(member) ? member.type : undefined;
}

function pascal(name: unknown): string {
  return typeof name === 'string' ? name.slice(0, 1).toUpperCase() + name.slice(1) : '';
}
