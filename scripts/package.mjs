// Makes the VSIX from dist/ and what .vscodeignore lets in. Needs no network: the bundles hold their dependencies.
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { root } from './environment/paths.mjs';
import { prepare, visibly } from './prepare.mjs';

await prepare();
const { name, version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
const file = `${name}-${version}.vsix`;
await visibly(process.execPath, [
  vsce,
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  '--no-rewrite-relative-links',
  '--out',
  file,
]);
process.stdout.write(`${file}\n`);
