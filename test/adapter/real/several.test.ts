import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

  it('says on its #! line that the interpreter is not in the image', async () => {
    const Dockerfile = 'FROM busybox\nRUN <<EOF\n#!/usr/bin/python3\nprint(1)\nEOF\n';
    await using session = await Session.open({
      files: { Dockerfile },
      launch: { builder: engineAddress('buildkitd') },
    });
    await session.start();
    assert.match(session.output(), /3 \| >>> #!\/usr\/bin\/python3\n/);
    assert.match(session.output(), /\(line 3\) names \/usr\/bin\/python3, which is not in the image/);
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

  for (const engine of ['buildkitd', 'docker20'] as const)
    it(`tells which ONBUILD command of a base failed, at its FROM, on ${engine}`, async () => {
      const Dockerfile =
        'FROM busybox AS base\nONBUILD RUN echo half > /half && exit 7\nFROM busybox AS copies\nONBUILD COPY a.c /\nFROM base AS runs\nRUN true\nFROM copies\n';
      const launch = { builder: engineAddress(engine) };
      const files = { Dockerfile, 'a.cc': '' };
      await using run = await Session.open({ files, launch: { ...launch, target: 'runs' } });
      await run.start();
      assert.equal(run.here.line, 5);
      assert.match(
        run.here.text ?? '',
        /FROM base AS runs failed at its ONBUILD RUN echo half > \/half && exit 7: exit code 7\./,
      );
      if (engine === 'buildkitd') assert.equal(await run.evaluate('cat /half'), 'half');
      await using copy = await Session.open({ files, launch });
      await copy.start();
      assert.equal(copy.here.line, 7);
      assert.match(
        `${copy.here.text ?? ''} ${copy.output()}`,
        /FROM copies failed at its ONBUILD COPY a\.c \/: the build context .* has no a\.c\.\nDid you mean a\.cc\? .* the stage copies, on line 4,/,
      );
    });

  for (const engine of ['buildkitd', 'docker20'] as const)
    it(`tells an ADD of a file that is fetched once, on its line, on ${engine}`, async () => {
      const server = createServer((_, response) => response.end(`words ${Date.now()}`));
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      try {
        const { port } = server.address() as AddressInfo;
        const Dockerfile = `FROM busybox\nADD http://127.0.0.1:${port}/words /words\nRUN exit 3\n`;
        await using session = await Session.open({ files: { Dockerfile }, launch: { builder: engineAddress(engine) } });
        await session.start();
        const lines = session.output('console').split('\n');
        const told = lines.filter((line) => line.includes('/words'));
        assert.match(told.join('\n'), /^\[stage-0:2\] ADD http:\S+ \/words [\d.]+s$/);
      } finally {
        server.close();
      }
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
