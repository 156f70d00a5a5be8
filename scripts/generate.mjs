// Generates debug-adapter/buildkit/gen/ from protos/. `--check` only compares and fails on a difference.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'debug-adapter/buildkit/gen');

async function tree(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(
    files.map(async (file) => [file.slice(folder.length), await readFile(file, 'utf8')]),
  );
  return new Map(contents.sort());
}

const out = await mkdtemp(join(tmpdir(), 'gen-'));
try {
  const template = await readFile(join(root, 'buf.gen.yaml'), 'utf8');
  await promisify(execFile)('npx', ['buf', 'generate', '--template', template.replace(/out: .*/, `out: ${out}`)], {
    cwd: root,
  });
  if (process.argv.includes('--check')) {
    const [fresh, committed] = [await tree(out), await tree(target)];
    const names = new Set([...fresh.keys(), ...committed.keys()]);
    const stale = [...names].filter((name) => fresh.get(name) !== committed.get(name));
    if (stale.length > 0) {
      process.stderr.write(`Generated code is not what protos/ gives: ${stale.join(', ')}. Run npm run generate.\n`);
      process.exitCode = 1;
    }
  } else {
    await rm(target, { recursive: true, force: true });
    await cp(out, target, { recursive: true });
  }
} finally {
  await rm(out, { recursive: true, force: true });
}
