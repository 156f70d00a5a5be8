// Makes dist/: one CommonJS bundle for each process that runs. `--watch` builds again on change.
import { chmod } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** grpc-js loads proto-loader only for channelz and load reports, which nothing here uses; a stub saves 300 KB. */
const stub = fileURLToPath(new URL('./proto-loader-stub.cjs', import.meta.url));

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  minifyIdentifiers: true,
  keepNames: true,
  sourcemap: true,
  legalComments: 'none',
  alias: { '@grpc/proto-loader': stub },
  // dockerfile-ast and its kin ship a UMD main whose inner require() a bundler cannot follow; their ESM build can be.
  mainFields: ['module', 'main'],
  logLevel: 'warning',
};

/** The language client stays a bundle of its own, read some time after activation. */
const apart = {
  name: 'language-client',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/client\.js$/ }, () => ({ path: './language-client.js', external: true }));
  },
};

/** Node's own modules that take long to load and that a start does not need: their functions load them when called. */
const late = {
  'node:child_process': ['spawn'],
  'node:http': ['request'],
  'node:readline': ['clearScreenDown', 'createInterface', 'cursorTo'],
  'node:tls': ['connect'],
  'node:tty': ['isatty', 'ReadStream'],
  'node:zlib': ['createGunzip'],
};
const lazily = {
  name: 'lazily',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(?:${Object.keys(late).join('|')})$`);
    onResolve({ filter }, ({ path, namespace, kind }) =>
      kind === 'require-call' || namespace === 'late' ? undefined : { path, namespace: 'late' },
    );
    onLoad({ filter, namespace: 'late' }, ({ path }) => ({
      contents: late[path]
        .map(
          (name) => `export function ${name}(...args) {
            const { ${name}: it } = require('${path}');
            return new.target ? Reflect.construct(it, args) : it(...args);
          }`,
        )
        .join('\n'),
    }));
  },
};

const bundles = [
  // Putting names back costs a call for each function, and nothing here asks for them.
  { entryPoints: { program: 'debug-adapter/program.ts' }, plugins: [lazily], keepNames: false },
  // Start program.js with the compiled code of an earlier start.
  { entryPoints: { 'debug-adapter': 'debug-adapter/start-adapter.ts' } },
  { entryPoints: { cli: 'debug-adapter/start-terminal.ts' }, banner: { js: '#!/usr/bin/env node' } },
  { entryPoints: { 'shell-client': 'debug-adapter/shell-client.ts' } },
  { entryPoints: { 'language-server': 'extension/language-server/server.ts' } },
  { entryPoints: { 'language-client': 'extension/language/client.ts' }, external: ['vscode'] },
  { entryPoints: { extension: 'extension/extension.ts' }, external: ['vscode'], plugins: [apart] },
].map((bundle) => ({ ...common, outdir: 'dist', ...bundle }));

if (process.argv.includes('--watch')) {
  await Promise.all(bundles.map(async (options) => (await context(options)).watch()));
} else {
  await Promise.all(bundles.map((options) => build(options)));
  await chmod(`${root}/dist/cli.js`, 0o755);
}
