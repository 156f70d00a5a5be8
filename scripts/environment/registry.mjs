// Debian's image registry on the loopback: the only one that tests ask.
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { extracted } from './debian.mjs';
import { ready, start } from './process.mjs';

/** The port that people and documents expect. */
const usual = 5000;

/** Starts a registry over a storage folder. Its record has `address`, host and port. */
export async function startRegistry(say, folder, storage) {
  const binary = join(await extracted(say, 'docker-registry'), 'usr/bin/docker-registry');
  await mkdir(folder, { recursive: true });
  const port = (await freePort(usual)) ?? (await freePort(0));
  const file = join(folder, 'registry.yml');
  await writeFile(file, configuration(storage, port));
  const record = await start(binary, ['serve', file], { log: join(folder, 'registry.log') });
  const address = `127.0.0.1:${port}`;
  await ready(record, async () => (await fetch(`http://${address}/v2/`)).ok, { what: 'The registry' });
  return { ...record, address };
}

function configuration(storage, port) {
  return `version: 0.1
log: { level: warn, accesslog: { disabled: true } }
storage:
  filesystem: { rootdirectory: ${JSON.stringify(storage)} }
  delete: { enabled: true }
http: { addr: "127.0.0.1:${port}", secret: loopback }
`;
}

/** The port if nobody listens there, any free one for 0, else undefined. */
export function freePort(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const taken = server.address().port;
      server.close(() => resolve(taken));
    });
  });
}
