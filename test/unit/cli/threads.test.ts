import assert from 'node:assert/strict';
import picocolors from 'picocolors';
import { Refusal } from '../../../debug-adapter/cli/adapter.js';
import type { Context } from '../../../debug-adapter/cli/context.js';
import { Machine } from '../../../debug-adapter/cli/machine.js';
import { OtherStops, thread, threadOffers } from '../../../debug-adapter/cli/threads.js';

/** Two platforms; those that stand do so at their line. */
function begin(lines: Readonly<Record<number, number>>): {
  readonly context: Context;
  readonly machine: Machine;
  readonly said: string[];
} {
  const machine = new Machine('/no/Dockerfile', () => undefined);
  machine.learn('/no/Dockerfile', 'FROM alpine\nRUN one\nRUN two \\\n  three\n');
  const said: string[] = [];
  const request = (command: string, { threadId = 0 }: { readonly threadId?: number } = {}): Promise<object> => {
    if (command === 'threads') {
      const names = ['linux/amd64', 'linux/arm64'];
      return Promise.resolve({ threads: names.map((name, index) => ({ id: index + 1, name })) });
    }
    if (!machine.stands(threadId)) return Promise.reject(new Refusal(command, 'not-stopped', 'It runs.'));
    const line = lines[threadId] ?? 1;
    const frame = { id: threadId, name: 'x', line, endLine: line === 3 ? 4 : line, source: { path: machine.path } };
    return Promise.resolve({ stackFrames: [frame] });
  };
  for (const threadId of Object.keys(lines).map(Number)) machine.event('stopped', { threadId, reason: 'breakpoint' });
  const context = {
    ...{ adapter: { request }, machine, colors: picocolors.createColors(false) },
    place: { threadId: 1, platform: 'linux/amd64', frames: [], index: 0 },
    print: (text: string) => void said.push(text),
  } as unknown as Context;
  return { context, machine, said };
}

describe(':thread', () => {
  it('says which thread stands where, and what others do', async () => {
    const { context, machine, said } = begin({ 1: 3 });
    await thread(context, '');
    const step = { line: 2, endLine: 2, stage: 's', platform: 'linux/arm64', status: 'running' };
    machine.steps.take(step, 0);
    await thread(context, '');
    assert.deepEqual(said, [
      '> 1  linux/amd64  stopped at line 3: RUN two three\n  2  linux/arm64  running',
      '> 1  linux/amd64  stopped at line 3: RUN two three\n  2  linux/arm64  running line 2: RUN one',
    ]);
  });

  it('takes numbers, platforms and what only one platform ends with', async () => {
    for (const word of ['2', 'linux/arm64', 'arm64']) {
      const { context, said } = begin({ 1: 3, 2: 2 });
      await thread(context, word);
      assert.deepEqual([context.place.threadId, context.place.platform], [2, 'linux/arm64'], word);
      assert.match(said.join('\n'), /^ {2}1 {2}linux\/amd64 .*\n> 2 {2}linux\/arm64 {2}stopped at line 2: RUN one$/);
    }
    const { context, said } = begin({ 1: 3 });
    await thread(context, 'arm64');
    assert.match(said[0] ?? '', /^linux\/arm64 runs: /);
    await thread(context, 'riscv64');
    assert.equal(said[2], 'There is no thread riscv64.');
    assert.equal(context.place.threadId, 1);
    assert.deepEqual(await threadOffers(context, ''), ['1', 'linux/amd64', '2', 'linux/arm64']);
  });
});

describe('a thread that stops while another one is looked at', () => {
  it('is told once, whenever it stopped', async () => {
    const { context, machine, said } = begin({ 1: 3, 2: 2 });
    const others = new OtherStops();
    await others.tell(context);
    await others.tell(context);
    assert.deepEqual(said, ['linux/arm64 stopped too, at line 2: RUN one (:thread 2 looks at it)']);
    machine.resume(2);
    machine.event('stopped', { threadId: 2, reason: 'exception' });
    await others.tell(context);
    assert.match(said[1] ?? '', /^linux\/arm64 failed too, at line 2/);
  });

  it('is not told when it was shown', async () => {
    const { context, machine, said } = begin({ 1: 3, 2: 2 });
    const others = new OtherStops();
    for (const stopped of machine.standing) others.seen(stopped);
    await others.tell(context);
    assert.deepEqual(said, []);
  });
});
