// Debian's packages: installed if root may, or taken apart into the cache where installing would start a service.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cache } from './paths.mjs';
import { exists, product, withLock } from './install.mjs';
import { run, which } from './process.mjs';

const quiet = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
const waiting = ['-o', 'DPkg::Lock::Timeout=600', '-o', 'APT::Sandbox::User=root'];
let updated;

/** Reads the package lists once a process. A list that cannot be had matters only if a package is then missing. */
function update() {
  updated ??= withLock('apt', () => run('apt-get', [...waiting, 'update'], { env: quiet }).catch(() => ''));
  return updated;
}

async function installed(name) {
  const status = await run('dpkg-query', ['-W', '-f', '${Status}', name], { env: quiet }).catch(() => '');
  return status.endsWith(' installed');
}

/** Makes sure that packages are installed; says what to type where that needs another user. */
export async function packages(say, ...names) {
  if ((await which('apt-get')) === undefined) throw new Error(`This is no Debian. Needed: ${names.join(', ')}.`);
  const states = await Promise.all(names.map(installed));
  const missing = names.filter((_, index) => !states[index]);
  if (missing.length === 0) return;
  if (process.getuid() !== 0) throw new Error(`Please run: sudo apt-get install ${missing.join(' ')}`);
  await update();
  say(`installing Debian's ${missing.join(', ')} …`);
  const args = [...waiting, 'install', '-y', '--no-install-recommends', ...missing];
  await withLock('apt', () => run('apt-get', args, { env: quiet }));
}

/** Like `packages`, but a program that is on PATH already will do. Gives its path. */
export async function program(say, name, packageName = name) {
  const found = await which(name);
  if (found !== undefined) return found;
  await packages(say, packageName);
  return which(name);
}

/** Takes a package apart into the cache, without installing it or starting its service, and gives the folder. */
export function extracted(say, name, architecture) {
  const folder = ['debian', architecture === undefined ? name : `${name}-${architecture}`].join('/');
  return product(folder, say, async (draft) => {
    const options = architecture === undefined ? [] : await foreign(architecture);
    if (architecture === undefined) await update();
    await run('apt-get', [...waiting, ...options, 'download', name], { cwd: draft, env: quiet });
    const [file] = (await readdir(draft)).filter((entry) => entry.endsWith('.deb'));
    await run('dpkg-deb', ['-x', file, '.'], { cwd: draft });
    await rm(join(draft, file));
  });
}

/** Options that let apt look at another architecture's packages in lists of our own, so that dpkg keeps its settings. */
function foreign(architecture) {
  const state = join(cache, `apt-${architecture}`);
  const options = [
    ['APT::Architecture', architecture],
    ['APT::Architectures', architecture],
    ['Dir::State', state],
    ['Dir::State::status', join(state, 'status')],
    ['Dir::Cache', state],
  ].flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  return withLock(`apt-${architecture}`, async () => {
    await run('mkdir', ['-p', join(state, 'lists/partial'), join(state, 'archives/partial')]);
    await run('touch', [join(state, 'status')]);
    if (!(await exists(join(state, 'pkgcache.bin')))) {
      await run('apt-get', [...waiting, ...options, 'update'], { env: quiet }).catch(() => '');
    }
    return options;
  });
}

/** The address that this machine's apt takes Debian itself from. */
export async function mirror() {
  const lines = await run('apt-get', ['indextargets', '--format', '$(CODENAME) $(COMPONENT) $(SITE) $(REPO_URI)'], {
    env: quiet,
  });
  const line = lines.split('\n').find((text) => /^bookworm main /.test(text));
  if (line === undefined) throw new Error('apt on this machine has no source for Debian 12 (bookworm).');
  return line.split(' ')[3];
}
