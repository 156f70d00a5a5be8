/** Files at a stop: a folder, a file, and what a step changed, with the memory that it takes. */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { Client, ours } from './support/dap.js';
import { figure, head, median, runs, withFolder } from './support/measure.js';

const make = (folder: string, count: number): string =>
  `mkdir -p ${folder} && cd ${folder} && i=0; while [ $i -lt ${count} ]; do echo $i > file$i; i=$((i+1)); done`;
const usual = `FROM busybox
RUN ${make('/thousand', 1000)} && dd if=/dev/urandom of=/megabyte bs=1M count=1
RUN ${make('/before', 5000)}
RUN cd /before && for f in *; do echo changed >> $f; done; exit 3
`;
const large = `FROM busybox
RUN ${make('/many', 100_000)}
RUN echo more >> /many/file7; exit 3
`;

function residentMegabytes(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

/** @param after asked after each run, and not counted */
type Time = (command: string, args: object, after?: readonly [command: string, args: object]) => Promise<number>;

/** A session that stands at the failed step; times are medians, in milliseconds. */
async function stopped(dockerfile: string, measure: (time: Time) => Promise<void>): Promise<void> {
  await withFolder(dockerfile, async (folder) => {
    const client = new Client(ours);
    await client.start(ours.launch({ folder }));
    await measure(async (command, args, after) => {
      const times: number[] = [];
      for (let run = 0; run < runs; run++) {
        const begin = performance.now();
        await client.request(command, args);
        times.push(performance.now() - begin);
        if (after !== undefined) await client.request(...after);
      }
      return median(times);
    });
    figure('peak resident memory of the adapter', residentMegabytes(client.pid), 300, 'MB');
    await client.end();
  });
}

async function main(): Promise<void> {
  head('Files at a stop');
  await stopped(usual, async (time) => {
    for (const tree of ['initial', 'failed']) {
      figure(`list 1,000 entries (${tree})`, await time('dockerfile/files', { tree, path: '/thousand' }), 100, 'ms');
      const piece = { tree, path: '/megabyte', offset: 0, length: 1 << 20 };
      figure(`open a file of 1 MB (${tree})`, await time('dockerfile/readFile', piece), 100, 'ms');
    }
    figure('changes of the failed step: 5,000 files', await time('dockerfile/changes', {}), 1000, 'ms');
    const past = { from: '2', to: '3' };
    figure('changes of a step that ran: 5,000 files', await time('dockerfile/changes', past), 1000, 'ms');
  });
  head('A folder of 100,000 entries');
  await stopped(large, async (time) => {
    for (const tree of ['initial', 'failed']) {
      const page = { tree, path: '/many', start: 0, count: 1000 };
      // The rest is listed after the first page is shown: each run waits for that, which is not counted.
      const rest = ['dockerfile/files', { ...page, start: 1000 }] as const;
      figure(`first 1,000 entries (${tree})`, await time('dockerfile/files', page, rest), 300, 'ms');
      figure(`next 1,000 entries (${tree})`, await time(...rest), 100, 'ms');
    }
    figure('one entry', await time('dockerfile/stat', { tree: 'failed', path: '/many/file7' }), 300, 'ms');
    figure('changes of the failed step', await time('dockerfile/changes', {}), 3000, 'ms');
  });
}

void main();
