// `npm run bench`: runs the benches (or those that are named) one after another on engines of their own, buildx beside them.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { down, up } from './environment/index.mjs';
import { root } from './environment/paths.mjs';
import { files, prepare, visibly } from './prepare.mjs';

const say = (text) => process.stderr.write(`${text}\n`);
const wanted = process.argv.slice(2);
const borrowed = process.env.DFD_ENVIRONMENT !== undefined;
const folder = process.env.DFD_ENVIRONMENT ?? (await mkdtemp(join(tmpdir(), 'dfd-bench-')));
try {
  await prepare();
  const { variables, missing } = await up(folder, ['buildkitd', 'docker29', 'buildctl', 'buildx'], say);
  for (const [name, reason] of Object.entries(missing)) say(`missing: ${name}: ${reason}`);
  const benches = (await files(join(root, 'bench'), /\.bench\.ts$/)).filter(
    (file) => wanted.length === 0 || wanted.some((word) => basename(file).startsWith(word)),
  );
  if (benches.length === 0) throw new Error('No bench of that name in bench/ (*.bench.ts).');
  for (const file of benches) {
    await visibly(process.execPath, ['--import', 'tsx', file], {
      env: { ...process.env, ...variables },
      stdio: ['ignore', 1, 2],
    });
  }
} finally {
  if (!borrowed) await down(folder);
}
