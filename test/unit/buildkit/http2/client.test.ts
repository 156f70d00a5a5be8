import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';
import { status } from '@grpc/grpc-js';
import { EngineError } from '../../../../debug-adapter/buildkit/errors.js';
import { Status } from '../../../../debug-adapter/buildkit/gen/status.js';
import { WrongProtocolError } from '../../../../debug-adapter/buildkit/http2/client.js';
import {
  type Frame,
  FrameReader,
  frameFlag,
  frameOf,
  frameType,
  numbersFrame,
  preface,
  setting,
  settingsFrame,
} from '../../../../debug-adapter/buildkit/http2/frames.js';
import { responseHeaders, trailers } from '../../../../debug-adapter/buildkit/http2/header-encoder.js';
import { serverStream, unary } from '../../../../debug-adapter/buildkit/rpc/calls.js';
import { DuplexChannel } from '../../../../debug-adapter/buildkit/rpc/channel.js';
import { messagePrefix } from '../../../../debug-adapter/buildkit/rpc/messages.js';
import { streamPair } from '../pair.js';

const same = (value: Buffer): Buffer => value;
const method = {
  path: '/a.B/C',
  requestStream: false,
  responseStream: false,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
} as const;

/** The engine's end, frame by frame. */
class Peer {
  readonly frames: Frame[] = [];
  private readonly reader = new FrameReader(preface.length);
  private wake: () => void = () => undefined;

  constructor(private readonly stream: Duplex) {
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => {
      this.frames.push(...this.reader.push(chunk));
      this.wake();
    });
  }

  send(...frames: readonly Uint8Array[]): void {
    this.stream.write(Buffer.concat(frames));
  }

  /** Ends a call: headers, one message, trailers. */
  answer(stream: number, message: string, code = 0): void {
    const bytes = Buffer.from(message);
    this.send(
      headers(stream, responseHeaders, false),
      frameOf(frameType.data, 0, stream, Buffer.concat([messagePrefix(bytes.length), bytes])),
      headers(stream, trailers(code, ''), true),
    );
  }

  /** Numbers of the streams that were opened. */
  get opened(): number[] {
    return this.frames.filter(({ type }) => type === frameType.headers).map(({ stream }) => stream);
  }

  async until(met: () => boolean): Promise<void> {
    while (!met()) await new Promise<void>((resolve) => (this.wake = resolve));
  }
}

/** A header block in frames of at most 16 KiB, as Go sends it. */
function headers(stream: number, block: Buffer, last: boolean): Buffer {
  const frames: Buffer[] = [];
  for (let at = 0; at === 0 || at < block.length; at += 16384) {
    const end = at + 16384 >= block.length ? frameFlag.endHeaders : 0;
    const flags = end | (at === 0 && last ? frameFlag.endStream : 0);
    const type = at === 0 ? frameType.headers : frameType.continuation;
    frames.push(frameOf(type, flags, stream, block.subarray(at, at + 16384)));
  }
  return Buffer.concat(frames);
}

function connected() {
  const [near, far] = streamPair();
  const peer = new Peer(far);
  const channel = new DuplexChannel(near, 'localhost');
  const client = channel;
  const call = (text: string): Promise<Buffer> => {
    const answer = unary(client, method, Buffer.from(text));
    answer.catch(() => undefined);
    return answer;
  };
  return { peer, channel, client, call, far };
}

async function failed(work: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof EngineError, String(error));
  return error;
}

