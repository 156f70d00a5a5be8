import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { MessageReader } from '../../../debug-adapter/dap/wire/framing.js';
import { Outbox } from '../../../debug-adapter/dap/wire/outbox.js';

interface Sent {
  readonly seq: number;
  readonly type: string;
  readonly event?: string;
  readonly command?: string;
  readonly body?: { readonly category?: string; readonly reason?: string; readonly output?: string };
}

/** A stream that takes a chunk only when it is told to. */
class SlowStream extends Writable {
  readonly messages: Sent[] = [];
  readonly #reader = new MessageReader();
  #next: (() => void) | undefined;
  open: boolean;

  constructor(open: boolean) {
    super({ highWaterMark: 1 });
    this.open = open;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    for (const frame of this.#reader.push(chunk)) if (frame.kind === 'message') this.messages.push(frame.value as Sent);
    if (this.open) setImmediate(done);
    else this.#next = done;
  }

  release(): void {
    this.open = true;
    this.#next?.();
  }

  outputs(): string[] {
    return this.messages.filter(({ event }) => event === 'output').map(({ body }) => body?.output ?? '');
  }
}

const stdout = { category: 'stdout' } as const;

describe('the outbox', () => {
  it('joins output of one kind, and keeps the order of kinds and events', async () => {
    const stream = new SlowStream(true);
    const outbox = new Outbox(stream);
    for (let line = 0; line < 100; line += 1) outbox.output(`${line}\n`, stdout);
    outbox.output('oops\n', { category: 'stderr' });
    outbox.event('stopped', { reason: 'step' });
    await outbox.drained();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(
      stream.messages.map(({ event, body }) => [event, body?.category ?? body?.reason]),
      [
        ['output', 'stdout'],
        ['output', 'stderr'],
        ['stopped', 'step'],
      ],
    );
    assert.deepEqual(
      stream.messages.map(({ seq }) => seq),
      [1, 2, 3],
    );
    assert.equal(stream.outputs()[0]?.split('\n').length, 101);
  });

  it('sends lone output by itself after a moment', async () => {
    const stream = new SlowStream(true);
    new Outbox(stream, { delayMs: 1 }).output('hi\n', stdout);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(stream.outputs(), ['hi\n']);
  });

  it('cuts long output at lines, and never inside of a character', async () => {
    const stream = new SlowStream(true);
    const outbox = new Outbox(stream, { event: 10 });
    outbox.output('123456\n89012345678901\u{1f600}x', stdout);
    await outbox.drained();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(stream.outputs().join(''), '123456\n89012345678901\u{1f600}x');
    assert.ok(stream.outputs().every((text) => text.length <= 10 && encodeURIComponent(text) !== ''));
  });

  it('answers while output waits for a client that reads slowly', async () => {
    const stream = new SlowStream(false);
    const outbox = new Outbox(stream, { event: 100, waiting: 2000 });
    for (let line = 0; line < 1000; line += 1) outbox.output(`line ${line}\n`, stdout);
    outbox.event('stopped', { reason: 'step' });
    outbox.send({ type: 'response', command: 'threads' });
    stream.release();
    await outbox.drained();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const kinds = stream.messages.map(({ type, event }) => event ?? type);
    assert.ok(kinds.indexOf('response') < 3, kinds.join(' '));
    assert.equal(kinds.at(-1), 'stopped');
    const text = stream.outputs().join('');
    assert.ok(text.length < 3000);
    assert.match(text, /characters of output left out/);
    assert.match(text, /line 999\n$/);
  });

  it('takes no event once it is closed', async () => {
    const stream = new SlowStream(true);
    const outbox = new Outbox(stream);
    outbox.event('terminated', undefined);
    outbox.close();
    outbox.event('stopped', {});
    outbox.output('late', stdout);
    outbox.send({ type: 'response', command: 'disconnect' });
    await outbox.drained();
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.deepEqual(
      stream.messages.map(({ event, command }) => event ?? command),
      ['terminated', 'disconnect'],
    );
  });

  it('takes 200,000 lines in no time', async () => {
    const stream = new SlowStream(true);
    const outbox = new Outbox(stream);
    const started = process.cpuUsage();
    for (let line = 0; line < 200_000; line += 1) outbox.output(`line ${line} of a very long build\n`, stdout);
    await outbox.drained();
    const { user, system } = process.cpuUsage(started);
    assert.ok(user + system < 1_500_000, `${(user + system) / 1000} ms`);
    assert.ok(stream.messages.length < 200);
  });
});
