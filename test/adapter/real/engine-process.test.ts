import assert from 'node:assert/strict';
import type { Container, Process, ProcessRequest } from '../../../debug-adapter/buildkit/api.js';
import { Meta, Mount, NetMode, SecurityMode } from '../../../debug-adapter/buildkit/gen/ops.js';
import { dockerImage } from '../../../debug-adapter/buildkit/llb-make.js';
import { type Kind, type Stage, stage } from './engine-support.js';

const root = (resultID: string) => Mount.fromPartial({ dest: '/', resultID, input: -1n, output: -1n });

async function output(process: Process): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const { data } of process.output) chunks.push(data);
  return Buffer.concat(chunks).toString('utf8');
}

for (const kind of ['buildkitd', 'buildkitd-old', 'docker20'] satisfies Kind[]) {
  describe(`a process on ${kind}`, () => {
    let it_: Stage;
    let image: string;
    const containers: Container[] = [];
    before(async () => {
      it_ = await stage(kind, 'FROM scratch\n');
      image = await it_.build.gateway.solve(dockerImage('docker.io/library/busybox:latest'));
    });
    after(async () => {
      for (const container of containers) await container[Symbol.asyncDispose]();
      await it_[Symbol.asyncDispose]();
    });

    async function run(script: string, more: Partial<ProcessRequest> = {}, mounts = [root(image)]): Promise<Process> {
      const container = await it_.build.gateway.newContainer({ mounts, network: NetMode.NONE });
      containers.push(container);
      return await container.exec({
        meta: Meta.fromPartial({ args: ['/bin/sh', '-c', script], cwd: '/' }),
        tty: false,
        stdin: false,
        security: SecurityMode.SANDBOX,
        secretEnv: [],
        ...more,
      });
    }

    it('keeps output and errors apart, and gives its exit code', async () => {
      const process = await run('echo out; echo err >&2; exit 200');
      const seen: Record<number, string> = { 1: '', 2: '' };
      for await (const { fd, data } of process.output) seen[fd] += Buffer.from(data).toString();
      assert.deepEqual(seen, { 1: 'out\n', 2: 'err\n' });
      assert.deepEqual(await process.exit, { code: 200 });
    });

    it('reads its input to the end', async () => {
      const process = await run('wc -c', { stdin: true });
      const data = Buffer.alloc(3_000_000, 'x');
      await process.write(data);
      process.endInput();
      assert.equal((await output(process)).trim(), '3000000');
      assert.deepEqual(await process.exit, { code: 0 });
    });

    it('ends though its input was never closed', async () => {
      // Without a tty, engines before 0.31 wait for the end of the input: https://github.com/moby/buildkit/pull/6815
      const process = await run('echo over', {
        stdin: true,
        tty: kind !== 'buildkitd',
      });
      assert.equal((await output(process)).trim(), 'over');
      assert.deepEqual(await process.exit, { code: 0 });
      await process.write(Buffer.from('late'));
      process.resize({ rows: 1, columns: 1 });
      void process.signal('KILL');
    });

    it('has a terminal of the size that is wanted, and hears of changes', async () => {
      let size = { rows: 33, columns: 99 };
      // The engine hears of sizes and of input on ways of their own: which comes first is chance.
      const until = (wanted: string): string => `until [ "$(stty size)" = "${wanted}" ]; do :; done`;
      // The first size may be lost while runc starts: it is told again with the first output.
      const script = `echo up; ${until('33 99')}; echo first; ${until('10 20')}; read x; echo $x; tty -s && echo is a tty`;
      const process = await run(script, { tty: true, stdin: true, size });
      let seen = '';
      // A machine that is busy with other things loses a size now and then, where the engine is an old one.
      const again = setInterval(() => process.resize(size), 2000);
      for await (const { fd, data } of process.output) {
        assert.equal(fd, 1);
        seen += Buffer.from(data).toString();
        if (seen === 'up\r\nfirst\r\n') {
          size = { rows: 10, columns: 20 };
          process.resize(size);
          await process.write(Buffer.from('go\n'));
        }
      }
      clearInterval(again);
      assert.match(seen, /go\r\nis a tty\r\n$/);
    });

    it('waits for a slow reader and loses nothing', async () => {
      const process = await run('seq 1 2000000; echo end');
      const reader = process.output[Symbol.asyncIterator]();
      await reader.next();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      let tail = '';
      let bytes = 0;
      for (let next = await reader.next(); next.done !== true; next = await reader.next()) {
        bytes += next.value.data.length;
        tail = (tail + Buffer.from(next.value.data).toString()).slice(-30);
      }
      assert.match(tail, /\n1999999\n2000000\nend\n$/);
      assert.ok(bytes > 14_000_000);
      assert.deepEqual(await process.exit, { code: 0 });
    });

    it('tells its exit also when nobody reads', async () => {
      const process = await run('echo ignored; exit 4');
      assert.deepEqual(await process.exit, { code: 4 });
    });

    it('says why it could not run', async () => {
      const process = await run('', { meta: Meta.fromPartial({ args: ['/no/such/program'], cwd: '/' }) });
      const text = await output(process);
      const { code, error = '' } = await process.exit;
      assert.notEqual(code, 0);
      assert.match(text + error, /no such file/);
    });

    it('is killed', async () => {
      const process = await run('trap "" TERM; echo up; while :; do sleep 1; done');
      const reader = process.output[Symbol.asyncIterator]();
      await reader.next();
      void process.signal('KILL');
      const exit = await process.exit.catch(() => ({ code: 137 }));
      assert.equal(exit.code, 137);
    });

    it('has the proxies of its step in its environment', async () => {
      const proxyEnv = { httpProxy: 'http://p:1', noProxy: 'me' };
      const meta = Meta.fromPartial({
        args: ['/bin/sh', '-c', 'echo $HTTP_PROXY $http_proxy $no_proxy $FTP_PROXY.'],
        cwd: '/',
        proxyEnv,
      });
      assert.equal(await output(await run('', { meta })), 'http://p:1 http://p:1 me .\n');
    });

    it('sees what another one in its container left', async () => {
      const container = await it_.build.gateway.newContainer({ mounts: [root(image)], network: NetMode.NONE });
      containers.push(container);
      const request = { tty: false, stdin: false, security: SecurityMode.SANDBOX, secretEnv: [] };
      const first = await container.exec({ ...request, meta: Meta.fromPartial({ args: ['sleep', '60'], cwd: '/' }) });
      const say = (script: string) => ({
        ...request,
        meta: Meta.fromPartial({ args: ['/bin/sh', '-c', script], cwd: '/' }),
      });
      await output(await container.exec(say('echo 1 > /shared')));
      assert.equal(await output(await container.exec(say('cat /shared'))), '1\n');
      await container[Symbol.asyncDispose]();
      await first.exit.catch(() => undefined);
    });

    it('many at once', async () => {
      const numbers = Array.from({ length: 8 }, (_, at) => at);
      const texts = await Promise.all(numbers.map(async (at) => await output(await run(`echo ${at}`))));
      assert.deepEqual(
        texts,
        numbers.map((at) => `${at}\n`),
      );
    });
  });
}

describe('a signal', () => {
  it('reaches the process', async () => {
    await using it = await stage('buildkitd', 'FROM scratch\n');
    const image = await it.build.gateway.solve(dockerImage('docker.io/library/busybox:latest'));
    await using container = await it.build.gateway.newContainer({ mounts: [root(image)], network: NetMode.NONE });
    const process = await container.exec({
      meta: Meta.fromPartial({
        args: ['/bin/sh', '-c', 'trap "echo heard; exit 5" INT; echo up; while :; do sleep 0.1; done'],
        cwd: '/',
      }),
      tty: false,
      stdin: false,
      security: SecurityMode.SANDBOX,
      secretEnv: [],
    });
    let text = '';
    for await (const { data } of process.output) {
      text += Buffer.from(data).toString();
      if (text === 'up\n') void process.signal('INT');
    }
    assert.equal(text, 'up\nheard\n');
    assert.deepEqual(await process.exit, { code: 5 });
  });
});
