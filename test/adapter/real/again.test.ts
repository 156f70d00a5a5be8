import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { goldens, Session, type Outcome, type SessionOptions } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const at = (outcome: Outcome): string =>
  outcome.kind === 'ended' ? `ended ${outcome.exitCode}` : `${outcome.reason} ${outcome.line}`;

const open = (
  options: Partial<SessionOptions> & Pick<SessionOptions, 'files'>,
  launch: object = {},
): Promise<Session> => Session.open({ launch: { builder: engineAddress('buildkitd'), ...launch }, ...options });

/** Tells the console something that starts a build, and gives the stop or end that follows. */
async function say(session: Session, command: string): Promise<string> {
  await session.evaluate(command);
  return at(await session.outcome());
}

describe('again', () => {
  const golden = goldens(new URL('./transcripts/again/', import.meta.url));

  it('retries the failed step with fresh sources, and goes on from there', async () => {
    const marker = randomUUID().slice(0, 8);
    const files = {
      Dockerfile: `FROM busybox\nCOPY good /\nRUN cat /proc/sys/kernel/random/uuid > /when-${marker}\nCOPY data /data\nRUN grep -q right /data\nRUN ls /when-${marker}\n`,
      good: '1',
      data: 'wrong',
    };
    await using session = await open({ files, breakpoints: [3, 6] });
    assert.equal(at(await session.start()), 'breakpoint 3');
    assert.equal(at(await session.go('continue')), 'exception 5');
    const when = await session.evaluate(`cat /when-${marker}`);
    assert.equal(
      await say(session, ':retry'),
      'exception 5',
      'nothing was mended; breakpoints before it do not hold it up',
    );
    session.workspace.write('data', 'right');
    assert.equal(await say(session, ':retry'), 'breakpoint 6');
    assert.equal(await session.evaluate(`cat /when-${marker}`), when, 'what did not change is of the cache');
    golden(
      'retry',
      session.transcript([
        [marker, '<marker>'],
        [when, '<when>'],
      ]),
    );
  });

  it('forces one step to run without the cache', async () => {
    const marker = randomUUID().slice(0, 8);
    const Dockerfile = `FROM busybox\n${['a', 'b', 'c'].map((name) => `RUN cat /proc/sys/kernel/random/uuid > /${name} # ${marker}`).join('\n')}\nCMD x\n`;
    await using session = await open({ files: { Dockerfile }, breakpoints: [5] });
    const read = async (): Promise<string[]> => (await session.evaluate(`cat /a /b /c`)).split('\n');
    assert.equal(at(await session.start()), 'breakpoint 5');
    const before = await read();
    assert.equal(await say(session, ':force 3'), 'breakpoint 5');
    const after = await read();
    assert.equal(after[0], before[0], 'what is above it stays');
    assert.notEqual(after[1], before[1], 'it ran again');
    assert.equal(at(await session.go('continue')), 'ended 0');
  });

  it('applies edits: comes back to the same instruction, and breakpoints move with the text', async () => {
    const Dockerfile = 'FROM busybox\nRUN echo one > /one\nRUN echo two > /two\nRUN exit 3\nRUN echo last\n';
    await using session = await open({ files: { Dockerfile }, breakpoints: [5] });
    assert.equal(at(await session.start()), 'exception 4');
    session.workspace.edit('RUN exit 3', '# a comment\n\nRUN exit 0');
    session.workspace.edit('FROM', '# syntax of old\nFROM');
    assert.equal(await say(session, ':apply'), 'goto 7', 'the edited instruction is where it stands');
    assert.equal(await session.evaluate('cat /two'), 'two');
    assert.equal(at(await session.go('continue')), 'breakpoint 8');
    session.workspace.edit('echo two', 'echo TWO');
    assert.equal(await say(session, ':apply'), 'goto 4', 'the first edited instruction above');
    assert.equal(at(await session.go('continue')), 'breakpoint 8');
    assert.equal(await session.evaluate('cat /two'), 'TWO');
    golden('apply', session.transcript());
  });

  it('stays where it is when edits change nothing that is built: another name of a stage', async () => {
    const Dockerfile =
      'FROM busybox AS a\nRUN echo one > /one\nRUN echo two > /two\nFROM a AS final\nCOPY --from=a /one /1\n';
    await using session = await open({ files: { Dockerfile }, breakpoints: [3] });
    assert.equal(at(await session.start()), 'breakpoint 3');
    session.workspace.edit('FROM busybox AS a', 'FROM busybox AS base');
    session.workspace.edit('FROM a', 'FROM base');
    session.workspace.edit('--from=a', '--from=base');
    assert.equal(await say(session, ':apply'), 'goto 3');
    assert.equal(session.here.frames[0]?.name.includes('[base]'), true, session.here.frames[0]?.name);
    session.workspace.edit('echo one', 'echo ONE');
    session.workspace.edit('AS base', 'AS other');
    session.workspace.edit('FROM base', 'FROM other');
    session.workspace.edit('--from=base', '--from=other');
    assert.equal(await say(session, ':apply'), 'goto 2', 'what is built otherwise is met all the same');
    assert.equal(at(await session.go('continue')), 'breakpoint 3');
  });

  it('finds an edit in a stage that has another name now, which COPY takes from', async () => {
    const text = 'FROM busybox AS two\nARG V=1\nRUN echo a $V\nRUN echo b > /b\nFROM busybox\nCOPY --from=two /b /b\n';
    await using session = await open({ files: { Dockerfile: text }, breakpoints: [4] });
    assert.equal(at(await session.start()), 'breakpoint 4');
    session.workspace.edit('AS two', 'AS zwei');
    session.workspace.edit('--from=two', '--from=zwei');
    session.workspace.edit('echo a', 'echo A');
    assert.equal(await say(session, ':apply'), 'goto 3');
    assert.equal(at(await session.go('continue')), 'breakpoint 4');
  });

  it('finds its place when stages were swapped, and an edit in one of them', async () => {
    const first = 'FROM busybox AS first\nRUN echo a > /a\nRUN cat /a\n';
    const second = 'FROM busybox AS second\nRUN echo b > /b\nRUN cat /b\n';
    const last = 'FROM busybox\nCOPY --from=first /a /\nCOPY --from=second /b /\nRUN exit 3\n';
    await using session = await open({ files: { Dockerfile: first + second + last }, breakpoints: [3] });
    assert.equal(at(await session.start()), 'breakpoint 3');
    session.workspace.write('Dockerfile', second + first + last);
    assert.equal(await say(session, ':apply'), 'goto 6', 'the same instruction');
    session.workspace.edit('echo b', 'echo B');
    assert.equal(at(await session.go('continue')), 'exception 10');
    assert.equal(await say(session, ':apply'), 'goto 2', 'what was edited, though it stands elsewhere');
    session.workspace.write('Dockerfile', first + second + last);
    assert.equal(await say(session, ':apply'), 'goto 5', 'the same stage, where it was at first');
    await session.client.request('restart', undefined);
    assert.equal(at(await session.outcome()), 'breakpoint 3', 'the breakpoint went along, and back');
  });

  it('stays where it is when the edited Dockerfile cannot be built', async () => {
    await using session = await open({ files: { Dockerfile: 'FROM busybox\nRUN echo one\nRUN exit 3\n' } });
    assert.equal(at(await session.start()), 'exception 3');
    session.workspace.edit('RUN exit 3', 'RUNN exit 0');
    await session.client.request('dockerfile/apply', {});
    await session.client.wait('words', () => (session.output().includes('RUNN') ? true : undefined));
    assert.equal(await session.evaluate('echo still here'), 'still here');
    session.workspace.edit('RUNN', 'RUN');
    assert.deepEqual(await session.client.request('dockerfile/apply', {}), { title: 'Building with the edits.' });
    assert.equal(at(await session.outcome()), 'goto 3');
    assert.deepEqual(await session.client.request('dockerfile/again', { force: true, line: 2 }), {
      title: 'RUN echo one (line 2)',
    });
    assert.equal(at(await session.outcome()), 'ended 0');
  });

  it('applies only what is there: the Dockerfile by its text, the context as it was sent, ignore files', async () => {
    const files = {
      Dockerfile: 'FROM busybox\nCOPY src /src\nRUN cat /src/word\n',
      'src/word': 'one',
      'src/kept out': 'x',
      other: 'x',
      '.dockerignore': 'src/kept*\n',
    };
    await using session = await open({ files, breakpoints: [3] });
    assert.equal(at(await session.start()), 'breakpoint 3');
    const nothing = /There is nothing to apply/;
    await assert.rejects(session.evaluate(':apply'), nothing);
    session.workspace.edit('cat', 'tac');
    session.workspace.edit('tac', 'cat');
    session.workspace.write('other', 'not of the build');
    session.workspace.write('src/kept out', 'not sent');
    await assert.rejects(session.evaluate(':apply'), nothing, 'nothing that the build takes is another');
    session.workspace.write('src/word', 'two');
    assert.equal(await say(session, ':apply'), 'goto 3');
    await assert.rejects(session.evaluate(':apply'), nothing, 'it has been applied');
    assert.equal(await session.evaluate('cat /src/word'), 'two');
    session.workspace.write('src/new', 'three');
    assert.equal(await say(session, ':apply'), 'goto 3');
    assert.equal(await session.evaluate('cd /src; ls'), 'new\nword');
    session.workspace.write('.dockerignore', '');
    assert.equal(await say(session, ':apply'), 'goto 3');
    assert.equal(await session.evaluate('cd /src; ls'), 'kept out\nnew\nword');
  });

  it('tells once that the Dockerfile was saved, however an editor saves', async () => {
    const Dockerfile = 'FROM busybox\nRUN true\n';
    await using session = await open({ files: { Dockerfile }, breakpoints: [2] });
    await session.start();
    const path = session.workspace.path();
    const told = (): number => session.client.all('dockerfile/saved').length;
    writeFileSync(`${path}.new`, Dockerfile);
    renameSync(`${path}.new`, path);
    await sleep(600);
    assert.equal(told(), 0, 'the same text is no edit');
    writeFileSync(`${path}.new`, `${Dockerfile}RUN echo more\n`);
    renameSync(`${path}.new`, path);
    await session.client.wait('the event', () => (told() > 0 ? true : undefined));
    session.workspace.edit('more', 'and more');
    await sleep(400);
    assert.equal(told(), 1);
    assert.match(session.output(), /Dockerfile was saved: :apply/);
    writeFileSync(path, Dockerfile);
    await session.client.wait('the event', () => (told() > 1 ? true : undefined));
    assert.deepEqual(
      session.client.all('dockerfile/saved').map(({ edited }) => edited),
      [true, false],
      'the text that is built again is no edit',
    );
    await session.client.wait('words', () => session.output().includes('is again as it was built') || undefined);
    await assert.rejects(session.evaluate(':apply'), /nothing to apply/);
    session.workspace.edit('RUN true', 'RUN true # again');
    await session.client.wait('the event', () => (told() > 2 ? true : undefined));
    assert.equal(await say(session, ':apply'), 'goto 2');
    session.workspace.edit('again', 'another');
    await session.client.wait('the event', () => (told() > 3 ? true : undefined));
  });

  it('finds its place when the instruction is gone, and stands when another one is among identical ones', async () => {
    const Dockerfile = 'FROM busybox\nRUN true\nRUN true\nRUN echo gone\nRUN true\nRUN echo end\n';
    await using session = await open({ files: { Dockerfile }, breakpoints: [4] });
    assert.equal(at(await session.start()), 'breakpoint 4');
    session.workspace.edit('RUN echo gone\n', '');
    assert.equal(await say(session, ':apply'), 'goto 4', 'the one that followed it');
    assert.equal(at(await session.go('next')), 'step 5');
  });
});

