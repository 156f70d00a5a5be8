// Makes dist/: one CommonJS bundle for each process that runs. `--watch` builds again on change.
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';
import { putOff } from './put-off.mjs';
import { answers, messagesApart } from './messages-apart.mjs';
import { inFiles } from './program-files.mjs';
import { noticesOf } from './notices.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Our engine client has a channel of its own (rpc/channel.ts), so most of grpc-js is out of reach; loading it takes time. */
const grpcClient = fileURLToPath(new URL('./grpc-client.mjs', import.meta.url));
const grpcStreams = fileURLToPath(new URL('./grpc-streams.mjs', import.meta.url));

/** Modules of grpc-js that its client imports but ours never calls, with the exports that throw in their place. */
const unreached = {
  // Made for clients without `channelOverride`; brings resolvers, load balancers, subchannels, proxies and channelz.
  'channel.js': ['ChannelImplementation'],
};
const clientOnly = {
  name: 'client-only',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@grpc\/grpc-js$/ }, ({ importer }) => ({
      path: basename(importer) === 'converse.ts' ? grpcStreams : grpcClient,
    }));
    const names = Object.keys(unreached).join('|').replaceAll('.', '\\.');
    const filter = new RegExp(`[\\\\/]grpc-js[\\\\/]build[\\\\/]src[\\\\/](?:${names})$`);
    const broken = (name) => `exports.${name} = function ${name}() {
      throw new Error('${name} of grpc-js is not part of this bundle; see scripts/build.mjs.');
    };`;
    onLoad({ filter }, ({ path }) => ({ contents: unreached[basename(path)].map(broken).join('\n') }));
  },
};

/** The validator of the SDK for coding agents: for forms that a server asks its user to fill in, which ours never does. */
const agentsOnly = {
  name: 'agents-only',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]sdk[\\/]dist[\\/]esm[\\/]validation[\\/]ajv-provider\.js$/ }, () => ({
      contents: `export class AjvJsonSchemaValidator {
        getValidator() {
          throw new Error('The validator of forms is not part of this bundle; see scripts/build.mjs.');
        }
      }`,
    }));
  },
};

/** The parser of scripts, and its grammar: read beside the bundle when a user steps into a RUN. */
const grammar = ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-bash/tree-sitter-bash.wasm'].map((path) =>
  fileURLToPath(import.meta.resolve(path)),
);
/** As a bundle tells of what it holds. */
const grammarPackages = { inputs: Object.fromEntries(grammar.map((path) => [relative(root, path), {}])) };
const parser = {
  name: 'parser',
  setup({ onResolve, onLoad }) {
    // Its module for `import` asks for its own address, which a piece of a bundle has not.
    onResolve({ filter: /^web-tree-sitter$/ }, ({ kind }) =>
      kind === 'require-call' ? undefined : { path: 'web-tree-sitter', namespace: 'parser' },
    );
    onLoad({ filter: /.*/, namespace: 'parser' }, () => ({
      contents: `const { Parser, Language } = require('web-tree-sitter'); export { Parser, Language };`,
      resolveDir: root,
    }));
  },
};

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
  // dockerfile-ast and its kin ship a UMD main whose inner require() a bundler cannot follow; their ESM build can be.
  mainFields: ['module', 'main'],
  logLevel: 'warning',
  // The parser of scripts has one, for grammars that bring JavaScript.
  logOverride: { 'direct-eval': 'silent' },
};

/** The language client stays a bundle of its own, read some time after activation. */
const apart = {
  name: 'language-client',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/client\.js$/ }, () => ({ path: './language-client.js', external: true }));
  },
};

/** What reads Compose files, in the extension only when one is debugged. */
const listing = {
  name: 'definitions',
  setup({ onResolve }) {
    onResolve({ filter: /\/list-builds\.js$/ }, () => ({ path: './definitions.js', external: true }));
  },
};

