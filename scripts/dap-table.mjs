// Writes docs/dap.md from docs/dap.json and the protocol's own types. `--check` only compares and fails on a difference.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'docs/dap.md');

/** Names of all requests, events and capabilities of the protocol, as its types list them. */
export function protocolNames() {
  const folder = dirname(createRequire(import.meta.url).resolve('@vscode/debugprotocol/package.json'));
  const types = readFileSync(join(folder, 'lib/debugProtocol.d.ts'), 'utf8');
  const all = (pattern) => [...types.matchAll(pattern)].map(([, name]) => name);
  const capabilities = /interface Capabilities \{([^]*?)\n\t\}/.exec(types)?.[1] ?? '';
  return {
    requests: all(/command: '(\w+)'/g),
    events: all(/event: '(\w+)'/g),
    capabilities: [...capabilities.matchAll(/^\t\t(\w+)\?:/gm)].map(([, name]) => name),
  };
}

/** What docs/dap.json says of each. */
export function coverage() {
  return JSON.parse(readFileSync(join(root, 'docs/dap.json'), 'utf8'));
}

/** The document; throws when a name of the protocol is missing, unknown, or named with a test that does not exist. */
export function render() {
  const [names, said] = [protocolNames(), coverage()];
  const sections = Object.entries(names).map(([kind, list]) => {
    const known = said[kind];
    const strange = Object.keys(known).filter((name) => !list.includes(name));
    const missing = list.filter((name) => known[name] === undefined);
    if (strange.length + missing.length > 0)
      throw new Error(
        `docs/dap.json, ${kind}: missing ${missing.join(', ')}; not in the protocol ${strange.join(', ')}`,
      );
    const rows = list.map((name) => row(name, known[name]));
    const title = kind[0].toUpperCase() + kind.slice(1);
    const count = list.filter((name) => known[name].test !== undefined).length;
    return `## ${title}\n\n${count} of ${list.length}.\n\n| name | | proof, or reason |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  const head =
    '# The Debug Adapter Protocol, word by word\n\nWritten by `npm run docs` from [dap.json](dap.json); `npm run check` compares. What is announced is what works: each\ncapability has a scenario on a real engine.\n';
  return [head, ...sections].join('\n');
}

function row(name, { test, why }) {
  if (test === undefined) return `| \`${name}\` | no | ${why} |`;
  if (!existsSync(join(root, test))) throw new Error(`docs/dap.json: ${name} names ${test}, which does not exist.`);
  return `| \`${name}\` | yes | [${test.split('/').at(-1)}](../${test}) |`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = render();
  if (!process.argv.includes('--check')) writeFileSync(target, text);
  else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
    process.stderr.write('docs/dap.md is not what docs/dap.json gives. Run npm run docs.\n');
    process.exitCode = 1;
  }
}
