import assert from 'node:assert/strict';
import type { OutputFact } from '../../../../debug-adapter/debugger/api.js';
import { StatusResponse } from '../../../../debug-adapter/buildkit/gen/control.js';
import { createOutputWriter, type OutputWriter } from '../../../../debug-adapter/debugger/progress/output.js';
import { createTimeline, lastLines, type Timeline } from '../../../../debug-adapter/debugger/progress/timeline.js';

const at = (seconds: number): { seconds: bigint; nanos: number } => ({ seconds: BigInt(seconds), nanos: 0 });

function begin(isOneOfSeveral = false): { timeline: Timeline; output: OutputFact[]; writer: OutputWriter } {
  const output: OutputFact[] = [];
  const labels = new Map([
    ['from', { line: 2, name: '[own:2] FROM busybox', whole: 'from', isOneOfSeveral }],
    ['a', { line: 3, name: '[own:3] RUN a', whole: 'a', isOneOfSeveral }],
    ['b', { line: 7, name: '[own:7] RUN b', whole: 'b', isOneOfSeveral }],
    ['web', { line: 8, name: '[own:8] ADD http://h/x /', whole: 'add', isOneOfSeveral }],
    ['add', { line: 8, name: '[own:8] ADD http://h/x /', whole: 'add', isOneOfSeveral }],
  ]);
  const writer = createOutputWriter(
    (digest) => labels.get(digest),
    (fact) => output.push(fact),
  );
  const timeline = createTimeline({
    onVertex: (record, before) => writer.onVertex(record, before),
    onLog: (record, stream, text) => writer.onLog(record, stream, text),
    onWarning: () => undefined,
  });
  return { timeline, output, writer };
}

const vertex = (digest: string, rest: object): StatusResponse =>
  StatusResponse.fromPartial({ vertexes: [{ digest, name: `[s] RUN ${digest}`, ...rest }] });
const log = (digest: string, text: string | Uint8Array, stream = 1n): StatusResponse =>
  StatusResponse.fromPartial({ logs: [{ vertex: digest, stream, msg: Buffer.from(text) }] });

