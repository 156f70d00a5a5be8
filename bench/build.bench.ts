/** A whole build without breakpoints from the command line, against `buildx build`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { compare, environment, head, row, withBuilder, withFolder } from './support/measure.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const buildx = process.env['DFD_TEST_BUILDX'] ?? 'buildx';
const engine = process.env['DFD_TEST_BUILDKITD'] ?? '';

const stage = (name: string): string => `FROM busybox AS ${name}\nRUN sleep 2; echo ${name} > /out\n`;
const parallel = `${['a', 'b', 'c'].map(stage).join('')}FROM busybox
COPY --from=a /out /a
COPY --from=b /out /b
COPY --from=c /out /c
`;
const line = `FROM busybox
${Array.from({ length: 12 }, (_, index) => `RUN echo ${index} > /${index}`).join('\n')}
`;

async function time(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<number> {
  const begin = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...environment, ...env } });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${code}\n${errors}`);
  return performance.now() - begin;
}

const both = (folder: string, flags: readonly string[]): Promise<[number, number]> =>
  compare(
    () => time(process.execPath, [cli, 'build', ...flags, folder], { BUILDKIT_HOST: engine }),
    () => time(buildx, ['build', '--builder', 'dfd-bench', '--output', 'type=cacheonly', ...flags, folder]),
  );

async function main(): Promise<void> {
  head('A build without breakpoints, against `buildx build`');
  await withBuilder(async () => {
    await withFolder(line, async (folder) => {
      row('12 RUN, cold (--no-cache)', await both(folder, ['--no-cache']), 1.05);
      row('12 RUN, warm', await both(folder, []), 1.05);
    });
    await withFolder(parallel, async (folder) => {
      row('three parallel stages of 2 s, cold', await both(folder, ['--no-cache']), 1.05);
      row('three parallel stages, warm', await both(folder, []), 1.05);
    });
  });
}

void main();
