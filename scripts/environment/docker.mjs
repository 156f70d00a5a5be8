// Docker Engines of two ages, side by side: own socket, data, containerd name space and bridge; the host's firewall is left alone.
import { mkdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { extracted, packages, program } from './debian.mjs';
import { tool } from './go-tools.mjs';
import { ready, run, start, which } from './process.mjs';

/** Starts Debian 12's Docker Engine, 20.10: BuildKit of the 0.8 age, no error details. */
export async function startDocker20(say, options) {
  const folder = await extracted(say, 'docker.io');
  return startDocker(say, {
    ...options,
    name: 'docker20',
    binary: join(folder, 'usr/sbin/dockerd'),
    expected: '20.10.',
  });
}

/** Starts a Docker Engine 29. */
export async function startDocker29(say, options) {
  const folder = await tool(say, 'docker29', { ldflags: '-X github.com/moby/moby/v2/dockerversion.Version=29.7.0' });
  return startDocker(say, { ...options, name: 'docker29', binary: join(folder, 'dockerd'), expected: '29.' });
}

async function startDocker(say, { folder, name, binary, expected, registry }) {
  const programs = join(await extracted(say, 'containerd'), 'usr/bin');
  await program(say, 'runc');
  // Linked by Debian's build of 20.10, and on no minimal system.
  if (name === 'docker20') await needLibraries(say, binary);
  const home = join(folder, name);
  await mkdir(home, { recursive: true });
  const socket = join(folder, `${name}.sock`);
  const bridge = await makeBridge(say, name);
  const args = [
    ...['--host', `unix://${socket}`, '--pidfile', join(home, 'pid'), '--group', 'root'],
    ...['--data-root', join(home, 'data'), '--exec-root', join(home, 'exec')],
    ...['--containerd-namespace', bridge, '--containerd-plugins-namespace', `${bridge}-plugins`],
    ...[
      '--bridge',
      bridge,
      '--userland-proxy=false',
      '--iptables=false',
      '--ip6tables=false',
      '--ip-masq=false',
      '--ip-forward=false',
    ],
    ...['--registry-mirror', `http://${registry}`],
  ];
  const path = `${programs}:${process.env.PATH}:/usr/sbin:/sbin`;
  const record = await start(binary, args, { log: join(folder, `${name}.log`), env: { PATH: path } });
  const version = await ready(record, () => versionOf(socket), { what: name, seconds: 90 });
  if (!version.startsWith(expected)) throw new Error(`${binary} is Docker Engine ${version}, not ${expected}x.`);
  return { ...record, address: `unix://${socket}`, bridge };
}

async function needLibraries(say, binary) {
  const text = await run('ldd', [binary]);
  if (text.includes('not found')) await packages(say, 'libdevmapper1.02.1', 'libsystemd0');
}

/** Makes a bridge in a private range that no interface of this machine uses. Names may have 15 characters. */
async function makeBridge(say, name) {
  const ip = await program(say, 'ip', 'iproute2');
  const taken = await run(ip, ['-4', '-o', 'addr']);
  for (let number = 0; number < 200; number++) {
    const bridge = `dfd-${name.slice(-2)}-${number}`;
    const range = `172.30.${number}.1/24`;
    if (taken.includes(`172.30.${number}.`) || taken.includes(bridge)) continue;
    try {
      await run(ip, ['link', 'add', 'name', bridge, 'type', 'bridge']);
    } catch {
      continue;
    }
    await run(ip, ['addr', 'add', range, 'dev', bridge]);
    await run(ip, ['link', 'set', bridge, 'up']);
    return bridge;
  }
  throw new Error('No free range for a bridge in 172.30.0.0/16.');
}

/** Takes the bridge away that an engine was started with. */
export async function removeBridge({ bridge }) {
  const ip = await which('ip');
  if (bridge !== undefined && ip !== undefined) await run(ip, ['link', 'delete', bridge]).catch(() => {});
}

function versionOf(path) {
  return new Promise((resolve, reject) => {
    const question = request({ socketPath: path, path: '/version', headers: { host: 'docker' } }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve(JSON.parse(text).Version));
    });
    question.on('error', reject);
    question.end();
  });
}
