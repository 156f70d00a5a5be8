/** Sending a build context, against `buildx build`: one large file, and very many small ones. Cold each time. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { compare, environment, head, row, withBuilder, withFolder } from './support/measure.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const buildx = process.env['DFD_TEST_BUILDX'] ?? 'buildx';
const engine = process.env['DFD_TEST_BUILDKITD'] ?? '';
const megabytes = Number(process.env['DFD_BENCH_CONTEXT_MB'] ?? 1024);
const count = Number(process.env['DFD_BENCH_CONTEXT_FILES'] ?? 20_000);

async function time(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<number> {
  const begin = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...environment, ...env } });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${code}\n${errors}`);
  return performance.now() - begin;
}

async function large(folder: string): Promise<void> {
  const file = createWriteStream(join(folder, 'large'));
  for (let written = 0; written < megabytes; written++) {
    if (!file.write(randomBytes(1024 * 1024))) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

async function small(folder: string): Promise<void> {
  for (let index = 0; index < count; index++) {
    const name = join(folder, `d${index % 200}`, `s${index % 7}`, `f${index}`);
    await mkdir(dirname(name), { recursive: true });
    await writeFile(name, randomBytes(200 + (index % 6000)));
  }
}

let turns = 0;

/** Engines keep contexts by the name of their folder: with another name everything is sent again. */
async function cold(folder: string, run: (folder: string) => Promise<number>): Promise<number> {
  const other = join(dirname(folder), `${basename(folder)}-${turns++}`);
  await rename(folder, other);
  try {
    return await run(other);
  } finally {
    await rename(other, folder);
  }
}

const both = (folder: string): Promise<[number, number]> =>
  compare(
    () =>
      cold(folder, (moved) => time(process.execPath, [cli, 'build', '--no-cache', moved], { BUILDKIT_HOST: engine })),
    () =>
      cold(folder, (moved) =>
        time(buildx, ['build', '--builder', 'dfd-bench', '--no-cache', '--output', 'type=cacheonly', moved]),
      ),
  );

async function main(): Promise<void> {
  head('Sending a context, against `buildx build`');
  await withBuilder(async () => {
    for (const [what, fill] of [
      [`one file of ${megabytes} MiB`, large],
      [`${count} small files`, small],
    ] as const) {
      await withFolder('FROM scratch\nCOPY . /\n', async (folder) => {
        await fill(folder);
        row(what, await both(folder), 1);
      });
    }
  });
}

void main();