describe('timeline', () => {
  it('knows what runs, how long it took and what failed first', async () => {
    const { timeline } = begin();
    timeline.advance(vertex('a', { started: at(10) }));
    timeline.advance(vertex('b', { started: at(10) }));
    assert.deepEqual(
      timeline.running().map(({ digest }) => digest),
      ['a', 'b'],
    );
    timeline.advance(vertex('b', { started: at(10), completed: at(12), error: 'context canceled' }));
    timeline.advance(vertex('a', { started: at(10), completed: at(13), error: 'exit code: 7' }));
    assert.equal((await timeline.firstFailure(0))?.digest, 'a', 'a cancelled vertex is no failure');
    assert.equal(timeline.record('a')?.durationMs, 3000);
    assert.deepEqual(timeline.running(), []);
  });

  const chain = (...vertexes: object[]): StatusResponse => StatusResponse.fromPartial({ vertexes });
  const guessed = (digest: string, input: string, seconds: number): object => ({
    ...{ digest, inputs: [input], started: at(seconds), completed: at(seconds), cached: true },
  });

  it('tells a step once that is done in parts, with all that they took', () => {
    const { timeline, output } = begin();
    const inputs = ['web'];
    const said = (): string => output.map(({ text }) => text.replace(/\u001b\[\d+m/g, '')).join('');
    timeline.advance(vertex('web', { started: at(10) }));
    timeline.advance(vertex('web', { started: at(10), completed: at(12) }));
    assert.equal(said(), '');
    timeline.advance(vertex('add', { inputs, started: at(12) }));
    timeline.advance(vertex('add', { inputs, started: at(12), completed: at(13) }));
    timeline.advance(vertex('add', { inputs, started: at(14) }));
    timeline.advance(vertex('add', { inputs, started: at(14), completed: at(15), cached: true }));
    assert.equal(said(), '[own:8] ADD http://h/x / 3.0s\n');
  });

  it('tells a part that writes, or that fails, under the name of its step', () => {
    const { timeline, output } = begin();
    const inputs = ['web'];
    const said = (): string => output.map(({ text }) => text.replace(/\u001b\[\d+m/g, '')).join('');
    timeline.advance(vertex('web', { started: at(10) }));
    timeline.advance(log('web', 'fetched\n'));
    timeline.advance(vertex('web', { started: at(10), completed: at(11) }));
    timeline.advance(vertex('add', { inputs, started: at(11) }));
    timeline.advance(vertex('add', { inputs, started: at(11), completed: at(12) }));
    assert.equal(said(), '[own:8] ADD http://h/x /\nfetched\n  2.0s\n');
    output.length = 0;
    timeline.advance(vertex('web', { started: at(20) }));
    timeline.advance(vertex('web', { started: at(20), completed: at(21), error: 'invalid response status 404' }));
    assert.equal(said(), '[own:8] ADD http://h/x / failed\n');
  });

  it('believes that a step is cached when one that uses it runs', () => {
    const { timeline } = begin();
    timeline.advance(
      chain(guessed('a', 'from', 10), guessed('b', 'a', 10), { digest: 'c', inputs: ['b'], started: at(10) }),
    );
    assert.equal(timeline.record('a')?.cached, true);
    assert.equal(timeline.record('b')?.cached, true);
    timeline.advance(chain({ digest: 'c', inputs: ['b'], started: at(10), completed: at(11), error: 'exit code: 1' }));
    assert.equal(timeline.record('b')?.cached, true);
  });

  it('does not believe it when the one that uses it begins only to fail', () => {
    const { timeline } = begin();
    const failed = { digest: 'c', inputs: ['b'], started: at(10), completed: at(11), error: '"/x": not found' };
    timeline.advance(chain(guessed('a', 'from', 10), guessed('b', 'a', 10), failed));
    assert.equal(timeline.record('a'), undefined);
    assert.equal(timeline.record('b'), undefined);
    assert.deepEqual(
      timeline.failures().map(({ digest }) => digest),
      ['c'],
    );
  });

  it('does not believe it of a step that runs, nor of what uses that one', () => {
    const { timeline } = begin();
    timeline.advance(chain({ digest: 'a', inputs: ['from'], started: at(5) }));
    timeline.advance(
      chain(guessed('a', 'from', 10), guessed('b', 'a', 10), { digest: 'c', inputs: ['b'], started: at(10) }),
    );
    assert.deepEqual(
      timeline.running().map(({ digest }) => digest),
      ['a', 'c'],
    );
    assert.equal(timeline.record('b'), undefined);
    timeline.advance(chain({ digest: 'a', inputs: ['from'], started: at(5), completed: at(12) }));
    assert.deepEqual([timeline.record('a')?.cached, timeline.record('a')?.durationMs], [false, 7000]);
  });

  it('believes what was loaded from the cache', () => {
    const { timeline } = begin();
    timeline.advance(chain({ digest: 'a', inputs: ['from'], started: at(5), cached: true }));
    timeline.advance(chain({ digest: 'a', inputs: ['from'], started: at(5), completed: at(6), cached: true }));
    assert.equal(timeline.record('a')?.cached, true);
  });

  it('answers a wait when the word comes', async () => {
    const { timeline } = begin();
    const failure = timeline.firstFailure(60_000);
    timeline.advance(vertex('a', { started: at(1), completed: at(2), error: 'exit code: 1' }));
    assert.equal((await failure)?.digest, 'a');
    await timeline.settled('a', 60_000);
  });

  it('joins characters that were cut between two messages', () => {
    const { timeline, output } = begin();
    const bytes = Buffer.from('naïve\n');
    timeline.advance(vertex('a', { started: at(1) }));
    timeline.advance(log('a', bytes.subarray(0, 3)));
    timeline.advance(log('a', bytes.subarray(3)));
    assert.deepEqual(output.at(-1), { category: 'stdout', text: 'naïve\n', line: 3 });
  });

  it('names the step again when lines of two steps alternate', () => {
    const { timeline, output } = begin();
    timeline.advance(vertex('a', { started: at(1) }));
    timeline.advance(log('a', 'one\npart'));
    timeline.advance(vertex('b', { started: at(1) }));
    timeline.advance(log('b', 'two\n'));
    timeline.advance(log('a', 'ial\n', 2n));
    const plain = output.map(({ text }) => text.replace(/\u001b\[\d+m/g, '').trimEnd());
    assert.deepEqual(plain, ['[own:3] RUN a', 'one', '[own:7] RUN b', 'two', '[own:3] RUN a …', 'partial']);
  });

  it('names a step at its end where several platforms are built: a stop may have come between', () => {
    const told = (several: boolean): string | undefined => {
      const { timeline, output } = begin(several);
      timeline.advance(vertex('a', { started: at(1), inputs: ['x'] }));
      timeline.advance(log('a', 'one\n'));
      timeline.advance(vertex('a', { started: at(1), completed: at(2), inputs: ['x'] }));
      return output.at(-1)?.text.replace(/\u001b\[\d+m/g, '');
    };
    assert.deepEqual([told(false), told(true)], ['  1.0s\n', '[own:3] RUN a 1.0s\n']);
  });

  it('says once that an image is there, when something begins to use it', () => {
    const { timeline, output } = begin();
    const image = (rest: object): StatusResponse =>
      StatusResponse.fromPartial({ vertexes: [{ digest: 'from', name: '[s] FROM busybox', ...rest }] });
    timeline.advance(image({ started: at(1), completed: at(2) }));
    timeline.advance(image({ started: at(2) }));
    timeline.advance(image({ started: at(2), completed: at(4) }));
    assert.equal(timeline.record('from')?.durationMs, 3000, 'who asks is told at once');
    assert.equal(output.length, 0);
    timeline.advance(vertex('b', { started: at(4), inputs: ['from'] }));
    timeline.flush();
    const plain = output.map(({ text }) => text.replace(/\u001b\[\d+m/g, '').trimEnd());
    assert.deepEqual(plain, ['[own:2] FROM busybox 3.0s', '[own:7] RUN b']);
  });

  it('says that an unused image is there when nothing more is expected', () => {
    const { timeline, output } = begin();
    timeline.advance(vertex('a', { started: at(1), completed: at(2) }));
    timeline.advance(vertex('a', { started: at(2), completed: at(2), cached: true }));
    assert.equal(output.length, 0);
    timeline.flush();
    assert.match(output.map(({ text }) => text).join(''), /^[^\n]*RUN a[^\n]*cached[^\n]*\n$/);
  });

  it('says nothing of steps below a failure after which nothing runs', () => {
    const { timeline, output, writer } = begin();
    timeline.advance(vertex('from', { started: at(1), completed: at(2) }));
    timeline.advance(vertex('b', { started: at(1), inputs: ['x'] }));
    const before = output.length;
    writer.close();
    timeline.advance(vertex('b', { started: at(1), completed: at(2), error: 'context canceled', inputs: ['x'] }));
    timeline.flush();
    assert.equal(output.length, before);
  });

  it('does not wait for the end of an endless line', () => {
    const { timeline, output } = begin();
    timeline.advance(vertex('a', { started: at(1) }));
    for (let index = 0; index < 100; index++) timeline.advance(log('a', '#'.repeat(1000)));
    assert.ok(output.some(({ text }) => text.length > 60_000));
  });
});

describe('lastLines', () => {
  it('drops colours, redrawn progress and empty ends', () => {
    assert.deepEqual(lastLines('a\n\u001b[31mred\u001b[0m\n10%\r50%\r100%\n\n', 2), ['red', '100%']);
  });
});
