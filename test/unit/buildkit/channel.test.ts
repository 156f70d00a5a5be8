import assert from 'node:assert/strict';
import {
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js';
import { EngineError } from '../../../debug-adapter/buildkit/errors.js';
import { Status } from '../../../debug-adapter/buildkit/gen/status.js';
import { serverStream, unary } from '../../../debug-adapter/buildkit/rpc/calls.js';
import { converse } from '../../../debug-adapter/buildkit/rpc/converse.js';
import { DuplexChannel } from '../../../debug-adapter/buildkit/rpc/channel.js';
import { streamPair } from './pair.js';

const bytes = { requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same };
const echo = { path: '/test.v1.Echo/Once', requestStream: false, responseStream: false, ...bytes } as const;
const count = { path: '/test.v1.Echo/Count', requestStream: false, responseStream: true, ...bytes } as const;
const talk = { path: '/test.v1.Echo/Talk', requestStream: true, responseStream: true, ...bytes } as const;
const absent = { path: '/test.v1.Echo/Absent', requestStream: false, responseStream: false, ...bytes } as const;
const service: ServiceDefinition = { echo, count, talk };

function same(value: Buffer): Buffer {
  return value;
}

/** A service that does what the request says. */
function serve() {
  const [near, far] = streamPair();
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  const seen = { cancelled: 0, metadata: new Metadata(), sent: 0 };
  const once: handleUnaryCall<Buffer, Buffer> = (call, answer) => {
    seen.metadata = call.metadata;
    const text = String(call.request);
    if (text === 'hang') return void call.on('cancelled', () => (seen.cancelled += 1));
    if (text === 'drop') return void far.destroy();
    if (!text.startsWith('fail')) return answer(null, call.request);
    const metadata = new Metadata();
    const details = [{ typeUrl: 'x/errdefs.Vertex+json', value: Buffer.from('{"digest":"sha256:v"}') }];
    metadata.set('grpc-status-details-bin', Buffer.from(Status.encode(Status.fromPartial({ details })).finish()));
    answer({ code: status.UNKNOWN, details: text, metadata });
  };
  const counted: handleServerStreamingCall<Buffer, Buffer> = (call) => {
    const [total = 0, size = 4] = String(call.request).split(' ').map(Number);
    let at = 0;
    const next = () => {
      for (; at < total && !call.cancelled; at++) {
        seen.sent = at;
        const message = Buffer.alloc(size);
        message.writeUInt32BE(at);
        if (!call.write(message)) return void (at += 1);
      }
      if (call.cancelled) seen.cancelled += 1;
      else if (String(call.request).endsWith('fail'))
        call.emit('error', { code: status.ABORTED, details: 'at the end' });
      else call.end();
    };
    call.on('drain', next);
    call.on('cancelled', () => at < total && next());
    next();
  };
  const talked: handleBidiStreamingCall<Buffer, Buffer> = (call) => {
    call.on('data', (message: Buffer) => void call.write(message));
    call.on('end', () => call.end());
  };
  server.addService(service, { echo: once, count: counted, talk: talked });
  server.createConnectionInjector(ServerCredentials.createInsecure()).injectConnection(far);
  const channel = new DuplexChannel(near, 'localhost');
  const close = () => {
    channel.close();
    server.forceShutdown();
  };
  return { channel, client: channel, seen, close };
}

async function failure(work: Promise<unknown>): Promise<EngineError> {
  return await work.then(
    () => assert.fail('it succeeded'),
    (error: unknown) => {
      if (error instanceof EngineError) return error;
      throw error;
    },
  );
}

describe('calls over a byte stream', () => {
  let server: ReturnType<typeof serve>;
  beforeEach(() => (server = serve()));
  afterEach(() => server.close());

  it('answer', async () => {
    const metadata = new Metadata();
    metadata.add('many', 'one');
    metadata.add('many', 'two');
    assert.equal(String(await unary(server.client, echo, Buffer.from('hello'), { metadata })), 'hello');
    assert.deepEqual(server.seen.metadata.get('many').join(', '), 'one, two');
    assert.equal((await unary(server.client, echo, Buffer.alloc(0))).length, 0);
  });

  it('carry long messages up to the limit', async () => {
    const long = Buffer.alloc(12 * 1024 * 1024, 'x');
    assert.deepEqual(await unary(server.client, echo, long), long);
    const error = await failure(unary(server.client, echo, Buffer.alloc(17 * 1024 * 1024)));
    assert.equal(error.code, status.RESOURCE_EXHAUSTED);
    assert.equal(String(await unary(server.client, echo, Buffer.from('on'))), 'on');
  });

  it('run at once, each with its own answer', async () => {
    const texts = Array.from({ length: 200 }, (_, at) => `n${at}`);
    const answers = await Promise.all(texts.map((text) => unary(server.client, echo, Buffer.from(text))));
    assert.deepEqual(answers.map(String), texts);
  });

  it('fail with method, code, text and details', async () => {
    const error = await failure(unary(server.client, echo, Buffer.from('fail: ünïcode 100% €')));
    assert.equal(error.method, 'Echo.Once');
    assert.equal(error.code, status.UNKNOWN);
    assert.equal(error.message, 'fail: ünïcode 100% €');
    assert.equal(error.details.vertex, 'sha256:v');
    assert.equal((await failure(unary(server.client, absent, Buffer.alloc(0)))).code, status.UNIMPLEMENTED);
  });

  it('end with the reason of a signal', async () => {
    await unary(server.client, echo, Buffer.from('warm'));
    const controller = new AbortController();
    const call = unary(server.client, echo, Buffer.from('hang'), { signals: [undefined, controller.signal] });
    await new Promise((resolve) => setTimeout(resolve, 50));
    controller.abort(new Error('enough'));
    await assert.rejects(call, /^Error: enough$/);
    await assert.rejects(unary(server.client, echo, Buffer.from('x'), { signals: [controller.signal] }), /enough/);
    await unary(server.client, echo, Buffer.from('still works'));
    assert.equal(server.seen.cancelled, 1);
  });

  it('are unavailable when the connection drops, and say so', async () => {
    await unary(server.client, echo, Buffer.from('warm'));
    const hanging = failure(unary(server.client, echo, Buffer.from('hang')));
    const dropped = await failure(unary(server.client, echo, Buffer.from('drop')));
    assert.equal(dropped.code, status.UNAVAILABLE);
    assert.equal((await hanging).code, status.UNAVAILABLE);
    await server.channel.closed;
    assert.equal((await failure(unary(server.client, echo, Buffer.from('x')))).code, status.UNAVAILABLE);
  });

  it('stream in order and to the end, also before an error', async () => {
    const numbers: number[] = [];
    for await (const message of serverStream(server.client, count, Buffer.from('5000 4'))) {
      numbers.push(message.readUInt32BE());
    }
    assert.deepEqual(
      numbers,
      Array.from({ length: 5000 }, (_, at) => at),
    );
    let seen = 0;
    const failing = async () => {
      for await (const _ of serverStream(server.client, count, Buffer.from('100 4 fail'))) seen += 1;
    };
    assert.equal((await failure(failing())).message, 'at the end');
    assert.equal(seen, 100);
  });

  it('give the error to those who iterate late', async () => {
    const answers = serverStream(server.client, count, Buffer.from('0 4 fail'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal((await failure(answers.next())).code, status.ABORTED);
  });

  it('make a fast sender wait for a slow reader', async () => {
    const answers = serverStream(server.client, count, Buffer.from('2000 65536'));
    await answers.next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.ok(server.seen.sent < 400, `${server.seen.sent} messages are on their way`);
    await answers.return();
    await unary(server.client, echo, Buffer.from('next'));
    assert.equal(server.seen.cancelled, 1, 'leaving the loop cancels');
  });

  it('talk both ways', async () => {
    const call = converse(server.client, talk);
    const sent = Array.from({ length: 300 }, (_, at) => Buffer.alloc(at * 37, at));
    const sending = (async () => {
      for (const message of sent) await call.send(message);
      call.end();
    })();
    const heard: Buffer[] = [];
    for await (const message of call.answers) heard.push(message);
    await sending;
    assert.deepEqual(heard, sent);
  });
});
