/** The real engines that tests run on: started by `npm test`, or by `node scripts/environment.mjs up` for a developer. */
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inCI, missing } from './missing.js';

/**
 * buildkitd: the newest; -0.26: cannot read a running container's files; -old: the oldest; -container: `docker-container://`, with
 * DOCKER_HOST=engineAddress('docker20'); docker20, docker29: Docker Engines.
 */
export type EngineKind =
  | 'buildkitd'
  | 'buildkitd-tcp'
  | 'buildkitd-tls'
  | 'buildkitd-0.26'
  | 'buildkitd-old'
  | 'buildkitd-container'
  | 'docker20'
  | 'docker29';

const variables: Readonly<Record<EngineKind, string>> = {
  buildkitd: 'DFD_TEST_BUILDKITD',
  'buildkitd-tcp': 'DFD_TEST_BUILDKITD_TCP',
  'buildkitd-tls': 'DFD_TEST_BUILDKITD_TLS',
  'buildkitd-0.26': 'DFD_TEST_BUILDKITD_026',
  'buildkitd-old': 'DFD_TEST_BUILDKITD_OLD',
  'buildkitd-container': 'DFD_TEST_BUILDKITD_CONTAINER',
  docker20: 'DFD_TEST_DOCKER20',
  docker29: 'DFD_TEST_DOCKER29',
};

/**
 * The address of an engine. If there is none, the test (or, in a `describe`, its tests) is skipped aloud; in CI it fails.
 * The address that a skipped `describe` sees leads nowhere.
 */
export function engineAddress(kind: EngineKind): string {
  return (
    setting(variables[kind]) ??
    missing(`the engine ${kind}`, `node scripts/environment.mjs up ${kind}`, 'unix:///no-such-engine')
  );
}

/** Like `engineAddress`, for tests that want no address yet. */
export function requireEngine(kind: EngineKind): void {
  engineAddress(kind);
}

/** Whether an engine is there, for tests that may do without it; never skips or fails. */
export function hasEngine(kind: EngineKind): boolean {
  return setting(variables[kind]) !== undefined;
}

/** Host and port of the loopback registry, the mirror of docker.io. */
export function registryAddress(): string {
  return (
    setting('DFD_TEST_REGISTRY') ?? missing('the registry', 'node scripts/environment.mjs up registry', '127.0.0.1:0')
  );
}

/** Files for mutual TLS with `buildkitd-tls`. The stranger's certificate is of an authority that the engine does not know. */
export function certificates(): Readonly<Record<'ca' | 'cert' | 'key' | 'strangerCert' | 'strangerKey', string>> {
  const folder =
    setting('DFD_TEST_CERTIFICATES') ??
    missing('TLS certificates', 'node scripts/environment.mjs up buildkitd-tls', '/no-such-folder');
  return {
    ca: join(folder, 'ca.pem'),
    cert: join(folder, 'client.pem'),
    key: join(folder, 'client-key.pem'),
    strangerCert: join(folder, 'stranger.pem'),
    strangerKey: join(folder, 'stranger-key.pem'),
  };
}

/** This machine's. */
export function ownPlatform(): string {
  return process.arch === 'arm64' ? 'linux/arm64' : 'linux/amd64';
}

/** A platform beside this machine's that every engine here can run: through the kernel's binfmt_misc. */
export function secondPlatform(): string {
  return process.arch === 'arm64' ? 'linux/amd64' : 'linux/arm64';
}

/** A variable of the environment that `scripts/environment.mjs env` names: set by `npm test`, or read from its state. */
export function setting(name: string): string | undefined {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  return inCI || process.env.DFD_TEST_ISOLATED !== undefined ? undefined : developersState()[name];
}

let state: Readonly<Record<string, string>> | undefined;

/** What a developer keeps running. Its file has the variables beside the processes. */
function developersState(): Readonly<Record<string, string>> {
  state ??= readVariables(join(process.env.DFD_ENVIRONMENT ?? join(tmpdir(), 'dfd-dev'), 'state.json'));
  return state;
}

function readVariables(file: string): Readonly<Record<string, string>> {
  try {
    const { variables: values } = JSON.parse(readFileSync(file, 'utf8')) as { variables?: Record<string, string> };
    return values ?? {};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

export { type PrivateEngine, privateEngine } from './private-engine.js';
