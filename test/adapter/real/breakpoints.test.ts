import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { goldens, Session, type Outcome, type SessionOptions } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const at = (outcome: Outcome): string =>
  outcome.kind === 'ended' ? `ended ${outcome.exitCode}` : `${outcome.reason} ${outcome.line}`;

const Dockerfile = `FROM busybox AS build
ENV LEVEL=low
RUN echo one > /one
RUN echo two > /two && echo more >> /one
ENV LEVEL=high
FROM busybox
WORKDIR /app
COPY --from=build /one /two ./
RUN rm /app/two && cat one
RUN echo done
`;

const open = (options: Partial<SessionOptions> = {}): Promise<Session> =>
  Session.open({
    files: { Dockerfile },
    launch: { builder: engineAddress('buildkitd'), noCache: true },
    ...options,
  });

/** Goes on to the end; answers every stop on the way. */
async function through(session: Session): Promise<string[]> {
  const path = [at(await session.start())];
  while (!path.at(-1)?.startsWith('ended')) path.push(at(await session.go('continue')));
  return path;
}

describe('conditional breakpoints', () => {
  const golden = goldens(new URL('./transcripts/conditional-breakpoints/', import.meta.url));

  it('stop where the condition holds in the state before the step', async () => {
    const places = [
      { at: 3, condition: 'test -e /one' },
      { at: 4, condition: 'test -e /one && test ! -e /two' },
      { at: 9, condition: 'test "$DEBUG_STAGE $DEBUG_INSTRUCTION" = "1 RUN" && pwd | grep -q app' },
      { at: 10, condition: 'test "$DEBUG_PLATFORM" = plan9/mips' },
    ];
    await using session = await open({ breakpoints: places });
    assert.deepEqual(await through(session), ['breakpoint 4', 'breakpoint 9', 'ended 0']);
    golden('conditions', session.transcript());
  });

  it('stop when the condition cannot run, and say why', async () => {
    await using session = await open({ breakpoints: [{ at: 4, condition: 'no-such-program --here' }] });
    const outcome = await session.start();
    assert.equal(at(outcome), 'breakpoint 4');
    assert.match(session.here.text ?? '', /condition "no-such-program --here" could not run: .*not found/);
    session.stop = undefined;
  });

  it('know whether the engine has the step in its cache', async () => {
    const marker = randomUUID();
    const files = { Dockerfile: `FROM busybox\nRUN echo ${marker} > /a\nRUN echo ${marker} > /b\n` };
    const launch = { builder: engineAddress('buildkitd') };
    const when = (line: number, cached: boolean): object => ({ at: line, condition: `test $DEBUG_CACHED = ${cached}` });
    await using first = await open({ files, launch, breakpoints: [when(2, false), when(3, true)] as never });
    assert.deepEqual(await through(first), ['breakpoint 2', 'ended 0']);
    await using second = await open({ files, launch, breakpoints: [when(2, false), when(3, true)] as never });
    assert.deepEqual(await through(second), ['breakpoint 3', 'ended 0']);
  });
});

describe('hit counts', () => {
  it('count for each platform, over restarts of the session', async () => {
    await using session = await open({
      breakpoints: [
        { at: 3, hitCondition: '2' },
        { at: 4, hitCondition: '>= 3' },
      ],
    });
    assert.equal(at(await session.start()), 'ended 0');
  });

  it('stop at the given time, restarts included', async () => {
    await using session = await open({ breakpoints: [{ at: 3, hitCondition: '% 2' }, 10] });
    const path = [at(await session.start())];
    for (let restart = 0; restart < 3; restart++) {
      await session.client.request('restart', {});
      path.push(at(await session.outcome()));
      if (path.at(-1) === 'breakpoint 3') path.push(at(await session.go('continue')));
    }
    assert.deepEqual(path, [
      'breakpoint 10',
      'breakpoint 3',
      'breakpoint 10',
      'breakpoint 10',
      'breakpoint 3',
      'breakpoint 10',
    ]);
  });

  it('that are not understood are refused with what to write', async () => {
    await using session = await open();
    await session.launch();
    const [fact] = await session.setBreakpoints([{ at: 4, hitCondition: 'often' }]);
    assert.equal(fact?.verified, false);
    assert.match(fact?.message ?? '', /"often".*>= 2/);
  });
});

