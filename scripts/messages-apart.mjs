// Generated code (debug-adapter/buildkit/gen/) has each message as one object with all its functions, and each service as one
// object with all its methods: whoever imports one gets everything that it reaches. Here each function and each method
// becomes a module of its own, so that esbuild takes what is called, into the file of the program where it is called first.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { now } from './put-off.mjs';

const namespace = 'message';
const generated = /[\\/]gen[\\/].*\.ts$/;

/** The module that reads what methods answer, by their paths. */
export const answers = 'answers-of-methods';

/** @param clients full paths of files whose services are only called, never served */
export const messagesApart = (clients) => ({
  name: 'messages-apart',
  setup({ onResolve, onLoad }) {
    const files = new Map();
    const read = (path) => {
      if (!files.has(path)) files.set(path, partsOf(path));
      return files.get(path);
    };
    // `file?Message.function`, `file?Service.method`, or the whole of one: `file?name`.
    onResolve({ filter: /\.ts\?/ }, ({ path }) => ({ path, namespace, sideEffects: false }));
    onResolve({ filter: new RegExp(`^${answers}$`) }, () => ({ path: answers, namespace }));
    onLoad({ filter: /./, namespace }, ({ path: full }) => {
      const [path, part] = full.split('?');
      const [name, member] = part?.split('.') ?? [];
      const contents = () => {
        if (path === answers) return allAnswers(clients);
        if (name === 'answers') return answersOf(path, read);
        if (member === undefined) return whole(path, name, read);
        return single(path, name, member, { read, called: clients.includes(path) });
      };
      return { contents: contents(), loader: 'ts', resolveDir: dirname(clients[0]) };
    });
    onLoad({ filter: /[\\/]debug-adapter[\\/].*\.ts$/ }, ({ path }) =>
      generated.test(path) ? undefined : { contents: withParts(path, read), loader: 'ts', watchFiles: [path] },
    );
  },
});

/** What a generated file declares: members of messages and services by their names, functions, the rest, and imports. */
function partsOf(path) {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const parts = { objects: new Map(), functions: new Map(), others: new Set(), imports: new Map() };
  for (const statement of source.statements) {
    if (ts.isFunctionDeclaration(statement)) parts.functions.set(statement.name.text, statement.getText());
    else if (ts.isEnumDeclaration(statement)) parts.others.add(statement.name.text);
    else if (ts.isImportDeclaration(statement))
      for (const { name } of statement.importClause?.namedBindings?.elements ?? [])
        parts.imports.set(name.text, statement.moduleSpecifier.text);
    else if (ts.isVariableStatement(statement))
      for (const { name, initializer } of statement.declarationList.declarations) {
        const value = ts.isAsExpression(initializer) ? initializer.expression : initializer;
        if (ts.isObjectLiteralExpression(value)) parts.objects.set(name.text, membersOf(value));
      }
  }
  return parts;
}

function membersOf(object) {
  return new Map(object.properties.map((property) => [property.name.text, property]));
}

/** A function that members use, or a message or service as a whole. */
function whole(path, name, read) {
  const { objects, functions } = read(path);
  if (functions.has(name)) return withImports(path, `export ${functions.get(name)}`, read);
  return [...objects.get(name).keys()]
    .map((member) => `export { it as ${member} } from ${JSON.stringify(`${path}?${name}.${member}`)};`)
    .join(' ');
}

function single(path, name, member, { read, called }) {
  const property = read(path).objects.get(name).get(member);
  const text = ts.isMethodDeclaration(property)
    ? property.getText().replace(/^\w+/, 'export function it')
    : `export const it = ${called && name.endsWith('Service') ? calledOnly(property) : property.initializer.getText()};`;
  return withImports(path, text, read);
}

/** A method without what its server does; its answers are read by code that is loaded with the first of them. */
function calledOnly({ initializer }) {
  const texts = new Map(initializer.properties.map((property) => [property.name.text, property.getText()]));
  for (const name of ['requestDeserialize', 'responseSerialize', 'responseDeserialize']) texts.delete(name);
  const path = JSON.stringify(pathOf(initializer));
  return `{ ${[...texts.values()].join(', ')}, responseDeserialize: (bytes) => ${now(answers)}.of[${path}](bytes) }`;
}

function pathOf(method) {
  return membersOf(method).get('path').initializer.expression.text;
}

function allAnswers(clients) {
  const imports = clients.map(
    (path, index) => `import { of as of${index} } from ${JSON.stringify(`${path}?answers`)};`,
  );
  return [...imports, `export const of = { ${clients.map((_, index) => `...of${index}`).join(', ')} };`].join('\n');
}

/** What reads the answers of the services of a file. */
function answersOf(path, read) {
  const services = [...read(path).objects].filter(([name]) => name.endsWith('Service'));
  const methods = services.flatMap(([, members]) => [...members.values()].map(({ initializer }) => initializer));
  const entries = methods.map(
    (method) =>
      `${JSON.stringify(pathOf(method))}: ${membersOf(method).get('responseDeserialize').initializer.getText()}`,
  );
  return withImports(path, `export const of = { ${entries.join(', ')} };`, read);
}

/** A part of a generated file, with imports of all that it names. */
function withImports(path, text, read) {
  const { objects, functions, imports, others } = read(path);
  const own = [...objects.keys(), ...functions.keys(), ...others].map((name) => [name, path]);
  const local = new Map([...[...imports].map(([name, from]) => [name, resolved(path, from)]), ...own]);
  const named = new Set(text.match(/\b[A-Za-z_$][\w$]*/g));
  return withMembers(text, new Map([...local].filter(([name]) => named.has(name))), read);
}

/** A file of ours, with members of messages and services in the place of the whole. */
function withParts(path, read) {
  const text = readFileSync(path, 'utf8');
  const names = new Map();
  const rest = text.replace(/^import \{([^}]*)\} from '([^']*\/gen\/[^']*)';$/gm, (statement, list, module) => {
    for (const name of list.split(',').map((item) => item.trim()))
      if (name !== '' && !name.startsWith('type ')) names.set(name, resolved(path, module));
    // Lines stay where they are, for those who read source maps.
    return statement.replace(/[^\n]/g, '');
  });
  return withMembers(rest, names, read);
}

function resolved(path, module) {
  return module.startsWith('.') ? join(dirname(path), module).replace(/\.js$/, '.ts') : module;
}

/** @param names where what the text names is from: full paths of generated files, or packages */
function withMembers(text, names, read) {
  const imports = new Set();
  const take = (name, from, as = name) => void imports.add(`import { ${name} as ${as} } from ${JSON.stringify(from)};`);
  for (const [name, from] of names) {
    const { objects, functions } = from.endsWith('.ts') ? read(from) : { objects: new Map(), functions: new Map() };
    if (objects.has(name)) {
      const uses = new RegExp(`\\b${name}\\.(\\w+)\\b`, 'g');
      text = text.replace(uses, (whole, member) => {
        if (!objects.get(name).has(member)) return whole;
        take('it', `${from}?${name}.${member}`, `${name}$${member}`);
        return `${name}$${member}`;
      });
      // The whole, as a value or a type; of a type nothing is left.
      if (new RegExp(`\\b${name}\\b(?!\\$)`).test(text))
        imports.add(`import * as ${name} from ${JSON.stringify(`${from}?${name}`)};`);
    } else if (functions.has(name)) {
      if (!text.startsWith(`export function ${name}(`)) take(name, `${from}?${name}`);
    } else take(name, from);
  }
  return [...imports, text].join(' ');
}
