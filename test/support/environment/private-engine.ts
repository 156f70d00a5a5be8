/** An engine for one test: to be killed in the middle of a build, or to keep a state of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { registryAddress, setting } from './engines.js';
import { missing } from './missing.js';

export interface PrivateEngine extends AsyncDisposable {
  /** `unix://…` */
  readonly address: string;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Stops it from running, and lets it go on: an engine that hangs. */
  freeze(): void;
  thaw(): void;
}

/** Starts a buildkitd of the newest version with the loopback registry as its mirror. */
export async function privateEngine(): Promise<PrivateEngine> {
  const buildctl =
    setting('DFD_TEST_BUILDCTL') ?? missing('buildkitd', 'node scripts/environment.mjs up buildctl', undefined);
  const binary = join(dirname(buildctl ?? ''), 'buildkitd');
  const folder = await mkdtemp(join(tmpdir(), 'dfd-engine-'));
  const socket = join(folder, 'engine.sock');
  const file = join(folder, 'buildkitd.toml');
  await writeFile(file, configuration(folder, socket, registryAddress()));
  const traces = ['--otel-socket-path', join(folder, 'otel.sock')];
  const child = spawn(binary, ['--config', file, ...traces], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exit = once(child, 'exit');
  await listening(child);
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exit;
  };
  return {
    address: `unix://${socket}`,
    kill,
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      // A frozen process hears no other signal.
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      await exit;
      await removeUnlessMounted(folder);
    },
  };
}

function configuration(folder: string, socket: string, registry: string): string {
  return `root = "${join(folder, 'root')}"
[grpc]
  address = ["unix://${socket}"]
[worker.oci]
  enabled = true
[worker.containerd]
  enabled = false
[registry."docker.io"]
  mirrors = ["${registry}"]
[registry."${registry}"]
  http = true
`;
}

/** Waits for the line with which buildkitd says that it serves; the rest of its log is read so that it never blocks. */
async function listening(child: ChildProcess): Promise<void> {
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new Error(`buildkitd ended with ${code}: ${lines.slice(-5).join('\n')}`));
    });
    if (child.stderr === null) return;
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      if (line.includes('running server on')) resolve();
    });
  });
}

/** A killed engine leaves the mounts of its containers: a removal that went through them would reach into others' files. */
async function removeUnlessMounted(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  const left = mounts.filter((path) => path.startsWith(`${folder}/`)).reverse();
  for (const path of left) await once(spawn('umount', ['-l', path], { stdio: 'ignore' }), 'exit');
  await rm(folder, { recursive: true, force: true });
}
