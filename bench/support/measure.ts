/** Medians, ratios and the table. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * What programs are started with, ours and the peer's alike. With NODE_EXTRA_CA_CERTS, which few machines have, Node reads
 * all certificates in that file before it runs anything.
 */
export const environment: NodeJS.ProcessEnv = { ...process.env };
delete environment['NODE_EXTRA_CA_CERTS'];

/** Runs of each, after one that is not counted. */
export const runs = Number(process.env['DFD_BENCH_RUNS'] ?? 7);

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Milliseconds of each of two things, measured in turns so that both see the same machine. */
export async function compare(ours: () => Promise<number>, theirs: () => Promise<number>): Promise<[number, number]> {
  const [mine, others]: [number[], number[]] = [[], []];
  for (let run = 0; run <= runs; run++) {
    const pair = run % 2 === 0 ? [await ours(), await theirs()] : [await theirs(), await ours()].reverse();
    if (run === 0) continue;
    mine.push(pair[0] ?? NaN);
    others.push(pair[1] ?? NaN);
  }
  return [median(mine), median(others)];
}

/** One line of the table of README. */
export function row(what: string, [ours, theirs]: readonly [number, number], limit: number, unit = 'ms'): void {
  const ratio = ours / theirs;
  const verdict = ratio <= limit ? 'ok' : 'OVER';
  const show = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
  process.stdout.write(
    `| ${what} | ${show(ours)} | ${show(theirs)} | ${ratio.toFixed(2)} | ≤ ${limit} | ${verdict} |\n`,
  );
}

/** A figure with a limit of its own, without a peer. */
export function figure(what: string, value: number, limit: number, unit: string): void {
  const verdict = value <= limit ? 'ok' : 'OVER';
  process.stdout.write(`| ${what} | ${value.toFixed(0)} ${unit} | | | ≤ ${limit} ${unit} | ${verdict} |\n`);
}

export function head(title: string): void {
  process.stdout.write(`\n${title}\n\n| what | ours | peer | ratio | limit | |\n|---|---|---|---|---|---|\n`);
}

/** A folder with a Dockerfile, removed afterwards. */
export async function withFolder<T>(dockerfile: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'dfd-bench-'));
  try {
    await writeFile(join(folder, 'Dockerfile'), dockerfile);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Names the engine for buildx. */
export async function withBuilder(use: () => Promise<void>): Promise<void> {
  const buildx = process.env['DFD_TEST_BUILDX'] ?? 'buildx';
  const run = promisify(execFile);
  await run(buildx, ['rm', 'dfd-bench']).catch(() => undefined);
  await run(buildx, ['create', '--name', 'dfd-bench', '--driver', 'remote', process.env['DFD_TEST_BUILDKITD'] ?? '']);
  try {
    await use();
  } finally {
    await run(buildx, ['rm', 'dfd-bench']);
  }
}