/** Node's own modules that take long to load and that a start does not need: their functions load them when called. */
const late = {
  'node:child_process': ['execFile', 'spawn'],
  'node:crypto': ['createHash', 'randomBytes', 'randomUUID', 'timingSafeEqual'],
  'node:fs/promises': [
    ...[
      'access',
      'appendFile',
      'chmod',
      'link',
      'lstat',
      'mkdir',
      'mkdtemp',
      'open',
      'opendir',
      'readdir',
      'readFile',
      'realpath',
      'rename',
    ],
    ...['rm', 'stat', 'symlink', 'utimes', 'writeFile'],
  ],
  'node:http': ['request'],
  'node:readline': ['clearScreenDown', 'createInterface', 'cursorTo'],
  'node:stream/promises': ['pipeline'],
  'node:timers/promises': ['setImmediate', 'setTimeout'],
  'node:tls': ['connect'],
  'node:tty': ['isatty', 'ReadStream'],
  'node:zlib': ['createGunzip', 'gunzip', 'inflateRaw'],
};
const lazily = {
  name: 'lazily',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(?:${Object.keys(late).join('|')})$`);
    // Packages take a module whole, with functions that are not listed here.
    onResolve({ filter }, ({ path, namespace, kind, importer }) =>
      kind === 'require-call' || namespace === 'late' || importer.includes('node_modules')
        ? undefined
        : { path, namespace: 'late' },
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

/** What a launch reaches by static imports and calls when its question is with the engine. */
const afterTheQuestion = {
  'buildkit/gateway.ts': ['buildkit/llb.ts', 'buildkit/container.ts'],
  'buildkit/rpc/calls.ts': ['buildkit/rpc/details.ts'],
  'debugger/debugger.ts': ['debugger/ask/plan.ts', 'debugger/sources/saved.ts'],
  'debugger/progress/timeline.ts': ['debugger/progress/guessed-vertices.ts'],
  'debugger/failure/refused.ts': ['debugger/failure/image-words.ts'],
  'debugger/breakpoints/lines.ts': ['debugger/program/match.ts'],
};
/** And what is needed once something runs in a container. */
const inContainers = { 'buildkit/gateway-calls.ts': ['buildkit/rpc/converse.ts'] };
const ofAdapter = (path) => fileURLToPath(new URL(`../debug-adapter/${path}`, import.meta.url));
const putOffEdges = new Map(
  Object.entries({ ...afterTheQuestion, ...inContainers }).map(([path, paths]) => [
    ofAdapter(path),
    paths.map(ofAdapter),
  ]),
);

/** Each is read when the first of it is imported. */
const programFiles = {
  adapter: { begins: ['debug-adapter/main.ts'] },
  launched: { after: 'adapter', begins: ['debug-adapter/dap/launched.ts', 'debug-adapter/debugger/debugger.ts'] },
  heard: { after: 'launched', begins: [`message:${answers}`, 'debug-adapter/buildkit/rpc/details.ts'] },
  answered: {
    after: 'heard',
    begins: ['debug-adapter/debugger/answered.ts', ...Object.values(afterTheQuestion).flat()],
  },
  stopped: { after: 'answered', begins: ['debug-adapter/debugger/stopped.ts', ...Object.values(inContainers).flat()] },
  inside: {
    after: 'stopped',
    begins: ['debug-adapter/debugger/inside/enter.ts', 'parser:web-tree-sitter'],
  },
  why: { after: 'stopped', begins: ['debug-adapter/debugger/why/reasons.ts'] },
  later: { after: 'answered', begins: ['debug-adapter/dap/requests/later.ts'] },
  services: { after: 'heard', begins: ['debug-adapter/buildkit/session/services.ts'] },
  refused: { after: 'answered', begins: ['debug-adapter/debugger/failure/refusal-words.ts'] },
  defined: {
    after: 'launched',
    begins: ['debug-adapter/dap/launch/defined.ts', 'debug-adapter/debugger/ask/linked.ts'],
  },
  terminal: { after: 'adapter', begins: ['debug-adapter/terminal.ts'] },
  // It shares some of the terminal's code, which it reads from there; nothing else reads the protocol of agents.
  'mcp-server': { after: 'terminal', begins: ['debug-adapter/mcp-server.ts'] },
  record: { after: 'heard', begins: ['debug-adapter/definitions/record/record.ts'] },
  tar: {
    after: 'adapter',
    begins: ['node_modules/modern-tar/dist/fs/index.js', 'node_modules/modern-tar/dist/web/index.js'],
  },
};

const bundles = [
  {
    entryPoints: {
      adapter: 'debug-adapter/main.ts',
      terminal: 'debug-adapter/terminal.ts',
      'mcp-server': 'debug-adapter/mcp-server.ts',
    },
    outdir: 'dist/program',
    format: 'esm',
    splitting: true,
    sourcemap: 'inline',
    write: false,
    metafile: true,
    // Putting names back costs a call for each function, and nothing here asks for them.
    keepNames: false,
    plugins: [
      agentsOnly,
      lazily,
      putOff(putOffEdges),
      messagesApart(['control', 'gateway'].map((name) => ofAdapter(`buildkit/gen/${name}.ts`))),
      inFiles(programFiles),
    ],
  },
  // Start the program with the compiled code of an earlier start.
  { entryPoints: { 'debug-adapter': 'debug-adapter/start-adapter.ts' } },
  { entryPoints: { cli: 'debug-adapter/start-terminal.ts' }, banner: { js: '#!/usr/bin/env node' } },
  { entryPoints: { 'shell-client': 'debug-adapter/shell-client.ts' } },
  { entryPoints: { 'language-server': 'extension/language-server/server.ts' } },
  { entryPoints: { 'language-client': 'extension/language/client.ts' }, external: ['vscode'] },
  { entryPoints: { extension: 'extension/extension.ts' }, external: ['vscode'], plugins: [apart, listing] },
  { entryPoints: { definitions: 'debug-adapter/definitions/list-builds.ts' } },
].map(({ plugins = [], ...bundle }) => ({
  ...common,
  outdir: 'dist',
  ...bundle,
  plugins: [clientOnly, parser, ...plugins],
}));

await mkdir(`${root}/dist`, { recursive: true });
await Promise.all(grammar.map((path) => copyFile(path, `${root}/dist/${basename(path)}`)));
if (process.argv.includes('--watch')) {
  await Promise.all(bundles.map(async (options) => (await context(options)).watch()));
} else {
  const built = await Promise.all(bundles.map((options) => build({ ...options, metafile: true })));
  const notices = await noticesOf(root, [...built.map(({ metafile }) => metafile), grammarPackages]);
  await writeFile(`${root}/dist/third-party-notices.txt`, notices);
  await chmod(`${root}/dist/cli.js`, 0o755);
}
