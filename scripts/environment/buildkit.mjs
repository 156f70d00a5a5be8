// BuildKit daemons of several versions, each with its own root, sockets and configuration.
import { mkdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { makeCertificates } from './certificates.mjs';
import { program } from './debian.mjs';
import { tool } from './go-tools.mjs';
import { versions } from './paths.mjs';
import { ready, start } from './process.mjs';
import { freePort } from './registry.mjs';

/** Builds the programs of one version and gives their folder. */
export function buildkitTools(say, version) {
  return tool(say, version, { ldflags: `-X github.com/moby/buildkit/version.Version=v${versions[version]}` });
}

/**
 * Starts a daemon. `listen`: `tcp` or `tls` beside the unix socket. The record has `address`, and `tcp` or `tls` and
 * `certificates` if asked for. Without `registry` the daemon asks the registries of the internet.
 */
export async function startBuildkit(say, { folder, name, version, registry, listen }) {
  const tools = await buildkitTools(say, version);
  const runc = await program(say, 'runc');
  const home = join(folder, name);
  await mkdir(home, { recursive: true });
  const socket = join(folder, `${name}.sock`);
  const tcp = listen === undefined ? undefined : `tcp://127.0.0.1:${await freePort(0)}`;
  const certificates = listen === 'tls' ? join(home, 'certificates') : undefined;
  if (certificates !== undefined) await makeCertificates(say, certificates);
  const addresses = [`unix://${socket}`, ...(tcp === undefined ? [] : [tcp])];
  const file = join(home, 'buildkitd.toml');
  await writeFile(file, configuration({ home, addresses, runc, registry, certificates }));
  // Two daemons that start at one time would fight for the one that is used without this.
  const traces = ['--otel-socket-path', join(folder, `${name}-otel.sock`)];
  const options = { log: join(folder, `${name}.log`) };
  const record = await start(join(tools, 'buildkitd'), ['--config', file, ...traces], options);
  await ready(record, () => answers(socket), { what: `buildkitd ${versions[version]}` });
  return {
    ...record,
    address: addresses[0],
    ...(tcp === undefined ? {} : { [listen]: tcp }),
    ...(certificates === undefined ? {} : { certificates }),
  };
}

function configuration({ home, addresses, runc, registry, certificates }) {
  const tls =
    certificates &&
    `[grpc.tls]
  cert = "${certificates}/server.pem"
  key = "${certificates}/server-key.pem"
  ca = "${certificates}/ca.pem"`;
  return `root = "${join(home, 'root')}"
insecure-entitlements = ["network.host", "security.insecure"]
[grpc]
  address = ${JSON.stringify(addresses)}
${tls ?? ''}
[worker.oci]
  enabled = true
  binary = "${runc}"
[worker.containerd]
  enabled = false
${registry ? imageMirror(registry) : ''}
`;
}

/** The part of a configuration that makes a loopback registry the mirror of Docker Hub. */
export function imageMirror(registry) {
  return `[registry."docker.io"]
  mirrors = ["${registry}"]
[registry."${registry}"]
  http = true
`;
}

/** Whether somebody listens on a unix socket. */
export function answers(socket) {
  return new Promise((resolve) => {
    const connection = createConnection(socket, () => {
      connection.destroy();
      resolve(true);
    });
    connection.on('error', () => resolve(false));
  });
}
