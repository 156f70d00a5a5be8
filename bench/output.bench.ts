/** 200,000 lines from one step: all of them arrive, little memory, and other requests are answered meanwhile. */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { Client, ours } from './support/dap.js';
import { figure, head, median, withFolder } from './support/measure.js';

const lines = 200_000;
// The engine shows 2 MiB and 200 KiB/s of a step at most, so the lines come from a command at a stop as well.
const dockerfile = `FROM busybox\nRUN exit 3\n`;

function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

async function main(): Promise<void> {
  head('200,000 output lines from one command');
  await withFolder(dockerfile, async (folder) => {
    const client = new Client(ours);
    await client.start(ours.launch({ folder }));
    const frames = await client.request('stackTrace', { threadId: 1 });
    const [frame] = frames.body?.['stackFrames'] as { id: number }[];
    const answers: number[] = [];
    let over = false;
    const command = `i=0; while [ $i -lt ${lines} ]; do echo "line $i of a long log, with some words to make it wide"; i=$((i+1)); done`;
    const done = client
      .request('evaluate', { expression: command, context: 'repl', frameId: frame?.id })
      .then((answer) => {
        over = true;
        return answer;
      });
    while (!over) {
      const begin = performance.now();
      await client.request('threads');
      answers.push(performance.now() - begin);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const answer = String((await done).body?.['result']);
    const seen = client.messages
      .filter(({ event }) => event === 'output')
      .map(({ body }) => String(body?.['output']))
      .join('');
    const count = (`${seen}${answer}`.match(/line \d+ of a long log/g) ?? []).length;
    if (count !== lines) throw new Error(`${count} lines arrived, not ${lines}`);
    figure('peak resident memory of the adapter', residentMegabytes(client.pid), 300, 'MB');
    figure('slowest answer to `threads` meanwhile', Math.max(...answers), 100, 'ms');
    figure('median answer to `threads` meanwhile', median(answers), 100, 'ms');
    await client.end();
  });
}

void main();
