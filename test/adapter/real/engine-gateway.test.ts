import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NetMode, SecurityMode } from '../../../debug-adapter/buildkit/gen/ops.js';
import { EngineError } from '../../../debug-adapter/buildkit/errors.js';
import { readLlb, truncate } from '../../../debug-adapter/buildkit/llb.js';
import { dockerImage, localSource, scratchFiles } from '../../../debug-adapter/buildkit/llb-make.js';
import { execOf, failureOf, type Kind, mountsWith, stage, unique, vertexAt } from './engine-support.js';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

for (const kind of ['buildkitd', 'buildkitd-old', 'docker29', 'docker20'] satisfies Kind[]) {
  const errorsHaveDetails = kind !== 'docker20';

  describe(`a build on ${kind}`, () => {
    it('answers the whole graph before anything has run', async () => {
      await using it = await stage(kind, 'FROM busybox\nRUN exit 1\nWORKDIR /w\n');
      const { llb, result } = await it.frontend();
      assert.deepEqual(vertexAt(llb, 2).locations[0], {
        sourceIndex: 0,
        filename: 'Dockerfile',
        startLine: 2,
        endLine: 2,
      });
      assert.equal(llb.vertices.size, 3);
      const config = result.metadata.get('containerimage.config');
      assert.match(text(config ?? Buffer.alloc(0)), /"WorkingDir":"\/w"/);
    });

    it('runs a step alone, reads what it left, and shows its output', async () => {
      const word = unique();
      await using it = await stage(kind, `FROM busybox\nRUN echo ${word}; echo made > /file\nRUN exit 1\n`);
      const { llb } = await it.frontend();
      const { gateway } = it.build;
      const ref = await gateway.solve(truncate(llb.definition, vertexAt(llb, 2).digest, 0));
      await gateway.evaluate(ref);
      assert.equal(text(await gateway.readFile(ref, '/file', { offset: 0, length: 100 })), 'made\n');
      assert.equal(text(await gateway.readFile(ref, '/file', { offset: 2, length: 2 })), 'de');
      const names = (await gateway.readDir(ref, '/')).map(({ path }) => path);
      assert.ok(names.includes('file') && names.includes('bin'), names.join(' '));
      assert.equal((await gateway.statFile(ref, '/file')).size, 5n);
      assert.match((await failureOf(gateway.statFile(ref, '/nothing'))).message, /no such file/);
      await it.build.cancel();
      let log = '';
      for await (const { logs } of it.build.status) for (const { msg } of logs) log += text(msg);
      assert.match(log, new RegExp(word));
    });

    it('tells what failed, and enters what it left', async () => {
      const dockerfile = 'FROM busybox\nENV A=1\nRUN echo before > /file\nRUN echo half > /left; exit 7\n';
      await using it = await stage(kind, dockerfile);
      const { llb } = await it.frontend();
      const { gateway } = it.build;
      const failing = vertexAt(llb, 4);
      const error = await failureOf(gateway.solve(llb.definition));
      assert.equal(error.details.vertex, failing.digest);
      assert.equal(error.details.exitCode, 7);
      const exec = execOf(failing);
      const input = failing.inputs[0];
      const before = await gateway.solve(truncate(llb.definition, input?.digest ?? '', input?.index ?? 0));
      const ids = errorsHaveDetails ? error.details.failure?.mountIds : [before];
      assert.ok(ids !== undefined);
      await using container = await gateway.newContainer({ mounts: mountsWith(exec, ids), network: exec.network });
      const { meta } = exec;
      assert.ok(meta !== undefined);
      const process = await container.exec({
        meta: { ...meta, args: ['/bin/sh', '-c', 'cat /file /left; echo $A; exit 3'] },
        tty: false,
        stdin: false,
        security: exec.security,
        secretEnv: exec.secretenv,
      });
      let out = '';
      for await (const { fd, data } of process.output) if (fd === 1) out += text(data);
      assert.equal(out, errorsHaveDetails ? 'before\nhalf\n1\n' : 'before\n1\n');
      assert.deepEqual(await process.exit, { code: 3 });
      if (errorsHaveDetails) {
        assert.deepEqual(error.details.sources, [{ filename: 'Dockerfile', startLine: 4, endLine: 4 }]);
        assert.equal(error.details.failure?.subject.kind, 'exec');
      }
    });

    it('gives the same error again at once', async () => {
      await using it = await stage(kind, 'FROM busybox\nRUN exit 9\n');
      const { gateway } = it.build;
      const { llb } = await it.frontend();
      for (const _ of [1, 2]) {
        const error = await failureOf(gateway.solve(llb.definition));
        assert.equal(error.details.exitCode, 9);
      }
    });

    it('exports what the frontend answered', async () => {
      const path = await mkdtemp(join(tmpdir(), 'export-'));
      const exporters = [{ type: 'local', attrs: {} }];
      const dockerfile = 'FROM busybox AS a\nRUN echo made > /file\nFROM scratch\nCOPY --from=a /file /out/file\n';
      await using it = await stage(kind, dockerfile, { exporters }, { exports: { 0: { kind: 'folder', path } } });
      const { result } = await it.frontend();
      await it.build.finish(result);
      assert.equal(await readFile(join(path, 'out/file'), 'utf8'), 'made\n');
      await rm(path, { recursive: true });
    });

    it('gives the error of an exporter that does not exist', async () => {
      const error = await failureOf(stage(kind, 'FROM scratch\n', { exporters: [{ type: 'nonsense', attrs: {} }] }));
      assert.match(error.message, /nonsense/);
      assert.equal(error.method, 'Control.Solve');
    });

    it('ends with the reason of its end', async () => {
      await using it = await stage(kind, `FROM busybox\nRUN sleep 100 && : ${unique()}\n`);
      const { llb } = await it.frontend();
      const running = failureOf(it.build.gateway.solve(llb.definition));
      for await (const { vertexes } of it.build.status) {
        if (vertexes.some(({ name, started }) => name.includes('sleep') && started !== undefined)) break;
      }
      await it.build.cancel('Enough.');
      assert.equal((await running).message, 'Enough.');
      assert.equal((await failureOf(it.build.done)).message, 'Enough.');
    });

    it('stops one call when its signal says so', async () => {
      await using it = await stage(kind, `FROM busybox\nRUN sleep 100 && : ${unique()}\nRUN true\n`);
      const { llb } = await it.frontend();
      const controller = new AbortController();
      const running = it.build.gateway.solve(llb.definition, { signal: controller.signal });
      setTimeout(() => controller.abort(new Error('pause')), 1000);
      await assert.rejects(running, /^Error: pause$/);
      const [from] = [...llb.vertices.values()];
      await it.build.gateway.solve(truncate(llb.definition, from?.digest ?? '', 0));
    });

    it('builds small graphs of ours', async () => {
      await using it = await stage(kind, 'FROM scratch\n');
      const { gateway } = it.build;
      const files = scratchFiles([
        { path: '/tools/bin/hook', content: Buffer.from('#!/bin/sh\necho hooked\n'), mode: 0o755 },
      ]);
      const [helper, root] = await Promise.all([
        gateway.solve(files),
        gateway.solve(dockerImage('docker.io/library/busybox:latest')),
      ]);
      assert.equal((await gateway.statFile(helper, '/tools/bin/hook')).mode & 0o777, 0o755);
      const mount = { input: -1n, output: -1n, selector: '', mountType: 0, contentCache: 0, readonly: false };
      const mounts = [
        { ...mount, dest: '/', resultID: root },
        { ...mount, dest: '/helper', resultID: helper, readonly: true, selector: '/tools' },
      ];
      await using container = await gateway.newContainer({ mounts, network: NetMode.NONE });
      const meta = { args: ['/helper/bin/hook'], env: [], cwd: '/', user: '' };
      const rest = {
        extraHosts: [],
        hostname: '',
        ulimit: [],
        cgroupParent: '',
        removeMountStubsRecursive: false,
        validExitCodes: [],
      };
      const process = await container.exec({
        meta: { ...meta, ...rest },
        tty: false,
        stdin: false,
        security: SecurityMode.SANDBOX,
        secretEnv: [],
      });
      let out = '';
      for await (const { data } of process.output) out += text(data);
      assert.equal(out, 'hooked\n');
      if (gateway.capabilities.has('gateway.exec.filesystem')) {
        assert.deepEqual(
          (await container.readDir(1, '/')).map(({ path }) => path),
          ['bin'],
        );
        assert.equal((await container.statFile(1, 'bin/hook')).size, 22n);
        assert.match(text(await container.readFile(1, '/bin/hook', { offset: 0, length: 9 })), /^#!\/bin\/sh$/);
      }
    });

    it('takes folders of the session', async () => {
      const dockerfile = 'FROM scratch\n';
      await using it = await stage(kind, dockerfile, {});
      const { gateway } = it.build;
      const session = it.sessionId;
      const ref = await gateway.solve(localSource('context', session, { includePatterns: ['Dockerfile'] }));
      assert.equal(text(await gateway.readFile(ref, 'Dockerfile', { offset: 0, length: 100 })), dockerfile);
    });
  });
}

describe('scratch', () => {
  it('is an empty ref that needs no evaluation', async () => {
    await using it = await stage('buildkitd', 'FROM scratch\n');
    const { result, llb } = await it.frontend();
    assert.equal(result.refs.get('')?.id, '');
    assert.equal(llb.result, undefined);
    assert.equal(await it.build.gateway.solve(llb.definition), '');
    await it.build.gateway.evaluate('');
    await it.build.finish(result);
  });
});

describe('several platforms', () => {
  it('come as one ref each and go back as they came', async () => {
    await using it = await stage('buildkitd', 'FROM scratch\nCOPY Dockerfile /\n');
    const { result } = await it.frontend({ platform: 'linux/amd64,linux/arm64' });
    assert.deepEqual([...result.refs.keys()].sort(), ['linux/amd64', 'linux/arm64']);
    assert.equal(result.multiple, true);
    for (const { definition } of result.refs.values()) assert.equal(readLlb(definition).vertices.size, 2);
    await it.build.finish(result);
  });
});

describe('a frontend that fails', () => {
  it('names the line', async () => {
    await using it = await stage('buildkitd', 'FROM busybox\nRUNN x\n');
    const error = await failureOf(it.frontend());
    assert.match(error.message, /unknown instruction: RUNN/);
    assert.deepEqual(error.details, { sources: [{ filename: 'Dockerfile', startLine: 2, endLine: 2 }] });
  });

  it('answers sub-requests without a ref', async () => {
    await using it = await stage('buildkitd', 'FROM busybox AS one\nFROM one AS two\n');
    const opts = { requestid: 'frontend.targets', 'frontend.caps': 'moby.buildkit.frontend.subrequests' };
    const { metadata } = await it.build.gateway.solveFrontend({ frontend: 'dockerfile.v0', opts });
    assert.match(text(metadata.get('result.json') ?? Buffer.alloc(0)), /"name": *"two"/);
  });
});

describe('an image of the registry', () => {
  it('tells its configuration', async () => {
    await using it = await stage('buildkitd', 'FROM scratch\n');
    const { config, digest } = await it.build.gateway.resolveImageConfig('docker.io/library/busybox:latest', undefined);
    assert.match(digest, /^sha256:/);
    assert.match(text(config), /"architecture"/);
    const gone = await it.build.gateway
      .resolveImageConfig('docker.io/library/nothing-here:1', undefined)
      .catch((error: unknown) => error);
    assert.ok(gone instanceof EngineError && /not found/.test(gone.message));
  });
});
