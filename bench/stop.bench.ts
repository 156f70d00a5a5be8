/** From the start of the process to the stop at the failing step, cache warm; and from there to a shell's prompt. */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { buildxDap, Client, ours, type Peer } from './support/dap.js';
import { compare, environment, head, row, withBuilder, withFolder } from './support/measure.js';

const dockerfile = `FROM busybox AS build
WORKDIR /src
RUN echo one > a
RUN echo two > b
FROM busybox
COPY --from=build /src /src
RUN exit 3
`;

async function stopTime(peer: Peer, folder: string): Promise<number> {
  const begin = performance.now();
  const client = new Client(peer);
  const end = await client.start(peer.launch({ folder }));
  const time = performance.now() - begin;
  if (end !== 'stopped') throw new Error(`${peer.name} did not stop\n${client.stderr}`);
  await client.end();
  return time;
}

/** From the command in the debug console to the first prompt on the terminal. */
async function promptTime(peer: Peer, folder: string): Promise<number> {
  let prompt: Promise<void> | undefined;
  let end = (): void => undefined;
  const client = new Client(peer, (args, env) => {
    const quoted = args.map((word) => `'${word}'`).join(' ');
    const terminal = spawn('script', ['-qfec', quoted, '/dev/null'], { env: { ...environment, ...env } });
    prompt = new Promise((resolve) => {
      let seen = '';
      terminal.stdout.on('data', (chunk: Buffer) => {
        seen += chunk.toString();
        if (/[#$] (?:\u001b\[(?:6n|J))?$/.test(seen)) resolve();
      });
    });
    end = () => void terminal.kill('SIGKILL');
    return terminal.pid ?? 0;
  });
  await client.start(peer.launch({ folder }));
  const frames = await client.request('stackTrace', { threadId: await threadOf(client) });
  const [frame] = frames.body?.['stackFrames'] as { id: number }[];
  const begin = performance.now();
  const evaluated = client.request('evaluate', { expression: peer.shell, context: 'repl', frameId: frame?.id });
  evaluated.catch(() => undefined);
  await client.wait(({ command, type }) => type === 'request' && command === 'runInTerminal', 'runInTerminal');
  await prompt;
  const time = performance.now() - begin;
  end();
  await client.end();
  return time;
}

async function threadOf(client: Client): Promise<number> {
  const stopped = await client.event('stopped');
  return Number(stopped.body?.['threadId'] ?? 1);
}

async function main(): Promise<void> {
  head('At a failing step, warm cache, against `buildx dap build`');
  await withBuilder(() =>
    withFolder(dockerfile, async (folder) => {
      row(
        'process start → stopped',
        await compare(
          () => stopTime(ours, folder),
          () => stopTime(buildxDap, folder),
        ),
        1,
      );
      row(
        '`:shell` → prompt',
        await compare(
          () => promptTime(ours, folder),
          () => promptTime(buildxDap, folder),
        ),
        1.2,
      );
    }),
  );
}

void main();
