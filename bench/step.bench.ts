/** Stepping over instructions that the engine has in its cache, and a Dockerfile of 2,000 instructions. */
import { performance } from 'node:perf_hooks';
import { buildxDap, Client, ours, type Peer } from './support/dap.js';
import { compare, head, median, row, withBuilder, withFolder } from './support/measure.js';

const runs = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `RUN echo ${index} > /f${index}`);
const steps = runs(12);
const short = `FROM busybox\n${steps.join('\n')}\n`;
const usual = `FROM busybox\n${runs(60).join('\n')}\n`;
const variables = Array.from({ length: 1990 }, (_, index) => `ENV V${index}=${index}`);
const long = `FROM busybox\n${variables.join('\n')}\n${steps.slice(0, 9).join('\n')}\n`;

const stops = (client: Client): number => client.messages.filter(({ event }) => event === 'stopped').length;

/** Median of the time from `next` to the stop that follows. */
async function stepTime(peer: Peer, folder: string): Promise<number> {
  const client = new Client(peer);
  await client.start({ ...peer.launch({ folder }), stopOnEntry: true });
  const times: number[] = [];
  for (let step = 0; step < 10; step++) {
    const seen = stops(client);
    const begin = performance.now();
    await client.request('next', { threadId: 1 });
    await client.wait(() => stops(client) > seen, 'stop');
    times.push(performance.now() - begin);
  }
  await client.end();
  return median(times);
}

/** From the start of the process to the first stop of a long Dockerfile. */
async function entryTime(peer: Peer, folder: string): Promise<number> {
  const begin = performance.now();
  const client = new Client(peer);
  await client.start({ ...peer.launch({ folder }), stopOnEntry: true });
  const time = performance.now() - begin;
  await client.end();
  return time;
}

/** 100 breakpoints of a long Dockerfile, set at a stop. */
async function verifyTime(peer: Peer, folder: string): Promise<number> {
  const client = new Client(peer);
  await client.start({ ...peer.launch({ folder }), stopOnEntry: true });
  const breakpoints = Array.from({ length: 100 }, (_, index) => ({ line: 3 + index * 19 }));
  const begin = performance.now();
  await client.request('setBreakpoints', { source: { path: `${folder}/Dockerfile` }, breakpoints });
  const time = performance.now() - begin;
  await client.end();
  return time;
}

/** Runs of each of both, in turns. */
function both(measure: (peer: Peer, folder: string) => Promise<number>, folder: string): Promise<[number, number]> {
  return compare(
    () => measure(ours, folder),
    () => measure(buildxDap, folder),
  );
}

async function main(): Promise<void> {
  head('Stepping, warm cache, against `buildx dap build`');
  await withBuilder(async () => {
    await withFolder(short, async (folder) => row('step over a cached RUN', await both(stepTime, folder), 1));
    await withFolder(usual, async (folder) => row('the same among 60 instructions', await both(stepTime, folder), 1));
    await withFolder(long, async (folder) => {
      row('2,000 instructions: process start → first stop', await both(entryTime, folder), 1.1);
      const [mine] = await both(verifyTime, folder);
      row('2,000 instructions: 100 breakpoints verified (limit: 50 ms)', [mine, 50], 1);
    });
  });
}

void main();
