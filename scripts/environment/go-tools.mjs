// Go programs, each pinned by a module in scripts/tools/ and built once.
import { createHash } from 'node:crypto';
import { chmod, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packages } from './debian.mjs';
import { product, withLock } from './install.mjs';
import { root, versions } from './paths.mjs';
import { run, which } from './process.mjs';

/** Old enough to lack the switch of tool chains, and new enough to have modules, is what Debian 12 has: 1.19. */
const firstThatSwitches = 21;
let found;

/** The environment in which `go` is one that builds our tools. */
function goEnvironment(say) {
  found ??= findGo(say);
  return found;
}

async function findGo(say) {
  const go = await which('go');
  const minor = go === undefined ? 0 : Number(/go1\.(\d+)/.exec(await run(go, ['version'], { cwd: '/' }))?.[1] ?? 0);
  // The tool modules' go line then fetches the tool chain they need through the module proxy.
  if (minor >= firstThatSwitches) return { go, env: { GOTOOLCHAIN: 'auto' } };
  const folder = await product(`go-${versions.go}`, say, async (draft) => {
    if (go === undefined) await packages(say, 'golang-go');
    await bootstrap(draft);
  });
  return { go: join(folder, 'bin/go'), env: { GOROOT: folder, GOTOOLCHAIN: 'local' } };
}

/** Takes a newer tool chain, which is a module too, with an old one. Module files cannot be executed until told. */
async function bootstrap(draft) {
  const old = await which('go');
  const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch];
  const name = `golang.org/toolchain@v0.0.1-go${versions.go}.linux-${architecture}`;
  const text = await run(old, ['mod', 'download', '-json', name], { cwd: '/', env: { GO111MODULE: 'on' } });
  await run('cp', ['-rT', '--no-preserve=mode', JSON.parse(text).Dir, draft]);
  for (const folder of ['bin', `pkg/tool/linux_${architecture}`]) {
    for (const file of await readdir(join(draft, folder))) await chmod(join(draft, folder, file), 0o755);
  }
}

/** Builds the programs that a tool module names (its last path elements), and gives the folder that holds them. */
export async function tool(say, name, { ldflags = '' } = {}) {
  const module = join(root, 'scripts/tools', name);
  const text = await readFile(join(module, 'go.mod'), 'utf8');
  const paths = toolsOf(text);
  const hash = createHash('sha256').update(text).update(ldflags).digest('hex').slice(0, 8);
  return product(`tools/${name}-${versions[name]}-${hash}`, say, async (draft) => {
    const { go, env } = await goEnvironment(say);
    // One at a time: each build uses all processors already.
    await withLock('go', () =>
      run(go, ['build', '-trimpath', '-ldflags', `-s -w ${ldflags}`, '-o', `${draft}/`, ...paths], {
        cwd: module,
        env: { ...env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', PATH: `${dirname(go)}:${process.env.PATH}` },
      }),
    );
  });
}

/** Builds one file of Go for an architecture. */
export async function compile(say, source, target, architecture) {
  const { go, env } = await goEnvironment(say);
  const args = ['build', '-trimpath', '-ldflags', '-s -w', '-o', target, source];
  await withLock('go', () =>
    run(go, args, { cwd: '/', env: { ...env, CGO_ENABLED: '0', GOARCH: architecture, GO111MODULE: 'off' } }),
  );
}

function toolsOf(text) {
  const block = /^tool \(\n([\s\S]*?)\n\)/m.exec(text)?.[1] ?? /^tool (.*)$/m.exec(text)?.[1] ?? '';
  return block
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