describe('logpoints', () => {
  it('write values and output of commands, and do not stop', async () => {
    await using session = await open({
      breakpoints: [
        { at: 4, logMessage: 'level {$LEVEL}, {cat /one}, {{braces}}, {exit 3}, {${NONE:-nothing}}' },
        { at: 9, logMessage: 'files: {ls | tr "\\n" " "}' },
      ],
    });
    assert.deepEqual(await through(session), ['ended 0']);
    const output = session.output();
    assert.match(output, /^level low, one, \{braces\}, \[exit code 3\], nothing$/m);
    assert.match(output, /^files: one two$/m);
  });
});

describe('a condition that is no test', () => {
  it('stops, and says why, as one that cannot run does', async () => {
    for (const condition of ['[', 'test 1 -eq x', '[ "$A" = 1']) {
      await using session = await Session.open({
        files: { Dockerfile: 'FROM busybox\nRUN echo 1\n' },
        launch: { builder: engineAddress('buildkitd') },
        breakpoints: [{ at: 2, condition }],
      });
      assert.equal(at(await session.start()), 'breakpoint 2', condition);
      assert.match(JSON.stringify(session.client.all('stopped').at(-1)), /could not run/, condition);
    }
  });
});

describe('function breakpoints', () => {
  it('stop at stages and instructions by name', async () => {
    await using session = await open({ functionBreakpoints: ['build', 'build:ENV', 'COPY', 'no-such'] });
    const path = await through(session);
    assert.deepEqual(path, ['8', '1', '2', '5'].map((line) => `function breakpoint ${line}`).concat('ended 0'));
    const facts = session.client.all('breakpoint').map(({ breakpoint }) => breakpoint);
    assert.match(
      facts.find(({ verified, message }) => !verified && message?.includes('no-such'))?.message ?? '',
      /No stage or/,
    );
  });
});

describe('function breakpoints by number and label of a stage, and on what is not needed', () => {
  it('are met, or say that the target does not need it', async () => {
    const files = { Dockerfile: 'FROM busybox AS unused\nRUN echo 1\nFROM busybox\nRUN echo 2\n' };
    await using session = await open({
      files,
      functionBreakpoints: ['stage-1', 'unused', 'unused:RUN', 'stage-1:RUN'],
    });
    assert.deepEqual(await through(session), ['function breakpoint 3', 'function breakpoint 4', 'ended 0']);
    const facts = new Map(session.client.all('breakpoint').map(({ breakpoint }) => [breakpoint.id, breakpoint]));
    const never = 'Not reached: the target of this build does not need unused.';
    assert.deepEqual(
      [...facts.values()].map(({ verified, message }) => [verified, message]),
      [
        [true, undefined],
        [false, never],
        [false, never],
        [true, undefined],
      ],
    );
  });
});

