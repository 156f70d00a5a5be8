// Completes package-lock.json. A package may exist for platforms that this machine's registry does not carry; npm then leaves
// them out of the lock file, and `npm ci` refuses such a lock everywhere. Their versions are exact and their platforms are in
// their names, so they can be written down unseen: only the platforms they are for will ever ask for them.
// Run after any `npm install` that changed the lock file; `--check` only tells.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './environment/paths.mjs';

const file = join(root, 'package-lock.json');
const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = { arm64: 'arm64', x64: 'x64', ia32: 'ia32', ppc64: 'ppc64', riscv64: 'riscv64', s390x: 's390x' };
const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

function platformOf(name) {
  const words = name.split(/[/-]/);
  const os = systems.find((system) => words.includes(system));
  const cpu = processors[words.find((word) => word in processors)] ?? (/\barm(v\d)?\b/.test(name) ? 'arm' : undefined);
  const libc = /musl/.test(name) ? 'musl' : /gnu/.test(name) ? 'glibc' : undefined;
  return os === undefined || cpu === undefined
    ? undefined
    : { os: [os], cpu: [cpu], ...(libc === undefined ? {} : { libc: [libc] }) };
}

/** The optional dependencies that no folder of the lock holds, seen from who wants them. */
function missingFrom(packages) {
  const missing = new Map();
  for (const [place, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (!isReachable(packages, place, name)) missing.set(name, { version, dev });
    }
  }
  return missing;
}

function isReachable(packages, place, name) {
  for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}

const lock = JSON.parse(await readFile(file, 'utf8'));
const missing = missingFrom(lock.packages);
for (const [name, { version, dev }] of missing) {
  const platform = platformOf(name);
  if (platform === undefined || !exact.test(version)) throw new Error(`Cannot write ${name}@${version} down unseen.`);
  lock.packages[`node_modules/${name}`] = { version, ...(dev ? { dev } : {}), optional: true, ...platform };
}
if (process.argv.includes('--check')) {
  if (missing.size > 0)
    throw new Error(`package-lock.json lacks ${[...missing.keys()].join(', ')}: node scripts/lock.mjs`);
} else if (missing.size > 0) {
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  await writeFile(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
  process.stdout.write(`added ${missing.size} to package-lock.json\n`);
}
