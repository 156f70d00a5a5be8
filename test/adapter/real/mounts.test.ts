import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Session } from '../../support/dap/index.js';
import type { Node } from '../../support/dap/session.js';
import { engineAddress } from '../../support/environment/engines.js';

const run = promisify(execFile);

describe('mounts of the failed step', () => {
  const value = `s3cret-${randomBytes(8).toString('hex')}`;
  const cache = `cache-${randomBytes(8).toString('hex')}`;
  const Dockerfile = `FROM busybox AS data
RUN echo from data > /file
FROM busybox
RUN --mount=type=cache,id=${cache},target=/cache,sharing=locked echo kept > /cache/kept # ${cache}
# @stop fails
RUN --mount=type=cache,id=${cache},target=/cache,sharing=locked \\
    --mount=type=secret,id=token,required \\
    --mount=type=secret,id=word,env=WORD \\
    --mount=type=tmpfs,target=/scratch \\
    --mount=from=data,source=/file,target=/data/file \\
    cat /run/secrets/token > /dev/null && exit 4
`;
  const open = (launch: object = {}): Promise<Session> =>
    Session.open({
      files: { Dockerfile, 'token.txt': value },
      env: { WORD: 'swordfish-42' },
      launch: {
        builder: engineAddress('buildkitd'),
        secrets: ['id=token,src=token.txt', 'id=word,env=WORD'],
        ...launch,
      },
    });

  it('are there in the failed and in the initial state, and secrets are never shown', async () => {
    await using session = await open();
    await session.start();
    for (const state of ['failed', 'initial']) {
      await session.evaluate(`:state ${state}`);
      assert.equal(await session.evaluate('cat /cache/kept'), 'kept', state);
      assert.equal(await session.evaluate(`test "$(cat /run/secrets/token)" = "${value}" && echo same`), 'same', state);
      assert.equal(await session.evaluate('test "$WORD" = swordfish-42 && echo same'), 'same', state);
      assert.equal(await session.evaluate('cat /data/file'), 'from data', state);
      assert.match(await session.evaluate('mount'), /tmpfs on \/scratch/, state);
    }
    const mounts = JSON.stringify(await session.scopes(3));
    for (const word of ['/cache', 'locked', '/run/secrets/token', '/scratch', '/data/file'])
      assert.ok(mounts.includes(word), word);
    const seen = JSON.stringify(session.client.entries.filter(({ message }) => message.type !== 'request'));
    assert.ok(!seen.includes(value) && !seen.includes('swordfish-42'), 'no secret in any message of the adapter');
  });

  it('are named by what they are for a reader', async () => {
    const words = 'FROM busybox\n# @stop fails\nRUN --mount=type=ssh --mount=target=/context,readonly false\n';
    await using session = await Session.open({
      files: { Dockerfile: words },
      launch: { builder: engineAddress('buildkitd') },
    });
    await session.start();
    const lines = await session.evaluate(':mounts');
    assert.match(lines, /^\/context: bind, from=the build context, read-only$/m);
    assert.match(lines, /: ssh, id=default, .* provided=no$/m);
  });

  it('show what is in them, and what is known of secrets', async () => {
    await using session = await open();
    await session.start();
    const under = async (target: string, name: string): Promise<readonly Node[]> =>
      session.children((await session.variable('Mounts', target, name)).reference, 2);
    const [cached] = await under('/cache', 'contents');
    assert.deepEqual(
      cached?.children.map(({ name }) => name),
      ['kept'],
    );
    assert.equal((await under('/cache', 'size'))[0]?.value, '5 B in 1 file');
    assert.deepEqual((await under('/scratch', 'contents'))[0]?.children, []);
    assert.match((await under('/data/file', 'contents'))[0]?.value ?? '', /10 B$/);
    assert.equal((await under('/run/secrets/token', 'readable by this user'))[0]?.value, 'yes');
    assert.equal((await session.variable('Mounts', '/run/secrets/token', 'provided')).value, 'yes');
    assert.equal((await session.variable('Mounts', 'WORD', 'provided')).value, 'yes');
  });

  it('say that a user cannot read a secret', async () => {
    const step = 'RUN --mount=type=secret,id=token --mount=type=secret,id=other exit 6';
    const files = { Dockerfile: `FROM busybox\nUSER 1000\n${step}\n`, 'token.txt': value };
    const launch = { builder: engineAddress('buildkitd'), secrets: ['id=token,src=token.txt'] };
    await using session = await Session.open({ files, launch });
    await session.start();
    const { reference } = await session.variable('Mounts', '/run/secrets/token', 'readable by this user');
    assert.equal((await session.children(reference))[0]?.value, 'no');
    assert.equal((await session.variable('Mounts', '/run/secrets/other', 'provided')).value, 'no');
  });

  it('a rerun and a second shell never wait for a locked cache', async () => {
    await using session = await open();
    await session.start();
    await session.evaluate('echo more > /cache/more');
    assert.match(await session.evaluate(':rerun'), /exit code 4/);
    assert.match(await session.evaluate('ls /cache'), /more/);
  });

  it('a required secret that is missing is said before anything is asked', async () => {
    await using session = await open({ secrets: ['id=word,env=WORD'] });
    const outcome = await session.start();
    assert.equal(outcome.kind, 'stopped');
    assert.match(JSON.stringify(session.client.all('dockerfile/problem' as never)), /token/);
  });

  it('an ssh agent answers inside the step and in its shell', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'agent-'));
    const socket = join(folder, 'agent');
    const { stdout } = await run('ssh-agent', ['-a', socket]);
    const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1]);
    try {
      const files = { Dockerfile: 'FROM busybox\nRUN --mount=type=ssh test -S "$SSH_AUTH_SOCK" && exit 5\n' };
      const launch = { builder: engineAddress('buildkitd'), ssh: [`default=${socket}`] };
      await using session = await Session.open({ files, launch });
      await session.start();
      assert.match(session.here.text ?? '', /exit code 5/);
      assert.equal(await session.evaluate('test -S "$SSH_AUTH_SOCK" && echo there'), 'there');
    } finally {
      process.kill(pid);
      await rm(folder, { recursive: true, force: true });
    }
  });

  for (const kind of ['buildkitd', 'buildkitd-0.26', 'docker20'] as const)
    it(`whose source is not there are told with what they are from, on ${kind}`, async () => {
      const launch = { builder: engineAddress(kind) };
      const base = 'FROM busybox AS build\nRUN mkdir -p /srv/data\nFROM busybox\n';
      const cases = [
        ['from=build,source=/srv/dta,target=/m', /the stage build has no \/srv\/dta\.\nDid you mean \/srv\/data\?/],
        ['from=busybox,source=/etcc,target=/m', /the image busybox has no \/etcc\.\nDid you mean \/etc\?/],
        ['source=assetz,target=/m', /the build context \S+ has no assetz\.\nDid you mean assets\?/],
      ] as const;
      for (const [mount, words] of cases) {
        const files = { Dockerfile: `${base}RUN --mount=${mount} ls /m\n`, 'assets/x': '' };
        await using session = await Session.open({ files, launch });
        await session.start();
        assert.equal(session.here.line, 4);
        assert.match(session.output(), words);
        assert.doesNotMatch(session.output(), /does not keep what a failed step leaves/);
        assert.equal(await session.evaluate('echo here'), 'here');
        assert.match(session.output('console'), /\/m is not mounted: there is no \/\S+ for it to show\./);
      }
    });
});