describe('breakpoints while the build runs', () => {
  const slow = (seconds: number): string => `RUN sleep ${seconds} # ${randomUUID()}`;

  it('hold steps that have not begun, and do not make the running one start over', async () => {
    const marker = randomUUID().slice(0, 8);
    const files = { Dockerfile: `FROM busybox\nRUN echo x >> /runs && sleep 3 # ${marker}\nRUN cat /runs\nRUN true\n` };
    await using session = await open({ files, breakpoints: [1] });
    await session.start();
    await session.client.request('continue', { threadId: 1 });
    await sleep(1500);
    await session.setBreakpoints([1, 2, 3]);
    assert.equal(at(await session.outcome()), 'breakpoint 3', 'line 2 has begun, line 3 has not');
    assert.equal(await session.evaluate('cat /runs'), 'x');
    const starts = session.client.all('output').filter(({ output }) => /RUN echo x >> /.test(output));
    assert.equal(starts.length, 1, 'the step ran once');
    await session.setBreakpoints([]);
    assert.equal(at(await session.go('continue')), 'ended 0');
  });

  it('that are removed hold no more', async () => {
    const files = { Dockerfile: `FROM busybox\n${slow(2)}\nRUN true\n` };
    await using session = await open({ files, breakpoints: [1, 3] });
    await session.start();
    await session.client.request('continue', { threadId: 1 });
    await sleep(500);
    await session.setBreakpoints([]);
    assert.equal(at(await session.outcome()), 'ended 0');
  });

  it('keep stages parallel up to a breakpoint behind them', async () => {
    const stages = ['a', 'b', 'c'].map((name) => `FROM busybox AS ${name}\n${slow(2)}\nRUN echo ${name} > /${name}`);
    const copies = ['a', 'b', 'c'].map((name) => `COPY --from=${name} /${name} /`);
    const files = { Dockerfile: [...stages, 'FROM busybox', ...copies, 'RUN ls /', ''].join('\n') };
    await using session = await open({ files, breakpoints: [14] });
    const began = Date.now();
    assert.equal(at(await session.start()), 'breakpoint 14');
    const took = Date.now() - began;
    assert.ok(took < 5900, `three stages of 2 s took ${took} ms`);
  });
});