describe('data breakpoints', () => {
  const golden = goldens(new URL('./transcripts/data-breakpoints/', import.meta.url));

  it('stop after the step that creates, changes or deletes a path', async () => {
    await using session = await open({ breakpoints: [1] });
    await session.start();
    for (const path of ['/one', '/app/two']) await session.evaluate(`:watch ${path}`);
    const seen: string[] = [];
    for (;;) {
      const outcome = await session.go('continue');
      seen.push(outcome.kind === 'ended' ? at(outcome) : `${at(outcome)}: ${outcome.text}`);
      if (outcome.kind === 'ended') break;
      if (seen.length === 1)
        assert.equal(await session.evaluate('cat /one'), 'one', 'it shows the state after the step');
    }
    assert.deepEqual(seen, [
      'data breakpoint 3: /one was created (4 bytes) by RUN (line 3).',
      'data breakpoint 4: /one was changed (4 to 9 bytes) by RUN (line 4).',
      'data breakpoint 8: /app/two was created (4 bytes) by COPY (line 8).',
      'data breakpoint 9: /app/two was deleted by RUN (line 9).',
      'ended 0',
    ]);
    golden('data', session.transcript());
  });

  it('are offered for files and variables of the Variables view', async () => {
    await using session = await open({ breakpoints: [3] });
    await session.start();
    const scopes = await session.scopes(0);
    const info = async (scope: string, name: string): Promise<{ dataId: string | null }> =>
      session.client.request('dataBreakpointInfo', {
        variablesReference: scopes.find((each) => each.name === scope)?.reference ?? 0,
        name,
      });
    await session.children(scopes.find(({ name }) => name === 'Files')?.reference ?? 0);
    assert.equal((await info('Files', 'etc')).dataId, 'path:/etc');
    assert.equal((await info('Step', 'user')).dataId, null);
    const { dataId } = await info('Environment', 'LEVEL');
    assert.equal(dataId, 'variable:LEVEL');
    await session.client.request('setDataBreakpoints', { breakpoints: [{ dataId: dataId ?? '' }] });
    const outcome = await session.go('continue');
    assert.equal(at(outcome), 'data breakpoint 5');
    assert.equal(session.here.text, '$LEVEL was changed from "low" to "high" by ENV (line 5).');
    assert.equal((await session.variable('Environment', 'LEVEL')).value, 'high');
  });
});

describe('exception filters', () => {
  const failing = `FROM busybox AS build\nRUN exit 3\n`;

  it('stop at failed steps by exit code and stage', async () => {
    await using off = await open({ files: { Dockerfile: failing }, filters: [] });
    assert.equal(at(await off.start()), 'ended 1');
    for (const [condition, expected] of [
      ['exitCode == 3', 'exception 2'],
      ['exitCode > 3', 'ended 1'],
      ['stage == "build" && exitCode != 1', 'exception 2'],
      ['3', 'exception 2'],
    ] as const) {
      await using session = await open({
        files: { Dockerfile: failing },
        filterOptions: [{ filterId: 'failed', condition }],
      });
      assert.equal(at(await session.start()), expected, condition);
    }
  });

  it('say what is wrong with a condition', async () => {
    await using session = await open({ files: { Dockerfile: failing } });
    await session.launch();
    const answer = await session.client.request('setExceptionBreakpoints', {
      filters: [],
      filterOptions: [{ filterId: 'failed', condition: 'often' }],
    });
    const breakpoints = answer?.breakpoints ?? [];
    assert.equal(breakpoints[0]?.verified, false);
    assert.match(breakpoints[0]?.message ?? '', /"often" is not understood/);
  });

  it('stop at what BuildKit warns about', async () => {
    const files = { Dockerfile: 'FROM busybox\nRUN true\nMAINTAINER me\nENV old style\nCMD x\n' };
    await using session = await open({ files, filters: ['warning'] });
    assert.deepEqual(await through(session), ['exception 3', 'exception 4', 'exception 5', 'ended 0']);
    const info = session.client.all('stopped')[1];
    assert.match(info?.text ?? '', /LegacyKeyValueFormat/);
  });

  it('stop before the first step that is not in the cache', async () => {
    const marker = randomUUID();
    const files = {
      Dockerfile: `FROM busybox AS a\nRUN echo ${marker}\nCOPY f /\nRUN cat /f && sleep 1\nFROM busybox\nCOPY --from=a /f /\nCMD x\n`,
      f: '1',
    };
    const launch = { builder: engineAddress('buildkitd') };
    await using first = await open({ files, launch });
    assert.equal(at(await first.start()), 'ended 0');
    await using session = await open({ files, launch, filters: ['failed', 'uncached'], breakpoints: [7] });
    assert.equal(at(await session.start()), 'breakpoint 7', 'all of it is in the cache');
    session.workspace.write('f', `${marker} 2`);
    await session.client.request('restart', {});
    assert.equal(at(await session.outcome()), 'exception 3');
    const threadId = session.here.threadId;
    assert.match(session.here.text ?? '', /built before in this session/);
    assert.match(
      (await session.client.request('exceptionInfo', { threadId })).description ?? '',
      /COPY f \/ does not come/,
    );
    assert.equal(at(await session.go('continue')), 'breakpoint 7', 'what follows a miss is no news');
  });
});
