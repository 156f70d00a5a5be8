// What a fresh clone lacks: its dependencies and dist/. Only what is missing or stale is made. Uses Node's own modules only.
import { spawn } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './environment/paths.mjs';

const oldestNode = [20, 19];

/** Dependencies, then bundles. */
export async function prepare() {
  await installDependencies();
  await buildBundles();
}

/** `npm ci`, unless node_modules holds what the lock file says. */
export async function installDependencies() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    throw new Error(`Node ${oldestNode.join('.')} or newer is needed; this is ${process.versions.node}.`);
  }
  if (await isInstalled()) return;
  process.stderr.write('Installing the dependencies (npm ci); this takes a minute …\n');
  await visibly('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error']);
}

/** Times would tell less: a checkout touches the lock file, and others may be at work in node_modules. */
async function isInstalled() {
  const read = async (name) => JSON.parse(await readFile(join(root, name), 'utf8')).packages;
  const [wanted, there] = await Promise.all([
    read('package-lock.json'),
    read('node_modules/.package-lock.json').catch(() => ({})),
  ]);
  return Object.entries(wanted).every(
    ([place, { version, optional }]) =>
      place === '' || (there[place]?.version ?? (optional ? version : undefined)) === version,
  );
}

/** `npm run build`, unless dist/ is newer than every source. */
export async function buildBundles() {
  const bundles = await files(join(root, 'dist'), /\.js$/);
  const sources = ['debug-adapter', 'extension', 'scripts/build.mjs', 'package-lock.json'];
  const newest = Math.max(...(await Promise.all(sources.map((name) => newestOf(join(root, name))))));
  const oldest = Math.min(...(await Promise.all(bundles.map(time))));
  if (bundles.length > 0 && oldest > newest) return;
  await visibly(process.execPath, ['scripts/build.mjs']);
}

/** Runs a command whose words go to the terminal, on standard error: standard output may be somebody's protocol. */
export function visibly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${[command, ...args].join(' ')} ended with ${code}.`)),
    );
  });
}

/** The files below a folder whose name fits; none if there is no folder. */
export async function files(folder, pattern) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function newestOf(path) {
  const info = await stat(path);
  if (!info.isDirectory()) return info.mtimeMs;
  return Math.max(0, ...(await Promise.all((await files(path, /\.(ts|json)$/)).map(time))));
}

async function time(path) {
  return stat(path).then(
    (info) => info.mtimeMs,
    () => -1,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await prepare();
