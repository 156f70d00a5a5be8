import assert from 'node:assert/strict';
import { connect, createServer, type ServerHttp2Stream } from 'node:http2';
import { Duplex } from 'node:stream';
import { BytesMessage } from '../../../../debug-adapter/buildkit/gen/control.js';
import { MessageReader, messagePrefix } from '../../../../debug-adapter/buildkit/rpc/messages.js';
import { type Method, serveMethods } from '../../../../debug-adapter/buildkit/session/rpc-server.js';
import { SessionTunnel } from '../../../../debug-adapter/buildkit/session/tunnel.js';
import { streamPair } from '../pair.js';

/** The bytes inside of `Control.Session`, as the engine has them. */
class Inside extends Duplex {
  private readonly reader = new MessageReader(16 * 1024 * 1024);

  constructor(private readonly outer: ServerHttp2Stream) {
    super();
    outer.on('data', (chunk: Buffer) => {
      for (const message of this.reader.push(chunk)) this.push(BytesMessage.decode(message).data);
    });
    outer.on('close', () => this.destroy());
    outer.on('error', () => undefined);
  }

  override _read(): void {
    // Bytes come with the messages.
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    const message = BytesMessage.encode({ data: chunk }).finish();
    this.outer.write(Buffer.concat([messagePrefix(message.length), message]), done);
  }

  override _final(done: () => void): void {
    done();
  }
}

/** Node's HTTP/2 as an engine that gets sessions. */
function engine(onSession: (stream: ServerHttp2Stream, headers: Record<string, unknown>) => void): Duplex {
  const [near, far] = streamPair();
  const server = createServer();
  server.on('sessionError', () => undefined);
  server.on('stream', (stream, headers) => onSession(stream, headers));
  server.emit('connection', far);
  return near;
}

const echo: Method = async (call) => {
  for await (const message of call.messages) await call.send(message);
};

describe('the session tunnel', () => {
  it('carries calls of the engine in both directions', async () => {
    const large = Buffer.alloc(2 * 1024 * 1024, 'abcdefg');
    let answered: (bytes: Buffer) => void;
    const answer = new Promise<Buffer>((resolve) => (answered = resolve));
    const socket = engine((stream, headers) => {
      assert.equal(headers[':path'], '/moby.buildkit.v1.Control/Session');
      assert.equal(headers['x-docker-expose-session-uuid'], 'some-id');
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      const session = connect('http://localhost', { createConnection: () => new Inside(stream) });
      session.on('error', () => undefined);
      const call = session.request({ ':method': 'POST', ':path': '/a.B/C' });
      call.on('error', () => undefined);
      call.end(Buffer.concat([messagePrefix(large.length), large]));
      const chunks: Buffer[] = [];
      call.on('data', (chunk: Buffer) => chunks.push(chunk));
      call.on('end', () => answered(Buffer.concat(chunks)));
    });
    const tunnel = new SessionTunnel(socket, 'localhost', [['x-docker-expose-session-uuid', 'some-id']]);
    tunnel.on('error', () => undefined);
    const server = serveMethods(tunnel, () => echo, { sink: tunnel.sink });
    await tunnel.opened;
    assert.ok((await answer).subarray(5).equals(large));
    await server.close();
    tunnel.destroy();
  });

  it('says why the engine refuses', async () => {
    const socket = engine((stream) => {
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12', 'grpc-message': 'kein Dienst %25' },
        { endStream: true },
      );
    });
    const tunnel = new SessionTunnel(socket, 'localhost', []);
    tunnel.on('error', () => undefined);
    await assert.rejects(tunnel.opened, { name: 'EngineError', code: 12, message: 'kein Dienst %' });
  });

  it('ends with its connection', async () => {
    const [near, far] = streamPair();
    const tunnel = new SessionTunnel(near, 'localhost', []);
    const failed = new Promise<Error>((resolve) => tunnel.once('error', resolve));
    far.destroy();
    assert.match((await failed).message, /closed the connection/);
    await assert.rejects(tunnel.opened, { name: 'EngineError', code: 14 });
  });
});
