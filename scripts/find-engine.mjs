// Whether an engine answers where the debugger looks for one by itself.
import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { answers } from './environment/buildkit.mjs';

/** The address of the first engine that answers, or undefined. A BUILDKIT_HOST is taken at its word. */
export async function findEngine() {
  if (process.env.BUILDKIT_HOST) return process.env.BUILDKIT_HOST;
  const runtime = process.env.XDG_RUNTIME_DIR;
  const daemons = ['/run/buildkit/buildkitd.sock', ...(runtime ? [join(runtime, 'buildkit/buildkitd.sock')] : [])];
  for (const path of daemons) if (await answers(path)) return `unix://${path}`;
  for (const path of await dockerSockets()) if (await isDocker(path)) return `unix://${path}`;
  return undefined;
}

/** The current context's socket, if there is a docker command, and the well-known ones. */
async function dockerSockets() {
  const context = await promisify(execFile)('docker', [
    'context',
    'inspect',
    '--format',
    '{{.Endpoints.docker.Host}}',
  ]).then(
    ({ stdout }) => [stdout.trim()],
    () => [],
  );
  const named = [process.env.DOCKER_HOST ?? '', ...context].filter((host) => host.startsWith('unix://'));
  return [
    ...named.map((host) => host.slice('unix://'.length)),
    '/var/run/docker.sock',
    join(homedir(), '.docker/run/docker.sock'),
  ];
}

function isDocker(path) {
  return new Promise((resolve) => {
    const question = request(
      { socketPath: path, path: '/_ping', headers: { host: 'docker' }, timeout: 5000 },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      },
    );
    question.on('timeout', () => question.destroy());
    question.on('error', () => resolve(false));
    question.end();
  });
}
