import assert from 'node:assert/strict';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import { status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { BytesMessage } from '../../../../debug-adapter/buildkit/gen/filesync.js';
import { HealthCheckRequest, HealthCheckResponse } from '../../../../debug-adapter/buildkit/gen/health.js';
import { MessageReader, messagePrefix } from '../../../../debug-adapter/buildkit/rpc/messages.js';
import {
  type Call,
  type Method,
  RpcError,
  serveMethods,
  unaryMethod,
} from '../../../../debug-adapter/buildkit/session/rpc-server.js';
import {
  FrameReader,
  frameFlag,
  frameOf,
  frameType,
  preface,
} from '../../../../debug-adapter/buildkit/http2/frames.js';
import { HeaderDecoder } from '../../../../debug-adapter/buildkit/http2/header-decoder.js';
import { requestHeaders } from '../../../../debug-adapter/buildkit/http2/header-encoder.js';
import { Page } from '../../../../debug-adapter/buildkit/http2/page.js';
import { streamPair } from '../pair.js';

interface Answer {
  readonly messages: Buffer[];
  readonly trailers: IncomingHttpHeaders;
}

/** Node's own HTTP/2 as the engine. */
function client(transport: Duplex, settings: { initialWindowSize?: number } = {}) {
  const session = connect('http://localhost', { createConnection: () => transport, settings });
  session.on('error', () => undefined);
  const call = (path: string, requests: readonly Uint8Array[], headers: Record<string, string | string[]> = {}) => {
    const stream = session.request({ ':method': 'POST', ':path': path, te: 'trailers', ...headers });
    for (const request of requests) stream.write(Buffer.concat([messagePrefix(request.length), request]));
    return { stream, answer: answerOf(stream) };
  };
  return { session, call };
}

async function answerOf(stream: ReturnType<ReturnType<typeof connect>['request']>): Promise<Answer> {
  const reader = new MessageReader(32 * 1024 * 1024);
  const messages: Buffer[] = [];
  let trailers: IncomingHttpHeaders = {};
  stream.on('trailers', (found: IncomingHttpHeaders) => (trailers = found));
  stream.on('response', (found: IncomingHttpHeaders) => (trailers = found));
  stream.on('data', (chunk: Buffer) => messages.push(...reader.push(chunk)));
  await new Promise<void>((resolve, reject) => stream.once('close', resolve).once('error', reject));
  return { messages, trailers };
}

/** One method at the path that calls here go to. */
const serving = (method: Method) => (path: string) => (path === '/a.B/C' ? method : undefined);

/** Runs a call of one method to its end. */
async function run(method: Method, requests: readonly Uint8Array[], headers: Record<string, string | string[]> = {}) {
  const [near, far] = streamPair();
  const server = serveMethods(near, serving(method));
  const { session, call } = client(far);
  const { stream, answer } = call('/a.B/C', requests, headers);
  stream.end();
  const result = await answer;
  session.close();
  await server.close();
  return result;
}

const echo: Method = async (call: Call) => {
  for await (const message of call.messages) await call.send(message);
};

describe('the session server', () => {
  it('answers unary calls', async () => {
    const health = unaryMethod(HealthCheckRequest, HealthCheckResponse, () => ({ status: 1 }));
    const { messages, trailers } = await run(health, [HealthCheckRequest.encode({ service: '' }).finish()]);
    assert.deepEqual(
      messages.map((message) => HealthCheckResponse.decode(message).status),
      [1],
    );
    assert.equal(trailers['grpc-status'], '0');
  });

  it('keeps repeated headers apart, whatever is in them', async () => {
    let values: readonly string[] = [];
    await run(
      (call) => {
        values = call.header('followpaths');
        return Promise.resolve();
      },
      [],
      { followpaths: ['a, b', 'c', ', ', 'ä'] },
    );
    assert.deepEqual(values, ['a, b', 'c', ', ', 'ä']);
  });

  it('takes headers that need many frames', async () => {
    const patterns = Array.from({ length: 3000 }, (_, index): [string, string] => [
      'exclude-patterns',
      `long/pattern/${index}`,
    ]);
    const block = requestHeaders('localhost', '/a.B/C', patterns);
    const [near, far] = streamPair();
    const found = new Promise<readonly string[]>((resolve) => {
      const method: Method = (call) => Promise.resolve(resolve(call.header('exclude-patterns')));
      serveMethods(near, serving(method));
    });
    far.resume();
    far.write(preface);
    for (let at = 0; at < block.length; at += 16384) {
      const part = block.subarray(at, at + 16384);
      const last = at + 16384 >= block.length ? frameFlag.endHeaders : 0;
      const first = at === 0;
      far.write(
        frameOf(first ? frameType.headers : frameType.continuation, first ? last | frameFlag.endStream : last, 1, part),
      );
    }
    assert.deepEqual(
      await found,
      patterns.map(([, value]) => value),
    );
  });

  it('carries messages larger than every window, both ways', async () => {
    const large = Buffer.alloc(3 * 1024 * 1024, 'abcdefghijk');
    const { messages, trailers } = await run(echo, [large, Buffer.alloc(0), Buffer.from('x')]);
    assert.deepEqual(
      messages.map(({ length }) => length),
      [large.length, 0, 1],
    );
    assert.ok(messages[0]?.equals(large));
    assert.equal(trailers['grpc-status'], '0');
  });

  it('says what went wrong, in any language', async () => {
    const failing =
      (error: Error): Method =>
      () =>
        Promise.reject(error);
    const named = await run(failing(new RpcError(status.NOT_FOUND, 'kein Schlüssel: 100 % weg')), []);
    assert.equal(named.trailers['grpc-status'], '5');
    assert.equal(decodeURIComponent(String(named.trailers['grpc-message'])), 'kein Schlüssel: 100 % weg');
    const other = await run(failing(new Error('x')), []);
    assert.equal(other.trailers['grpc-status'], '2');
  });

  it('answers UNIMPLEMENTED for methods that it does not have', async () => {
    const [near, far] = streamPair();
    const server = serveMethods(near, () => undefined);
    const { session, call } = client(far);
    const { stream, answer } = call('/moby.filesync.v1.Auth/FetchToken', []);
    stream.end();
    assert.equal((await answer).trailers['grpc-status'], '12');
    session.close();
    await server.close();
  });

  it('waits for the reader, and lets other calls pass meanwhile', async () => {
    const [near, far] = streamPair();
    let sent = 0;
    const flood: Method = async (call) => {
      for (; sent < 64; sent++) await call.send(Buffer.alloc(256 * 1024));
    };
    const server = serveMethods(near, (path) => (path === '/flood' ? flood : echo));
    const { session, call } = client(far, { initialWindowSize: 32768 });
    const slow = session.request({ ':method': 'POST', ':path': '/flood' }, { endStream: true });
    slow.pause();
    const quick = call('/echo', [Buffer.from('hello')]);
    quick.stream.end();
    assert.equal((await quick.answer).messages[0]?.toString(), 'hello');
    assert.ok(sent < 8, `${sent} messages were taken though nobody reads`);
    const rest = answerOf(slow);
    slow.resume();
    assert.equal((await rest).messages.length, 64);
    session.close();
    await server.close();
  });

  it('tells a method that its call was cancelled', async () => {
    const [near, far] = streamPair();
    const cancelled = new Promise<void>((resolve) => {
      const waiting: Method = (call) =>
        new Promise((_, reject) => {
          call.signal.addEventListener('abort', () => {
            resolve();
            reject(new Error('cancelled'));
          });
        });
      serveMethods(near, serving(waiting));
    });
    const { session, call } = client(far);
    const { stream, answer } = call('/a.B/C', []);
    answer.catch(() => undefined);
    setImmediate(() => stream.close(8));
    await cancelled;
    session.destroy();
  });

  it('ends calls when the session ends', async () => {
    const [near, far] = streamPair();
    const server = serveMethods(near, serving(echo));
    const { call } = client(far);
    const { answer } = call('/a.B/C', [Buffer.from('x')]);
    answer.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await server.close();
    assert.ok(near.writableEnded);
  });

  it('gives up on a peer that does not speak HTTP/2', async () => {
    const [near, far] = streamPair();
    serveMethods(near, () => undefined);
    near.on('error', () => undefined);
    far.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await new Promise((resolve) => near.once('close', resolve));
    assert.ok(near.destroyed);
  });
});

describe('frames', () => {
  it('are found however the bytes are cut', () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });
    fc.assert(
      fc.property(payloads, fc.integer({ min: 1, max: 50 }), (contents, step) => {
        const bytes = Buffer.concat(contents.map((content) => frameOf(frameType.data, 1, 7, content)));
        const reader = new FrameReader(0);
        const found: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += step) {
          found.push(...reader.push(bytes.subarray(at, at + step)).map(({ payload }) => payload));
        }
        assert.deepEqual(
          found.map((payload) => [...payload]),
          contents.map((content) => [...content]),
        );
      }),
    );
  });

  it('inside of an envelope read as one message of the outer stream', () => {
    const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(pieces, fc.integer({ min: 16, max: 200 }), (contents, frameSize) => {
        const size = contents.reduce((sum, { length }) => sum + length, 0);
        const page = new Page(Buffer.alloc(Page.bufferSize(size, frameSize)), { stream: 1, frameSize });
        for (const content of contents) page.put(content, 0, content.length);
        const frames = new FrameReader(0).push(page.finish());
        assert.ok(frames.every(({ payload }) => payload.length <= frameSize));
        const payload = Buffer.concat(frames.map((frame) => frame.payload));
        assert.equal(payload.length, page.payload);
        const [message] = new MessageReader(1e6).push(payload);
        assert.ok(message !== undefined);
        assert.deepEqual(Buffer.from(BytesMessage.decode(message).data), Buffer.concat(contents));
      }),
    );
  });
});

