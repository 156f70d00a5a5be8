import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

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

describe('restarts that overlap', () => {
  const builder = engineAddress('buildkitd');
  /** An address that nobody answers from: the engine waits. */
  const silent = 'FROM 10.255.255.1:5000/none';

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

  it('give way to one that can be built, and to the end of the session', async () => {
    const session = await Session.open({ files, launch: { builder } });
    await session.start();
    const { client, workspace } = session;
    const hang = async (): Promise<void> => {
      const before = client.all('progressStart').length;
      workspace.edit('FROM busybox', silent);
      await client.request('restart', undefined);
      await client.wait('progress', () => (client.all('progressStart').length > before ? true : undefined));
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