describe('several platforms', () => {
  it('can be dropped one by one; the others go on, and nothing is exported', async () => {
    const files = {
      Dockerfile: 'FROM --platform=$BUILDPLATFORM busybox\nARG TARGETPLATFORM\nRUN echo $TARGETPLATFORM\n',
    };
    await using session = await open({ files, breakpoints: [3] }, { platforms: ['linux/amd64', 'linux/arm64'] });
    await session.start();
    await session.outcome();
    await session.client.request('terminateThreads', { threadIds: [2] });
    const exited = session.client.all('thread').filter(({ reason }) => reason === 'exited');
    assert.deepEqual(
      exited.map(({ threadId }) => threadId),
      [2],
    );
    await session.client.request('continue', { threadId: 1 });
    assert.equal(at(await session.outcome()), 'ended 130');
    assert.match(session.output(), /platform was dropped.*nothing is exported/);
  });
});

describe('running ahead', () => {
  const files = (): { Dockerfile: string } => ({
    Dockerfile: [
      ...['FROM busybox AS a', 'RUN true', 'FROM busybox AS b', `RUN echo ${randomUUID()} && exit 7`],
      ...[
        'FROM busybox AS c',
        `RUN echo ${randomUUID()} > /c`,
        'FROM busybox',
        'COPY --from=a / /a',
        'COPY --from=c / /c',
      ],
      ...['COPY --from=b / /b', ''],
    ].join('\n'),
  });
  const statusOf = (session: Session, line: number): string | undefined =>
    session.client.all('dockerfile/step').findLast((step) => step.line === line)?.status;

  it('goes on with what the stop does not hold up; what fails there waits', async () => {
    await using session = await open({ files: files(), breakpoints: [2] }, { runAhead: true });
    assert.equal(at(await session.start()), 'breakpoint 2');
    await session.client.wait('stage c to be done', () => (statusOf(session, 6) === 'done' ? true : undefined));
    await sleep(300);
    assert.equal(session.client.all('stopped').length, 1, 'the failure of stage b waits');
    assert.notEqual(statusOf(session, 8), 'done', 'what needs the stage of the stop waits');
    assert.equal(at(await session.go('continue')), 'exception 4');
  });

  it('leaves stages with breakpoints alone, and does nothing when it is off', async () => {
    await using held = await open({ files: files(), breakpoints: [2, 6] }, { runAhead: true });
    assert.equal(at(await held.start()), 'breakpoint 2');
    await sleep(1000);
    assert.equal(statusOf(held, 6), undefined);
    await using off = await open({ files: files(), breakpoints: [2] });
    assert.equal(at(await off.start()), 'breakpoint 2');
    await sleep(1000);
    assert.equal(statusOf(off, 6), undefined);
  });
});
