// Modules whose functions are in a file of the program that is read later: what imports them gets functions that read it when
// they are called. By then it has been read, but for what fails early.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const namespace = 'put-off';
const marker = '__now';

/** What a module exports, without waiting: to be written where it is wanted, see `atOnce`. */
export function now(module) {
  return `${marker}(import(${JSON.stringify(module)}))`;
}

/** The text of a piece of the program with `require` for what `now` wrote. */
export function atOnce(text) {
  return text.replace(new RegExp(`${marker}\\(import\\(([^()]*)\\)\\)`, 'g'), 'require($1)');
}

/** @param edges full paths: which modules are put off for which importers */
export const putOff = (edges) => ({
  name: 'put-off',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\./ }, ({ path, importer, namespace: from }) => {
      const module = join(dirname(importer), path).replace(/\.js$/, '.ts');
      return from === 'file' && edges.get(importer)?.includes(module) === true
        ? { path: module, namespace }
        : undefined;
    });
    onLoad({ filter: /./, namespace }, ({ path }) => ({ contents: functionsOf(path), resolveDir: dirname(path) }));
  },
});

/** Functions and classes alone: what else the importer wants is missed by esbuild. */
function functionsOf(path) {
  const names = readFileSync(path, 'utf8').matchAll(/^export (?:async )?(?:function\*?|class) (\w+)/gm);
  return [...names]
    .map(
      ([, name]) => `export function ${name}(...args) {
        const { ${name}: it } = ${now(path)};
        return new.target ? Reflect.construct(it, args) : it(...args);
      }`,
    )
    .join('\n');
}
