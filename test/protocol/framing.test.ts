import assert from 'node:assert/strict';
import { DapClient, frame, type Transport } from '../support/dap/index.js';

const transports: readonly Transport[] = ['stdio', 'tcp'];

for (const transport of transports) {
  describe(`framing on ${transport}`, () => {
    const start = async (): Promise<DapClient> => {
      const client = await DapClient.start({ transport });
      await client.initialize();
      return client;
    };
    /** It still answers. */
    const alive = async (client: DapClient): Promise<void> => {
      await assert.rejects(client.request('launch', { dockerfile: '/no/such/Dockerfile' }), /does not exist/);
    };

    for (const piece of [1, 2, 7]) {
      it(`reads input that comes ${piece} bytes at a time`, async () => {
        await using client = await DapClient.start({ transport });
        client.wire.piece = piece;
        await client.initialize({ clientName: 'Ünïcödé 🐳' });
        await alive(client);
      });
    }

    it('reads several messages in one chunk', async () => {
      await using client = await DapClient.start({ transport });
      const message = (seq: number, command: string): Buffer =>
        frame({ seq, type: 'request', command, arguments: { adapterID: 'buildkit' } });
      const first = client.nextSeq;
      client.sendBytes('', { command: 'initialize' });
      client.sendBytes('', { command: 'nonsense' });
      client.sendBytes(Buffer.concat([message(first, 'initialize'), message(first + 1, 'nonsense')]));
      assert.equal((await client.answerTo(first)).success, true);
      assert.equal((await client.answerTo(first + 1)).success, false);
    });

    it('reads headers in any case, beside others', async () => {
      await using client = await start();
      const body = JSON.stringify({ seq: client.nextSeq, type: 'request', command: 'threads' });
      const header = `Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:${body.length}\r\n\r\n`;
      const seq = client.sendBytes(header + body, { command: 'threads' });
      assert.equal((await client.answerTo(seq)).command, 'threads');
    });

    it('answers a request whose JSON is broken, and goes on', async () => {
      await using client = await start();
      const seq = client.sendBytes(frame(`{"seq":${client.nextSeq},"type":"request","command":"threads",]}`), {
        command: 'threads',
      });
      const answer = await client.answerTo(seq);
      assert.equal(answer.success, false);
      await client.next('output', ({ output }) => /cannot be read/.test(output));
      await alive(client);
    });

    it('goes on after JSON that is no message', async () => {
      await using client = await start();
      for (const text of ['null', '[]', '42', '"text"', '{}', '{"type":"request"}', '{"seq":"1","type":"request"}']) {
        client.sendBytes(frame(text));
      }
      await alive(client);
    });

    it('goes on after a body that is shorter than its header says', async () => {
      await using client = await start();
      const body = '{"seq":0,"type":"event","event":"x"}';
      client.sendBytes(`Content-Length: ${body.length + 20}\r\n\r\n${body}`);
      await alive(client);
    });

    it('goes on after a body that is longer than its header says', async () => {
      await using client = await start();
      client.sendBytes('Content-Length: 10\r\n\r\n{"seq":0,"type":"event","event":"x"}');
      await alive(client);
    });

    for (const header of [
      'Content-Length: x',
      'Content-Length: -5',
      'Content-Length: 99999999999999',
      'Hello: there',
    ]) {
      it(`goes on after the header "${header}"`, async () => {
        await using client = await start();
        client.sendBytes(`${header}\r\n\r\n`);
        await alive(client);
      });
    }

    it('answers a message of ten megabytes', async () => {
      await using client = await start();
      const dockerfile = `/no/such/${'x'.repeat(10_000_000)}`;
      const answer = await client.answerTo(client.send('launch', { dockerfile }));
      assert.equal(answer.success, false);
    });

    it('ignores answers to questions that it never asked', async () => {
      await using client = await start();
      client.sendBytes(
        frame({ seq: 99, type: 'response', request_seq: 4711, success: true, command: 'runInTerminal' }),
      );
      await alive(client);
    });
  });
}
