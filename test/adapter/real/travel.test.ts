import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { goldens, Session, type Outcome, type SessionOptions } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const at = (outcome: Outcome): string =>
  outcome.kind === 'ended'
    ? `ended ${outcome.exitCode}`
    : `${outcome.reason} ${outcome.frames.map(({ line }) => line).join('<')}`;

const Dockerfile = `FROM busybox AS build
RUN echo one > /one
RUN echo two > /two
FROM busybox AS tools
RUN echo tool > /tool
FROM busybox
WORKDIR /app
RUN --mount=from=build,target=/b --mount=from=tools,target=/t cat /b/one /t/tool > all
COPY --from=build /two ./
RUN test ! -e two
CMD done
`;

const open = (options: Partial<SessionOptions> = {}, launch: object = {}): Promise<Session> =>
  Session.open({
    files: { Dockerfile },
    launch: { builder: engineAddress('buildkitd'), noCache: true, ...launch },
    ...options,
  });

async function jump(session: Session, line: number): Promise<string> {
  const { targets } = await session.client.request('gotoTargets', {
    source: { path: session.workspace.path() },
    line,
  });
  assert.equal(targets.length, 1, `one target at line ${line}`);
  await session.client.request('goto', { threadId: session.here.threadId, targetId: targets[0]?.id ?? -1 });
  return at(await session.outcome());
}

describe('going back', () => {
  const golden = goldens(new URL('./transcripts/travel/', import.meta.url));

  it('takes steps back exactly as they came, and shows the files of then', async () => {
    await using session = await open({}, { stopOnEntry: true });
    const path = [at(await session.start())];
    for (const how of ['next', 'next', 'stepIn', 'next', 'next', 'next'] as const) path.push(at(await session.go(how)));
    const back: string[] = [];
    for (let steps = 1; steps < path.length; steps++) {
      back.push(at(await session.go('stepBack')).split(' ')[1] ?? '');
      if (back.at(-1) === '3<8') assert.equal(await session.evaluate('ls / | grep -E "^(one|two)$"'), 'one');
    }
    assert.deepEqual(
      back,
      path
        .slice(0, -1)
        .reverse()
        .map((each) => each.split(' ')[1]),
    );
    golden('back', session.transcript());
  });

  it('goes back from a failure, over calls, in well under 100 ms', async () => {
    await using session = await open();
    assert.equal(at(await session.start()), 'exception 10');
    const path: string[] = [];
    const times: number[] = [];
    for (let steps = 0; steps < 5; steps++) {
      const began = performance.now();
      path.push(at(await session.go('stepBack')));
      times.push(performance.now() - began);
    }
    assert.deepEqual(path, ['step 9', 'step 8', 'step 7', 'step 6', 'entry 6']);
    const median = times.sort((a, b) => a - b)[2] ?? Infinity;
    assert.ok(median < 100, `median ${median} ms`);
    assert.equal(at(await session.go('continue')), 'exception 10', 'it fails again, from the cache of the engine');
    assert.equal(await session.evaluate('ls'), 'all\ntwo');
  });

  it('goes back to the breakpoint before, and then to the beginning', async () => {
    await using session = await open({
      breakpoints: [3, { at: 7, condition: 'false' }, { at: 9, logMessage: 'at 9' }],
    });
    assert.equal(at(await session.start()), 'breakpoint 3<8');
    assert.equal(at(await session.go('continue')), 'exception 10');
    assert.equal(at(await session.go('reverseContinue')), 'breakpoint 3<8');
    assert.equal(at(await session.go('reverseContinue')), 'entry 6');
    assert.equal(at(await session.go('continue')), 'breakpoint 3<8');
  });

  it('starts a stage again', async () => {
    await using session = await open({ breakpoints: [3] });
    await session.start();
    const [inner] = session.here.frames;
    assert.equal(inner?.canRestart, true);
    await session.client.request('restartFrame', { frameId: inner.id });
    assert.equal(at(await session.outcome()), 'restart 1<8');
    assert.equal(at(await session.go('continue')), 'breakpoint 3<8');
    await session.client.request('restartFrame', { frameId: session.here.frames[1]?.id ?? 0 });
    assert.equal(at(await session.outcome()), 'restart 6');
  });
});

describe('jumps', () => {
  it('go back at once and forward by running what lies between, breakpoints or not', async () => {
    await using session = await open({ breakpoints: [3, 5] }, { stopOnEntry: true });
    assert.equal(at(await session.start()), 'entry 6');
    assert.equal(await jump(session, 9), 'goto 9');
    assert.equal(await session.evaluate('cat all'), 'one\ntool');
    assert.equal(await jump(session, 2), 'goto 2<8');
    assert.equal(await session.evaluate('ls /one 2>&1'), 'ls: /one: No such file or directory\nexit code 1');
    assert.equal(await jump(session, 11), 'exception 10', 'a failing step lies between');
  });

  it('are not offered where the build never stands', async () => {
    await using session = await open(
      { files: { Dockerfile: 'ARG A=1\nFROM busybox AS no\nRUN x\nFROM busybox\n' } },
      { stopOnEntry: true },
    );
    await session.start();
    const source = { path: session.workspace.path() };
    for (const line of [1, 3, 9])
      assert.deepEqual((await session.client.request('gotoTargets', { source, line })).targets, []);
  });
});

describe('stepping in', () => {
  it('chooses which of several stages', async () => {
    await using session = await open({ breakpoints: [8] });
    assert.equal(at(await session.start()), 'breakpoint 8');
    const frameId = session.here.frames[0]?.id ?? 0;
    const { targets } = await session.client.request('stepInTargets', { frameId });
    assert.deepEqual(
      targets.map(({ label, line }) => `${label} ${line}`),
      ['build 1', 'tools 4'],
    );
    await session.client.request('stepIn', { threadId: session.here.threadId, targetId: targets[1]?.id ?? -1 });
    assert.equal(at(await session.outcome()), 'step 4<8');
    assert.equal(at(await session.go('stepOut')), 'step 8');
    assert.equal(await session.evaluate('cat /b/two /t/tool'), 'two\ntool');
  });
});

describe('several failures', () => {
  it('are named at the first, and walked to one after the other', async () => {
    const barrier = randomUUID();
    // Both wait for each other, so that both fail before the engine can cancel one for the other's sake.
    const fails = (own: string, other: string, code: number): string =>
      `RUN --mount=type=cache,id=${barrier},target=/c touch /c/${own}; while ! test -e /c/${other}; do :; done; exit ${code}`;
    const Dockerfile = [
      ...['FROM busybox AS a', fails('a', 'b', 3), 'FROM busybox AS b', fails('b', 'a', 4)],
      ...['FROM busybox', 'COPY --from=a /x /', 'COPY --from=b /x /', ''],
    ].join('\n');
    await using session = await open({ files: { Dockerfile } });
    const first = await session.start();
    assert.equal(first.kind, 'stopped');
    const others = session.client.all('output').filter(({ output }) => output.includes('Also failed: line'));
    const second = await session.go('continue');
    if (others.length === 0) assert.equal(at(second), 'ended 1', 'the other was cancelled before it failed');
    else {
      assert.equal(second.kind, 'stopped');
      assert.deepEqual([first, second].map((each) => (each.kind === 'stopped' ? each.line : 0)).sort(), [2, 4]);
      assert.equal(at(await session.go('continue')), 'ended 1');
    }
  });
});
