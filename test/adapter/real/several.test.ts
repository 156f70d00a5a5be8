import assert from 'node:assert/strict';
import { goldens, Session } from '../../support/dap/index.js';
import { engineAddress, ownPlatform, secondPlatform } from '../../support/environment/engines.js';

describe('heredocs', () => {
  const golden = goldens(new URL('./transcripts/heredocs/', import.meta.url));
  it('a failing heredoc stops on all of its lines and its commands can be looked into', async () => {
    const Dockerfile = `FROM busybox
COPY <<EOF /etc/made
hello
EOF
# @stop run
RUN <<EOF
set -e
cat /etc/made
sleep 0.3
cat /etc/missing
EOF
`;
    await using session = await Session.open({
      files: { Dockerfile },
      launch: { builder: engineAddress('buildkitd'), noCache: true },
    });
    await session.start();
    const [frame] = session.here.frames;
    const line = session.workspace.line('run');
    assert.deepEqual([frame?.line, frame?.endLine], [line, line + 5]);
    assert.equal(await session.evaluate('cat /etc/made'), 'hello');
    golden('run', session.transcript());
  });
});

describe('several things at once', () => {
  it('runs stages in parallel and stops at the first that fails', async () => {
    const stage = (name: string, end: string): string => `FROM busybox AS ${name}\nRUN sleep 1; echo ${name}${end}\n`;
    const Dockerfile = `${stage('a', '')}${stage('b', '; exit 3')}${stage('c', '; exit 4')}FROM scratch
COPY --from=a /bin/busybox /a
COPY --from=b /bin/busybox /b
COPY --from=c /bin/busybox /c
`;
    await using session = await Session.open({
      files: { Dockerfile },
      launch: { builder: engineAddress('buildkitd'), noCache: true },
    });
    await session.start();
    assert.equal(session.here.reason, 'exception');
    assert.ok([4, 6].includes(session.here.line), `line ${session.here.line}`);
    assert.match(session.here.text ?? '', /exit code [34]/);
  });

  it('says that there is nothing to look at where the step below failed at the same time', async () => {
    const Dockerfile = `FROM busybox AS a
RUN true
FROM busybox
# @stop below
RUN sleep 1; exit 4
# @stop copy
COPY --from=a /missing /x
`;
    await using session = await Session.open({
      files: { Dockerfile },
      launch: { builder: engineAddress('buildkitd'), noCache: true },
    });
    await session.start();
    const below = session.workspace.line('below');
    assert.equal(session.here.line, session.workspace.line('copy'));
    const words = new RegExp(
      `no state before COPY .*RUN \\(line ${below}\\), which makes it, failed too.*:goto ${below}`,
    );
    for (const command of ['ls', ':diff', ':find x', ':blame /bin/sh', ':save /bin/sh kept'])
      await assert.rejects(session.evaluate(command), words, command);
    await session.evaluate(`:goto ${below}`);
    await session.outcome();
    assert.equal(session.here.line, below);
    assert.equal(await session.evaluate('echo here'), 'here');
  });

  it('tells which ONBUILD command of a base failed', async () => {
    const Dockerfile = 'FROM busybox AS base\nONBUILD RUN echo half > /half && exit 7\nFROM base\nRUN true\n';
    await using session = await Session.open({
      files: { Dockerfile },
      launch: { builder: engineAddress('buildkitd') },
    });
    await session.start();
    assert.equal(session.here.line, 3);
    assert.match(
      session.here.text ?? '',
      /FROM base failed: its ONBUILD command "echo half > \/half && exit 7" ended with exit code 7\./,
    );
    assert.equal(await session.evaluate('cat /half'), 'half');
  });

  for (const second of [secondPlatform(), 'linux/386'])
    it(`has a thread for each platform, stepped and failed by itself: ${second}`, async () => {
      const platforms = [ownPlatform(), second];
      const Dockerfile = `FROM busybox
ARG TARGETPLATFORM
RUN echo "$TARGETPLATFORM" > /is; od -An -tx1 -j18 -N1 /bin/busybox > /processor
RUN test "$TARGETPLATFORM" != ${second} || exit 6
RUN cat /is
`;
      await using session = await Session.open({
        files: { Dockerfile },
        launch: { builder: engineAddress('buildkitd'), platforms },
        breakpoints: [4],
      });
      await session.start();
      await session.outcome();
      const { threads } = await session.client.request('threads');
      assert.deepEqual(threads.map(({ name }) => name).sort(), [...platforms].sort());
      const idOf = (name: string): number => threads.find((thread) => thread.name === name)?.id ?? 0;
      const ask = async (name: string, expression: string): Promise<string> => {
        const { stackFrames } = await session.client.request('stackTrace', { threadId: idOf(name) });
        const frameId = stackFrames[0]?.id ?? 0;
        return (await session.client.request('evaluate', { expression, frameId, context: 'repl' })).result.trim();
      };
      for (const name of platforms) {
        assert.equal(await ask(name, 'cat /is'), name);
        const processor = { amd64: '3e', arm64: 'b7', 386: '03' }[name.split('/')[1] ?? ''];
        assert.equal(await ask(name, 'cat /processor'), processor, 'the programs of the image are for it');
      }
      await session.client.request('next', { threadId: idOf(ownPlatform()) });
      const stepped = await session.outcome();
      assert.deepEqual(stepped.kind === 'stopped' && [stepped.reason, stepped.line], ['step', 5]);
      assert.equal(session.here.threadId, idOf(ownPlatform()), 'the other one stands where it stood');
      await session.client.request('continue', { threadId: idOf(second) });
      const failed = await session.outcome();
      assert.deepEqual(failed.kind === 'stopped' && [failed.reason, failed.line], ['exception', 4]);
      assert.equal(session.here.threadId, idOf(second));
      const { details } = await session.client.request('exceptionInfo', { threadId: idOf(second) });
      assert.match(JSON.stringify(details), /exit code: 6/);
      assert.equal(await ask(ownPlatform(), 'cat /is'), ownPlatform());
    });
});

describe('two builds of the same steps at one time', () => {
  it('both stop at the step that fails, although the engine runs it once', async () => {
    const mark = `${process.pid}-${Date.now()}`;
    const files = (stage: string): Readonly<Record<string, string>> => ({
      Dockerfile: `FROM busybox AS ${stage}\nCOPY mark /\n# @stop fails\nRUN echo told; cp mark found; exit 6\n`,
      mark,
    });
    const launch = { builder: engineAddress('buildkitd') };
    await using first = await Session.open({ files: files('one'), launch });
    await first.start();
    await using second = await Session.open({ files: files('two'), launch });
    await second.start();
    for (const session of [first, second]) {
      assert.deepEqual([session.here.reason, session.here.line], ['exception', session.workspace.line('fails')]);
      const info = await session.client.request('exceptionInfo', { threadId: session.here.threadId });
      assert.match(JSON.stringify(info), /exit code 6.*told/);
      assert.equal(await session.evaluate('cat /found'), mark);
    }
  });
});
