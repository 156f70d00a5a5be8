import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../../../..');

interface Schema {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly enum?: readonly string[];
}

/** What a schema lets in, written as TypeScript would write it, in a fixed order. */
function written(schema: Schema): string {
  if (schema.anyOf !== undefined) return union(schema.anyOf.map(written));
  if (schema.enum !== undefined) return union(schema.enum.map((value) => `'${value}'`));
  return union([schema.type ?? 'any'].flat().map((type) => typeOf(type, schema)));
}

function typeOf(type: string, { items = {}, additionalProperties = {} }: Schema): string {
  switch (type) {
    case 'array':
      return `readonly ${written(items)}[]`;
    case 'object':
      return `Readonly<Record<string, ${written(additionalProperties)}>>`;
    default:
      return type;
  }
}

function union(types: readonly string[]): string {
  return [...types].sort().join(' | ');
}

/** The members of LaunchArguments with their types, in the same writing. */
function contract(): Readonly<Record<string, string>> {
  const file = join(root, 'debug-adapter/contract.ts');
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext, true);
  const found = source.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === 'LaunchArguments',
  );
  const members = [...(found?.members ?? [])].flatMap((member) => (ts.isPropertySignature(member) ? [member] : []));
  return Object.fromEntries(members.map(({ name, type }) => [name.getText(), sorted(type)]));
}

function sorted(type: ts.TypeNode | undefined): string {
  if (type === undefined) return 'any';
  if (ts.isUnionTypeNode(type)) return union(type.types.map(sorted));
  const inRecord = /^Readonly<Record<string, (.*)>>$/.exec(type.getText())?.[1];
  return inRecord === undefined ? type.getText() : `Readonly<Record<string, ${union(inRecord.split(' | '))}>>`;
}

describe('the schema of launch.json', () => {
  it('has exactly the launch arguments of the contract, with their types', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly contributes: {
        readonly debuggers: readonly [
          { readonly configurationAttributes: { readonly launch: { properties: Record<string, Schema> } } },
        ];
      };
    };
    const { properties } = manifest.contributes.debuggers[0].configurationAttributes.launch;
    const { noDebug, ...expected } = contract();
    assert.equal(noDebug, 'boolean', 'the protocol has it, editors set it themselves');
    const offered = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, written(schema)]));
    assert.deepEqual(offered, expected);
  });
});
