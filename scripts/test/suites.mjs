// The suites of `npm test`: folders below test/, each a run of its own, with what it needs and how long it may take.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../environment/paths.mjs';
import { files } from '../prepare.mjs';

const engines = [
  'buildkitd',
  'buildkitd-tcp',
  'buildkitd-tls',
  'buildkitd-0.26',
  'buildkitd-old',
  'buildkitd-container',
  'docker20',
  'docker29',
  'buildctl',
];

/** In the order of their cost. `timeout` is one test's, in seconds; `minutes` the whole run's. */
const all = [
  { name: 'unit', needs: [], timeout: 5, minutes: 3 },
  { name: 'grammar', needs: [], timeout: 20, minutes: 3 },
  { name: 'shells', needs: [], timeout: 60, minutes: 5 },
  { name: 'protocol', needs: ['buildkitd', 'buildctl', 'tmux'], timeout: 60, minutes: 10 },
  { name: 'adapter/fake', needs: ['tmux'], timeout: 30, minutes: 10 },
  // buildx reads Bake files, and writes records.
  { name: 'adapter/real', needs: [...engines, 'buildx', 'tmux'], timeout: 120, minutes: 20 },
  { name: 'terminal', needs: ['buildkitd', 'buildctl', 'tmux'], timeout: 120, minutes: 10 },
  { name: 'mcp', needs: ['buildkitd', 'buildctl'], timeout: 60, minutes: 5 },
  { name: 'editor', needs: ['buildkitd', 'vscode'], minutes: 20 },
];

/** The suites that have tests, or those of them that are asked for. A name may be the beginning of several. */
export async function chosenSuites(wanted) {
  const chosen = all.filter(
    ({ name }) => wanted.length === 0 || wanted.some((word) => `${name}/`.startsWith(`${word}/`)),
  );
  const unknown = wanted.filter((word) => !all.some(({ name }) => `${name}/`.startsWith(`${word}/`)));
  if (unknown.length > 0)
    throw new Error(`No suite ${unknown.join(', ')}. There are: ${all.map(({ name }) => name).join(', ')}.`);
  const there = await Promise.all(chosen.map(hasTests));
  return chosen.filter((_, index) => there[index]);
}

async function hasTests({ name }) {
  return (await files(join(root, 'test', name), /\.test\.ts$/)).length > 0;
}

/** The command line of a suite. */
export function commandOf({ name, timeout }, extra) {
  const own = join(root, 'test', name, 'run.mjs');
  if (existsSync(own)) return [own, ...extra];
  return [
    ...['--import', 'tsx', join(root, 'node_modules/mocha/bin/mocha.js'), '--no-config', '--no-package'],
    ...[
      '--timeout',
      String(timeout * 1000),
      '--forbid-only',
      '--fail-zero',
      // A test that fails may leave a connection open; the suites after it run all the same.
      '--exit',
      ...[process.stdout.isTTY ? '--color' : '--no-color'],
    ],
    ...['--reporter', join(root, 'scripts/test/reporter.cjs'), ...extra, `test/${name}/**/*.test.ts`],
  ];
}
