// The images of the loopback registry. No other registry is asked: they are made from Debian's packages and our own builds,
// once, and kept as the registry's storage.
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extracted, mirror, packages, program } from './debian.mjs';
import { compile, tool } from './go-tools.mjs';
import { product } from './install.mjs';
import { root, versions } from './paths.mjs';
import { run, stop } from './process.mjs';
import { startBuildkit } from './buildkit.mjs';
import { startRegistry } from './registry.mjs';

const recipes = join(root, 'scripts/environment/images');
const own = process.arch === 'x64' ? 'amd64' : process.arch;
const architectures = ['amd64', 'arm64', '386'];

/** Every image: its recipe, its names, and how its context is laid. */
const images = [
  {
    recipe: 'plain',
    platforms: architectures,
    names: tags('library/busybox', 'latest 1 1.36 stable musl'),
    lay: layBusybox,
  },
  { recipe: 'plain', platforms: architectures, names: tags('library/alpine', 'latest 3 3.20 3.22'), lay: layAlpine },
  {
    recipe: 'debian',
    platforms: ['amd64'],
    names: tags('library/debian', 'latest 12 bookworm bookworm-slim stable-slim'),
    lay: layDebian,
  },
  { recipe: 'static', platforms: architectures, names: tags('library/distroless', 'latest'), lay: layStatic },
  {
    recipe: 'frontend',
    platforms: ['amd64'],
    names: tags('docker/dockerfile', 'latest 1 1.7 1-labs'),
    lay: layFrontend,
  },
  { recipe: 'builder', platforms: ['amd64'], names: tags('moby/buildkit', 'latest buildx-stable-1'), lay: layBuilder },
];

function tags(name, list) {
  return list.split(' ').map((tag) => `${name}:${tag}`);
}

/** The registry's storage with all images in it, or only with what the sample build needs. */
export async function imageStore(say, { small = false } = {}) {
  const hash = createHash('sha256').update(JSON.stringify(versions.buildkit));
  for (const file of [...(await readdir(recipes)).sort(), '../images.mjs'])
    hash.update(await readFile(join(recipes, file)));
  const name = `images-${small ? 'small-' : ''}${hash.digest('hex').slice(0, 12)}`;
  return product(name, say, (draft) => makeImages(say, draft, small ? [{ ...images[0], platforms: [own] }] : images));
}

async function makeImages(say, draft, chosen) {
  const folder = await mkdtemp(join(tmpdir(), 'dfd-images-'));
  const started = [];
  try {
    const registry = await startRegistry(say, folder, draft);
    started.push(registry);
    const engine = await startBuildkit(say, {
      folder,
      name: 'engine',
      version: 'buildkit',
      registry: registry.address,
    });
    started.push(engine);
    for (const image of chosen) await makeImage(say, image, join(folder, 'context'), engine, registry);
  } finally {
    for (const record of started.reverse()) await stop(record);
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeImage(say, { recipe, platforms, names, lay }, context, engine, registry) {
  await rm(context, { recursive: true, force: true });
  await mkdir(context, { recursive: true });
  await lay(say, context, platforms);
  const list = names.map((name) => `${registry.address}/${name}`).join(',');
  const tools = await tool(say, 'buildkit', buildkitFlags);
  await run(join(tools, 'buildctl'), [
    ...['--addr', engine.address, 'build', '--frontend', 'dockerfile.v0'],
    ...['--local', `context=${context}`, '--local', `dockerfile=${recipes}`, '--opt', `filename=${recipe}.Dockerfile`],
    ...['--opt', `platform=${platforms.map((platform) => `linux/${platform}`).join(',')}`],
    ...['--output', `type=image,"name=${list}",push=true,registry.insecure=true`],
  ]);
  say(`made ${names[0]}`);
}

const buildkitFlags = { ldflags: `-X github.com/moby/buildkit/version.Version=v${versions.buildkit}` };

async function layRoot(folder) {
  for (const name of ['bin', 'etc', 'root', 'proc', 'sys', 'dev', 'usr/bin', 'usr/local/bin', 'home', 'var/tmp']) {
    await mkdir(join(folder, name), { recursive: true });
  }
  await mkdir(join(folder, 'tmp'), { mode: 0o777 });
  await run('chmod', ['1777', join(folder, 'tmp')]);
  await writeFile(
    join(folder, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  );
  await writeFile(join(folder, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
}

/** Debian's busybox with all its applets as links. The list is this machine's; the other platforms have the same build. */
async function layBusybox(say, context, platforms) {
  const busybox = join(await extracted(say, 'busybox-static', own), 'bin/busybox');
  const applets = (await run(busybox, ['--list'])).split('\n').filter((name) => name !== '' && name !== 'busybox');
  for (const architecture of platforms) {
    const folder = join(context, `rootfs-${architecture}`);
    await layRoot(folder);
    await cp(
      join(await extracted(say, 'busybox-static', debianName(architecture)), 'bin/busybox'),
      join(folder, 'bin/busybox'),
    );
    for (const applet of applets) await symlink('busybox', join(folder, 'bin', applet));
  }
}

/** What Debian calls an architecture of Go's. */
function debianName(architecture) {
  return architecture === '386' ? 'i386' : architecture;
}

async function layAlpine(say, context, platforms) {
  await layBusybox(say, context, platforms);
  for (const architecture of platforms) {
    const etc = join(context, `rootfs-${architecture}`, 'etc');
    await writeFile(join(etc, 'alpine-release'), '3.22.0\n');
    await writeFile(
      join(etc, 'os-release'),
      'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.0\nPRETTY_NAME="Alpine-like test image"\n',
    );
  }
}

async function layDebian(say, context) {
  const folder = await product('debian-bookworm-minbase', say, async (draft) => {
    const debootstrap = await program(say, 'debootstrap');
    await run(debootstrap, ['--variant=minbase', 'bookworm', join(draft, 'rootfs'), await mirror()]);
    await run(
      'sh',
      [
        '-c',
        'rm -rf rootfs/var/cache/apt/archives/*.deb rootfs/var/lib/apt/lists/*; tar -cf rootfs.tar -C rootfs .; rm -rf rootfs',
      ],
      { cwd: draft },
    );
  });
  await cp(join(folder, 'rootfs.tar'), join(context, 'rootfs.tar'));
}

async function layStatic(say, context, platforms) {
  for (const architecture of platforms) {
    const folder = join(context, `rootfs-${architecture}`);
    for (const name of ['etc/ssl/certs', 'home/nonroot', 'tmp', 'usr/local/bin'])
      await mkdir(join(folder, name), { recursive: true });
    await writeFile(
      join(folder, 'etc/passwd'),
      'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
    );
    await compile(say, join(recipes, 'static.go'), join(folder, 'usr/local/bin/hello'), architecture);
  }
}

async function layFrontend(say, context) {
  await cp(
    join(await tool(say, 'buildkit', buildkitFlags), 'dockerfile-frontend'),
    join(context, 'dockerfile-frontend'),
  );
}

async function layBuilder(say, context) {
  await packages(say, 'runc');
  const runc = await program(say, 'runc');
  const tools = await tool(say, 'buildkit', buildkitFlags);
  for (const name of ['buildkitd', 'buildctl']) await cp(join(tools, name), join(context, name));
  await cp(runc, join(context, 'runc'));
  const libraries = [...(await run('ldd', [runc])).matchAll(/=> (\S*libseccomp\S*)/g)].map((match) => match[1]);
  await mkdir(join(context, 'lib'));
  for (const file of libraries) await cp(file, join(context, 'lib', file.split('/').at(-1)), { dereference: true });
}