describe('header blocks', () => {
  /** RFC 7541, appendix C.4: three requests of one connection, Huffman coded, with the table between them. */
  it('of the standard’s example', () => {
    const decoder = new HeaderDecoder();
    const blocks = [
      '828684418cf1e3c2e5f23a6ba0ab90f4ff',
      '828684be5886a8eb10649cbf',
      '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
    ].map((hex) => decoder.decode(Buffer.from(hex, 'hex')));
    assert.deepEqual(blocks[0], [
      [':method', 'GET'],
      [':scheme', 'http'],
      [':path', '/'],
      [':authority', 'www.example.com'],
    ]);
    assert.deepEqual(blocks[1]?.slice(3), [
      [':authority', 'www.example.com'],
      ['cache-control', 'no-cache'],
    ]);
    assert.deepEqual(blocks[2]?.slice(1), [
      [':scheme', 'https'],
      [':path', '/index.html'],
      [':authority', 'www.example.com'],
      ['custom-key', 'custom-value'],
    ]);
  });

  it('of ours', () => {
    const block = requestHeaders('localhost', '/a.B/C', [['x', 'y'.repeat(300)]]);
    assert.deepEqual(new HeaderDecoder().decode(block), [
      [':method', 'POST'],
      [':scheme', 'http'],
      [':path', '/a.B/C'],
      [':authority', 'localhost'],
      ['content-type', 'application/grpc'],
      ['te', 'trailers'],
      ['x', 'y'.repeat(300)],
    ]);
  });

  it('that end early or lie are refused', () => {
    for (const hex of ['41', 'bf', '4003', '7fffffffffffffffff', '3fe21f']) {
      assert.throws(() => new HeaderDecoder().decode(Buffer.from(hex, 'hex')), { name: 'WireError' }, hex);
    }
  });
});
