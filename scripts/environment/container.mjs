// BuildKit in a container of the older Docker Engine, as `docker buildx create` makes one.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageMirror } from './buildkit.mjs';
import { extracted } from './debian.mjs';
import { ready, run, start } from './process.mjs';

const name = 'buildx_buildkit_dfd0';

/** What `--privileged` would give, less the one capability that some virtual machines withhold from root itself. */
const privileges = [
  ...[
    '--cap-add',
    'ALL',
    '--cap-drop',
    'SYS_RESOURCE',
    '--cgroupns',
    'host',
    '--volume',
    '/sys/fs/cgroup:/sys/fs/cgroup',
  ],
  ...['seccomp=unconfined', 'apparmor=unconfined', 'systempaths=unconfined'].flatMap((option) => [
    '--security-opt',
    option,
  ]),
];

/** Starts it; the process is docker's client, which hands a signal on. `address` needs DOCKER_HOST to be `docker`. */
export async function startContainer(say, { folder, registry, docker }) {
  const client = join(await extracted(say, 'docker.io'), 'usr/bin/docker');
  const file = join(folder, 'buildkitd-container.toml');
  await writeFile(file, imageMirror(registry));
  const env = { DOCKER_HOST: docker };
  // On the host's network, where the registry is.
  const args = [
    '--rm',
    '--name',
    name,
    '--network',
    'host',
    '--volume',
    `${file}:/etc/buildkit/buildkitd.toml:ro`,
    ...privileges,
  ];
  const image = 'moby/buildkit:buildx-stable-1';
  const record = await start(client, ['run', ...args, image], { log: join(folder, 'buildkitd-container.log'), env });
  await ready(record, () => run(client, ['exec', name, 'buildctl', 'debug', 'workers'], { env }), {
    what: 'BuildKit in a container',
  });
  return { ...record, address: `docker-container://${name}` };
}
