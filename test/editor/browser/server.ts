import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Environment } from './environment.js';

/** VS Code's server, running on this machine only. */
export interface Server extends AsyncDisposable {
  readonly port: number;
}

/** Settings of the machine: what keeps a fresh VS Code quiet, and the engine. */
function settings(environment: Environment): Record<string, unknown> {
  return {
    'dockerfileDebugger.builder': environment.builder,
    'terminal.integrated.gpuAcceleration': 'off',
    'terminal.integrated.stickyScroll.enabled': false,
    'workbench.startupEditor': 'none',
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'workbench.tips.enabled': false,
    'workbench.enableExperiments': false,
    'chat.disableAIFeatures': true,
    'chat.commandCenter.enabled': false,
    'telemetry.telemetryLevel': 'off',
    'extensions.autoCheckUpdates': false,
    'extensions.ignoreRecommendations': true,
    'git.enabled': false,
    'remote.autoForwardPorts': false,
    'npm.autoDetect': 'off',
    'typescript.disableAutomaticTypeAcquisition': true,
  };
}

/** Installs a VSIX into the server whose data is in `folder`, as "Install from VSIX…" does. */
export async function installExtension({ vscode }: Environment, folder: string, vsix: string): Promise<void> {
  const args = [vscode.main, '--accept-server-license-terms', '--server-data-dir', folder, '--install-extension', vsix];
  await promisify(execFile)(vscode.node, args, { cwd: dirname(dirname(vscode.main)) });
}

/** Starts the server with data of its own in `folder`. */
export async function startServer(
  environment: Environment,
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<Server> {
  const machine = join(folder, 'data/Machine');
  await mkdir(machine, { recursive: true });
  await writeFile(join(machine, 'settings.json'), JSON.stringify(settings(environment)));
  const port = await freePort();
  const { node, main } = environment.vscode;
  const flags = [
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--without-connection-token',
    '--telemetry-level',
    'off',
  ];
  const more = ['--accept-server-license-terms', '--enable-smoke-test-driver', '--disable-workspace-trust'];
  const child = spawn(node, [main, ...flags, ...more, '--server-data-dir', folder], {
    cwd: dirname(dirname(main)),
    env: { ...process.env, ...variables, PATH: `${dirname(node)}:${process.env.PATH ?? ''}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Extension host agent listening')) {
        resolve();
      }
    });
    child.once('exit', (code) => reject(new Error(`VS Code's server ended with ${code ?? 'a signal'}:\n${output}`)));
    child.once('error', reject);
  });
  return {
    port,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        child.kill();
        await once(child, 'exit');
      }
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') {
    throw new Error('no port');
  }
  return address.port;
}
