import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { renameSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';
import { openSilentRegistry } from '../../support/environment/silent-registry.js';

/** New in each run, so that no earlier run has left the fixed step in an engine's cache. */
const run = randomBytes(6).toString('hex');

const files = {
  Dockerfile: `# ${run}\nFROM busybox\nRUN head -c 16 /dev/urandom | md5sum > /once\nCOPY check.sh /\n# @stop check\nRUN sh /check.sh # ${run}\n`,
  'check.sh': 'echo broken; exit 2\n',
};

for (const kind of ['buildkitd', 'docker29', 'docker20'] as const) {
  describe(`restart on ${kind}`, () => {
    it('takes the fixed file, keeps what was cached, and goes on', async () => {
      await using session = await Session.open({ files, launch: { builder: engineAddress(kind), stopAtEnd: true } });
      await session.start();
      assert.equal(session.here.line, session.workspace.line('check'));
      const once = await session.evaluate('cat /once');
      session.workspace.edit('echo broken; exit 2', 'echo fixed', 'check.sh');
      await session.client.request('restart', undefined);
      const outcome = await session.outcome();
      assert.equal(outcome.kind, 'stopped');
      assert.match(session.output(), /fixed/);
      assert.equal(await session.evaluate('cat /once'), once, 'the random step came from the cache');
      assert.deepEqual(await session.go('continue'), { kind: 'ended', exitCode: 0 });
    });

    it('ends an open shell with words, and goes on', async () => {
      await using session = await Session.open({ files, launch: { builder: engineAddress(kind) }, terminal: 'tmux' });
      await session.start();
      await session.evaluate(':shell');
      const terminal = await session.client.wait('a terminal', () => session.client.terminals[0]);
      terminal.type('echo ready-$((40+2))\r');
      await terminal.seen(/ready-42/);
      session.workspace.edit('echo broken; exit 2', 'echo fixed', 'check.sh');
      await session.client.request('restart', undefined);
      await terminal.seen(/build of this shell has ended/);
      assert.deepEqual(await session.outcome(), { kind: 'ended', exitCode: 0 });
    });

    it('keeps the stop, its container and its arguments until the engine takes the new build', async () => {
      const builder = engineAddress(kind);
      await using session = await Session.open({ files, launch: { builder } });
      await session.start();
      await session.evaluate('echo kept > /mine');
      const { workspace, client } = session;
      const others = { cwd: workspace.root, dockerfile: workspace.path(), builder, buildArgs: { ONE: '1' } };
      for (const base of ['FROM 127.0.0.1:1/none', 'FROM busybox:no-such-tag']) {
        workspace.edit('FROM busybox', base);
        await client.request('restart', { arguments: others });
        await client.next('output', ({ category }) => category === 'important');
        assert.equal(await session.evaluate('cat /mine'), 'kept');
        workspace.write('Dockerfile', files.Dockerfile);
      }
      workspace.edit('RUN sh /check.sh', 'ARG ONE=none\nRUN exit 5 || sh /check.sh');
      await client.request('restart', undefined);
      await session.outcome();
      assert.equal(session.here.line, workspace.line('check') + 1);
      assert.equal(await session.evaluate('echo $ONE; test -e /mine || echo fresh'), 'none\nfresh');
    });

    it('takes an edited Dockerfile, and survives one that does not parse', async () => {
      await using session = await Session.open({ files, launch: { builder: engineAddress(kind) } });
      await session.start();
      session.workspace.edit('RUN sh /check.sh', 'RUNN sh /check.sh');
      await session.client.request('restart', undefined).catch(() => undefined);
      await session.client.next('dockerfile/problem', ({ code }) => code !== 'run-failed');
      session.workspace.edit('RUNN sh /check.sh', 'RUN true');
      await session.client.request('restart', undefined);
      assert.deepEqual(await session.outcome(), { kind: 'ended', exitCode: 0 });
    });
  });
}

const builder = engineAddress('buildkitd');

describe('a restart that cannot be', () => {
  it('says which folder or secret of the arguments is gone, and keeps the stop', async () => {
    const step = 'RUN --mount=type=secret,id=key,required=true sh /check.sh';
    const more = { 'more/file': '', key: 'word' };
    const Dockerfile = files.Dockerfile.replace('RUN sh /check.sh', `COPY --from=more file /\n${step}`);
    await using session = await Session.open({
      files: { ...files, ...more, Dockerfile },
      launch: { builder, buildContexts: { more: 'more' }, secrets: ['id=key,src=key'] },
    });
    await session.start();
    const { client, workspace } = session;
    await session.evaluate('echo kept > /mine');
    const asks: readonly (() => Promise<unknown>)[] = [
      () => client.request('restart', undefined),
      () => session.evaluate(':force'),
      () => session.evaluate(':retry'),
    ];
    for (const [name, words] of [
      ['more', /more, the build context "more", does not exist\./],
      ['key', /The file \S+key of the secret "key" cannot be read\./],
      ['Dockerfile', /There is no Dockerfile at/],
    ] as const) {
      renameSync(workspace.path(name), workspace.path(`${name}-away`));
      for (const ask of asks) {
        await ask();
        const { output } = await client.next('output', ({ category }) => category === 'important');
        assert.match(output, words);
        assert.equal(await session.evaluate('cat /mine'), 'kept');
      }
      renameSync(workspace.path(`${name}-away`), workspace.path(name));
    }
    await client.request('restart', undefined);
    await session.outcome();
    assert.equal(await session.evaluate('test -e /mine || echo fresh'), 'fresh');
  });

  it('tells what it waits for, and is given up by pause', async () => {
    await using registry = await openSilentRegistry();
    await using session = await Session.open({ files, launch: { builder } });
    await session.start();
    const { client, workspace } = session;
    workspace.edit('FROM busybox', `FROM ${registry.address}/none`);
    await client.request('restart', undefined);
    await client.next('progressUpdate', ({ message }) => /load metadata for 127\S+, [1-9]/.test(message ?? ''));
    await client.next('progressUpdate', ({ message }) => /load metadata for 127\S+, [2-9]/.test(message ?? ''));
    await client.request('pause', { threadId: 1 });
    await client.next('output', ({ output }) => output.includes('The other build was given up.'));
    assert.match(await session.evaluate('cat /check.sh'), /broken/);
  });

  it('says when the instruction that was to run again is no more', async () => {
    await using session = await Session.open({ files, launch: { builder } });
    await session.start();
    const { workspace, client } = session;
    const line = workspace.line('check');
    workspace.write('Dockerfile', 'FROM busybox\nENV A=1\n');
    await session.evaluate(':retry');
    await client.next('output', ({ output }) => output.startsWith(`RUN of line ${line} is no more in the Dockerfile`));
    assert.deepEqual(await session.outcome(), { kind: 'ended', exitCode: 0 });
  });
});

describe('restarts that overlap', () => {
  it('end where the last one goes, however quickly they come', async () => {
    await using session = await Session.open({ files, launch: { builder } });
    await session.start();
    const { client } = session;
    for (let count = 0; count < 4; count++) await client.request('restart', undefined);
    // Those before the last may have come to their stop, or not.
    for (let taken = 1; taken === 1 || client.all('stopped').length > taken; taken++) {
      await session.outcome();
      await setTimeout(1000);
    }
    assert.equal(session.here.line, session.workspace.line('check'));
    assert.match(await session.evaluate('cat /check.sh'), /broken/);
    assert.doesNotMatch(session.output(), /The build ended|cancel/i);
  });

  it('are not lost when the build that stood has ended meanwhile', async () => {
    await using registry = await openSilentRegistry();
    const Dockerfile = 'FROM busybox\nRUN true\n';
    await using session = await Session.open({ files: { Dockerfile }, launch: { builder, stopOnEntry: true } });
    await session.start();
    const { client, workspace } = session;
    workspace.edit('FROM busybox', `FROM ${registry.address}/none`);
    await client.request('restart', undefined);
    await registry.asked();
    await client.request('continue', { threadId: 1 });
    await client.next('dockerfile/build', ({ status }) => status === 'completed');
    workspace.write('Dockerfile', `FROM busybox\nRUN exit 9 # ${run}\n`);
    await client.request('restart', undefined);
    await client.next('dockerfile/build', ({ status, attempt }) => status === 'started' && attempt > 1);
    assert.equal((await session.outcome()).kind, 'stopped');
  });

  it('leave a build that exports, and so does the end of the session, without a word of its export', async () => {
    await using registry = await openSilentRegistry();
    const outputs = [`type=image,name=${registry.address}/image,push=true`];
    const Dockerfile = `FROM busybox\nRUN echo ${run}\n`;
    const session = await Session.open({ files: { Dockerfile }, launch: { builder, outputs } });
    const { client } = session;
    const ended = session.start();
    for (const [index, end] of (['restart', 'terminate'] as const).entries()) {
      // The build before this one may have asked more than once.
      await client.wait('its begin', () => client.all('dockerfile/build').find(({ attempt }) => attempt === index + 1));
      await registry.asked();
      // One of these questions may be of the push before: this build exports when its steps are done.
      const isDone = (): boolean => client.all('thread').filter(({ reason }) => reason === 'exited').length > index;
      await client.wait('the end of its steps', () => isDone() || undefined);
      const begin = Date.now();
      await client.request(end, undefined);
      await client.next('dockerfile/build', ({ status }) => status === 'canceled');
      assert.ok(Date.now() - begin < 400, `left after ${Date.now() - begin} ms`);
    }
    assert.deepEqual(await ended, { kind: 'ended', exitCode: 130 });
    assert.doesNotMatch(session.output(), /exported|cancel/i);
    await session[Symbol.asyncDispose]();
  });

  it('give way to one that can be built, and to the end of the session', async () => {
    await using registry = await openSilentRegistry();
    const session = await Session.open({ files, launch: { builder } });
    await session.start();
    const { client, workspace } = session;
    const hang = async (): Promise<void> => {
      workspace.edit('FROM busybox', `FROM ${registry.address}/none`);
      await client.request('restart', undefined);
      await registry.asked();
      assert.match(await session.evaluate('cat /check.sh'), /broken/, 'it stands meanwhile');
    };
    await hang();
    workspace.write('Dockerfile', files.Dockerfile.replace('RUN sh /check.sh', 'RUN exit 9'));
    await client.request('restart', undefined);
    await session.outcome();
    assert.match(session.here.text ?? '', /exit code 9/);
    await hang();
    const begin = Date.now();
    await session[Symbol.asyncDispose]();
    assert.ok(Date.now() - begin < 2500, `gone after ${Date.now() - begin} ms`);
  });
});