describe('our end of a connection', () => {
  it('takes trailers of any length, however they are cut', async () => {
    const { peer, call, channel } = connected();
    const value = Buffer.from(`{"info":{"filename":"D","data":"${'x'.repeat(400_000)}"},"ranges":[]}`);
    const details = [
      { typeUrl: 'x/errdefs.Source+json', value },
      { typeUrl: 'x/errdefs.Vertex+json', value: Buffer.from('{"digest":"sha256:v"}') },
    ];
    const bin = Buffer.from(Status.encode(Status.fromPartial({ code: 2, details })).finish()).toString('base64');
    const failing = call('one');
    await peer.until(() => peer.opened.length === 1);
    const block = Buffer.concat([responseHeaders, trailers(2, 'x', [['grpc-status-details-bin', bin]])]);
    const bytes = headers(1, block, true);
    for (let at = 0; at < bytes.length; at += 10_007) peer.send(bytes.subarray(at, at + 10_007));
    assert.equal((await failed(failing)).details.vertex, 'sha256:v');
    const next = call('two');
    await peer.until(() => peer.opened.length === 2);
    peer.answer(3, 'on');
    assert.equal(String(await next), 'on');
    channel.close();
  });

  it('opens no more calls than the engine takes at a time', async () => {
    const { peer, call, channel } = connected();
    peer.send(settingsFrame([[setting.maxConcurrentStreams, 2]]));
    await peer.until(() =>
      peer.frames.some(({ type, flags }) => type === frameType.settings && flags === frameFlag.ack),
    );
    const calls = ['a', 'b', 'c'].map(call);
    await peer.until(() => peer.opened.length === 2);
    peer.answer(3, 'second');
    await peer.until(() => peer.opened.length === 3);
    peer.answer(5, 'third');
    peer.answer(1, 'first');
    assert.deepEqual((await Promise.all(calls)).map(String), ['first', 'second', 'third']);
    channel.close();
  });

  it('lets calls end after a goodbye, and says of the others that they were not taken', async () => {
    const { peer, call, channel } = connected();
    const [first, second] = [call('a'), call('b')];
    await peer.until(() => peer.opened.length === 2);
    peer.send(numbersFrame(frameType.goAway, 0, 1, 0));
    assert.equal((await failed(second)).code, status.UNAVAILABLE);
    assert.equal((await failed(call('c'))).code, status.UNAVAILABLE);
    peer.answer(1, 'late');
    assert.equal(String(await first), 'late');
    assert.equal(await channel.closed, undefined);
  });

  it('gives the reason of a goodbye', async () => {
    const { peer, call, channel } = connected();
    const cut = call('a');
    await peer.until(() => peer.opened.length === 1);
    peer.send(numbersFrame(frameType.goAway, 0, 0, 11));
    assert.match((await failed(cut)).message, /said goodbye with code 11/);
    assert.match((await channel.closed)?.message ?? '', /code 11/);
  });

  for (const [code, expected] of [
    [0, status.INTERNAL],
    [2, status.INTERNAL],
    [7, status.UNAVAILABLE],
    [8, status.CANCELLED],
    [11, status.RESOURCE_EXHAUSTED],
  ] as const) {
    it(`gives a call that is reset with code ${code} the status ${status[expected]}`, async () => {
      const { peer, call, channel } = connected();
      const cut = call('a');
      await peer.until(() => peer.opened.length === 1);
      peer.send(numbersFrame(frameType.reset, 1, code));
      assert.equal((await failed(cut)).code, expected);
      channel.close();
    });
  }

  it('takes an answer that comes before all was asked, and asks no further', async () => {
    const { peer, call, channel } = connected();
    const answer = call('x'.repeat(500_000));
    await peer.until(() => peer.frames.filter(({ type }) => type === frameType.data).length >= 4);
    peer.answer(1, '', 8);
    assert.equal((await failed(answer)).code, status.RESOURCE_EXHAUSTED);
    await peer.until(() => peer.frames.some(({ type, stream }) => type === frameType.reset && stream === 1));
    const next = call('small');
    peer.send(numbersFrame(frameType.windowUpdate, 0, 1 << 20));
    await peer.until(() => peer.opened.length === 2);
    peer.answer(3, 'on');
    assert.equal(String(await next), 'on');
    channel.close();
  });

  it('asks for more only as messages are taken', async () => {
    const { peer, client, channel } = connected();
    const answers = serverStream(client, method, Buffer.from('go'));
    await peer.until(() => peer.opened.length === 1);
    const message = Buffer.concat([messagePrefix(16_000), Buffer.alloc(16_000)]);
    peer.send(headers(1, responseHeaders, false));
    for (let at = 0; at < 200; at++) peer.send(frameOf(frameType.data, 0, 1, message));
    const windows = (): number[] =>
      peer.frames
        .filter(({ type, stream }) => type === frameType.windowUpdate && stream === 1)
        .map(({ stream }) => stream);
    await answers.next();
    const early = windows().length;
    for (let at = 1; at < 200; at++) await answers.next();
    await peer.until(() => windows().length > 0);
    assert.equal(early, 0);
    channel.close();
  });

  it('knows an engine that speaks something else', async () => {
    for (const [text, speaks] of [
      ['HTTP/1.1 400 Bad Request\r\n\r\n', 'http/1'],
      [Buffer.of(0x15, 3, 1, 0, 2, 2, 80), 'tls'],
    ] as const) {
      const { call, channel, far } = connected();
      const lost = call('a');
      far.write(text);
      assert.equal((await failed(lost)).code, status.UNAVAILABLE);
      const cause = await channel.closed;
      assert.ok(cause instanceof WrongProtocolError);
      assert.equal(cause.speaks, speaks);
    }
  });

  it('gives up on an engine that breaks the rules', async () => {
    for (const bytes of [
      Buffer.of(1, 0, 0, 0, 0, 0, 0, 0, 1),
      frameOf(frameType.continuation, frameFlag.endHeaders, 1, Buffer.alloc(0)),
      frameOf(frameType.windowUpdate, 0, 1, Buffer.alloc(2)),
      headers(1, Buffer.of(0xff, 0xff, 0xff), true),
    ]) {
      const { peer, call, channel } = connected();
      const lost = call('a');
      await peer.until(() => peer.opened.length === 1);
      peer.send(bytes);
      assert.equal((await failed(lost)).code, status.UNAVAILABLE);
      assert.equal((await channel.closed)?.name, 'WireError');
    }
  });
});
