import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

describe('steps that have begun', () => {
  const open = (Dockerfile: string, launch: object = {}, breakpoints: readonly number[] = []): Promise<Session> =>
    Session.open({
      files: { Dockerfile },
      breakpoints: [...breakpoints],
      launch: { builder: engineAddress('buildkitd'), noCache: true, ...launch },
    });
  /** Waits until steps have written that. */
  const wrote = async (session: Session, text: string): Promise<void> => {
    while (!session.output().includes(text)) await wait(10);
  };
  /** How often a step has begun: each says so once. */
  const times = (session: Session, text: string): number => session.output().split(`\n${text}\n`).length - 1;

  it('are not begun anew when a breakpoint comes to another stage', async () => {
    await using session = await open(`FROM busybox AS a
RUN echo begun-2; sleep 0.5
RUN echo begun-3
FROM busybox AS b
RUN echo begun-5; sleep 2
FROM busybox
COPY --from=a /etc /a
COPY --from=b /etc /b
`);
    await session.launch();
    await wrote(session, 'begun-5');
    await wrote(session, 'begun-2');
    await session.client.request('setBreakpoints', {
      source: { path: session.workspace.path() },
      breakpoints: [{ line: 3, logMessage: 'passing' }],
    });
    assert.equal((await session.outcome()).kind, 'ended');
    assert.match(session.output(), /passing/);
    assert.deepEqual(
      [2, 3, 5].map((line) => times(session, `begun-${line}`)),
      [1, 1, 1],
      session.output(),
    );
    assert.doesNotMatch(session.output(), /cancell?ed/i);
  });

  it('can still be asked what they have made', async () => {
    await using session = await open('FROM busybox\nRUN echo begun-2; sleep 0.6; echo x > /made\nRUN true\n');
    await session.launch();
    await wrote(session, 'begun-2');
    await session.client.request('setDataBreakpoints', { breakpoints: [{ dataId: 'path:/made' }] });
    const outcome = await session.outcome();
    assert.ok(outcome.kind === 'stopped' && outcome.reason === 'data breakpoint', JSON.stringify(outcome));
    assert.equal(outcome.line, 2);
  });

  it('are those of all stages, where only logpoints are left', async () => {
    const stage = (name: string): string =>
      `FROM busybox AS ${name}\nRUN sleep 1.5; echo ${name}\nRUN echo ran-${name}\n`;
    const Dockerfile = `${['a', 'b', 'c'].map(stage).join('')}FROM busybox
COPY --from=a /etc /a
COPY --from=b /etc /b
COPY --from=c /etc /c
`;
    const sleeps = async (breakpoints: { line: number; logMessage?: string }[]): Promise<number> => {
      await using session = await open(Dockerfile, { stopOnEntry: true });
      await session.start();
      const source = { path: session.workspace.path() };
      await session.client.request('setBreakpoints', { source, breakpoints });
      const begin = performance.now();
      let outcome = await session.go('continue');
      while (outcome.kind === 'stopped') outcome = await session.go('continue');
      const passed = session.output().split('passing').length - 1;
      assert.equal(passed, breakpoints.filter((each) => 'logMessage' in each).length);
      return Math.floor((performance.now() - begin) / 1500);
    };
    const logs = [3, 6].map((line) => ({ line, logMessage: 'passing' }));
    assert.equal(await sleeps(logs), 1);
    // One that may stop is met before stages run that it does not need.
    assert.ok((await sleeps([...logs, { line: 9 }])) > 1);
  });

  it('go on ahead of a stop, and those behind a new breakpoint do not begin', async () => {
    const Dockerfile = `FROM busybox AS a
RUN echo begun-2
FROM busybox AS b
RUN echo begun-4; sleep 0.7
RUN echo begun-5; sleep 0.3
RUN echo begun-6
FROM busybox
COPY --from=a /etc /a
COPY --from=b /etc /b
`;
    for (const isStanding of [true, false]) {
      await using session = await open(Dockerfile, { runAhead: true }, [2]);
      await session.start();
      await wrote(session, 'begun-4');
      const lines = [2, 5].map((line) => ({ line }));
      const source = { path: session.workspace.path() };
      if (isStanding) {
        await session.client.request('setBreakpoints', { source, breakpoints: lines });
        await wait(1500);
        assert.deepEqual(
          [4, 5, 6].map((line) => times(session, `begun-${line}`)),
          [1, 0, 0],
          session.output(),
        );
        assert.equal((await session.go('continue')).kind, 'stopped');
      } else {
        await session.client.request('continue', { threadId: 1 });
        await session.client.request('setBreakpoints', { source, breakpoints: lines });
        assert.equal((await session.outcome()).kind, 'stopped');
      }
      assert.equal(session.here.line, 5);
      await wait(800);
      assert.deepEqual(
        [2, 4, 5, 6].map((line) => times(session, `begun-${line}`)),
        [1, 1, 0, 0],
        session.output(),
      );
      assert.equal((await session.go('continue')).kind, 'ended');
    }
  });

  it('run ahead from a stop at FROM too, whose image many stages have', async () => {
    const Dockerfile = `FROM busybox AS a
RUN echo begun-2
FROM busybox
COPY --from=a /etc /a
`;
    await using session = await open(Dockerfile, { runAhead: true }, [3]);
    await session.start();
    assert.equal(session.here.line, 3);
    await wrote(session, 'begun-2');
    assert.equal((await session.go('continue')).kind, 'ended');
    assert.equal(times(session, 'begun-2'), 1);
  });
});

describe('a build without debugging', () => {
  it('cannot be paused, and its id file is there though it exports nothing', async () => {
    await using session = await Session.open({
      files: { Dockerfile: 'FROM busybox\nRUN echo begun; sleep 0.7\n' },
      launch: { builder: engineAddress('buildkitd'), noCache: true, noDebug: true, iidFile: 'iid' },
    });
    await session.launch();
    while (!session.output().includes('begun')) await wait(10);
    await assert.rejects(session.client.request('pause', { threadId: 1 }), /runs without debugging/);
    assert.deepEqual(await session.outcome(), { kind: 'ended', exitCode: 0 });
    assert.equal(readFileSync(`${session.workspace.root}/iid`, 'utf8'), '');
  });
});
