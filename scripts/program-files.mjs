// The debugger's program in a few files, so that a start reads only what it needs. esbuild splits ES modules alone, into many
// pieces; those that are needed at the same time are bundled again, as a function that takes `require`.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { build } from 'esbuild';
import { atOnce } from './put-off.mjs';

/**
 * For a build with `format: 'esm'`, `splitting`, `sourcemap: 'inline'`, `metafile` and `write: false`.
 *
 * @param files by name: the modules that each begins with, and the file after which it is read
 */
export const inFiles = (files) => ({
  name: 'in-files',
  setup({ onEnd }) {
    onEnd(async ({ outputFiles, metafile, errors }) => {
      if (errors.length > 0) return;
      const folder = dirname(outputFiles[0].path);
      const homes = homesOf(metafile, files);
      const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true });
      await Promise.all([...new Set(homes.values())].map((name) => writeFileOf(folder, name, { homes, texts })));
    });
  },
});

/** The file of each piece: the last that is read before, or with, all that need it. */
function homesOf({ outputs }, files) {
  const entries = new Map(Object.entries(outputs).map(([path, { entryPoint }]) => [entryPoint, path]));
  const homes = new Map();
  for (const [name, { begins }] of Object.entries(files))
    for (const beginning of begins) {
      // A folder of packages may be a link to another place.
      const path = [...entries].find(([entry]) => entry?.endsWith(beginning))?.[1];
      if (path === undefined) throw new Error(`${beginning} is imported by nothing; see scripts/build.mjs.`);
      for (const needed of closure(outputs, path)) {
        const piece = basename(needed);
        homes.set(piece, homes.has(piece) ? lastBefore(files, name, homes.get(piece)) : name);
      }
    }
  const lost = [...entries].filter(([entry, path]) => entry !== undefined && !homes.has(basename(path)));
  if (lost.length > 0)
    throw new Error(`${lost.map(([entry]) => entry).join(', ')} is in no file; see scripts/build.mjs.`);
  return homes;
}

/** What a piece imports, directly or not, and itself. */
function closure(outputs, path, found = new Set()) {
  found.add(path);
  for (const { path: needed, kind, external } of outputs[path].imports)
    if (kind === 'import-statement' && external !== true && !found.has(needed)) closure(outputs, needed, found);
  return found;
}

function lastBefore(files, one, other) {
  const before = (name) => (name === undefined ? [] : [name, ...before(files[name].after)]);
  const found = before(one).find((name) => before(other).includes(name));
  if (found === undefined) throw new Error(`Nothing is read before both ${one} and ${other}; see scripts/build.mjs.`);
  return found;
}

/** A file exports its pieces by their names; one of another file is required as `./file/piece.js`. */
async function writeFileOf(folder, name, { homes, texts }) {
  const own = [...homes].filter(([, home]) => home === name).map(([piece]) => piece);
  const { outputFiles } = await build({
    stdin: { contents: own.map((piece) => `export * as "${piece}" from "./${piece}";`).join('\n'), resolveDir: folder },
    outfile: `${folder}/${name}.js`,
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // Loaded by the same `require`, also when that is put off.
    supported: { 'dynamic-import': false },
    minify: true,
    sourcemap: 'linked',
    banner: { js: '(function (exports, require, module, __dirname) {' },
    footer: { js: '})' },
    logLevel: 'warning',
    logOverride: { 'direct-eval': 'silent' },
    plugins: [
      {
        name: 'pieces',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^[^.]/ }, ({ path }) => ({ path, external: true }));
          onResolve({ filter: /^\.\// }, ({ path }) => {
            const piece = basename(path);
            const home = homes.get(piece);
            return home === name ? { path: piece, namespace: 'piece' } : { path: `./${home}/${piece}`, external: true };
          });
          onLoad({ filter: /./, namespace: 'piece' }, ({ path }) => ({
            contents: atOnce(texts.get(path)),
            resolveDir: folder,
          }));
        },
      },
    ],
  });
  for (const { path, contents } of outputFiles) await writeFile(path, contents);
}
