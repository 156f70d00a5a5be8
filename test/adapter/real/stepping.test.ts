import assert from 'node:assert/strict';
import { goldens, Session, type Outcome } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const Dockerfile = `# syntax comment is no instruction
FROM busybox AS base
ENV SHARED=1

FROM base AS build
# @stop make
RUN echo building > /out
FROM busybox AS tools
RUN echo tool > /tool
FROM scratch AS unused
COPY nothing /
FROM base
USER 1000
# @stop copy
COPY --from=build /out /out
RUN --mount=from=tools,target=/tools \\
    cat /tools/tool
LABEL done=yes
`;

const at = (outcome: Outcome): string =>
  outcome.kind === 'ended' ? `ended ${outcome.exitCode}` : outcome.frames.map((frame) => frame.line).join('<');

describe('stepping', () => {
  const golden = goldens(new URL('./transcripts/stepping/', import.meta.url));
  const open = (options: object = {}, launch: object = {}): Promise<Session> =>
    Session.open({
      files: { Dockerfile },
      launch: { builder: engineAddress('buildkitd'), noCache: true, ...launch },
      ...options,
    });

  it('goes through calls like a debugger: in, over, out', async () => {
    await using session = await open({}, { stopOnEntry: true });
    const path = [at(await session.start())];
    for (const how of ['next', 'next', 'stepIn', 'stepIn', 'next', 'next', 'next', 'stepIn'] as const) {
      path.push(`${how} ${at(await session.go(how))}`);
    }
    assert.deepEqual(path, [
      '12',
      'next 13',
      'next 15',
      'stepIn 5<15',
      'stepIn 7<15',
      'next 15',
      'next 16',
      'next 18',
      'stepIn ended 0',
    ]);
    golden('walk', session.transcript());
  });

  it('stops at breakpoints on any line of an instruction, once for each click', async () => {
    await using session = await open({ breakpoints: ['make', 17] });
    const path = [at(await session.start()), at(await session.go('continue')), at(await session.go('continue'))];
    assert.deepEqual(path, ['7<15', '16', 'ended 0']);
  });

  it('moves a breakpoint on a comment to the next instruction and says which are never reached', async () => {
    await using session = await open({ breakpoints: [1, 4, 11] });
    const outcome = await session.start();
    const facts = session.client.all('breakpoint').map(({ breakpoint }) => breakpoint);
    assert.match(JSON.stringify(facts), /does not need unused/);
    assert.equal(at(outcome), '2<12', 'the comment line moved to the FROM below it');
    assert.equal(at(await session.go('continue')), '5<15');
  });

  it('shows what holds before an instruction without a vertex', async () => {
    await using session = await open({ breakpoints: [18] });
    await session.start();
    assert.equal((await session.variable('Environment', 'SHARED')).value.split(' ')[0], '1');
    assert.match(await session.evaluate('id'), /uid=1000/);
    assert.equal(await session.evaluate('cat /out'), 'building');
    assert.equal(at(await session.go('continue')), 'ended 0');
  });

  it('pauses at the step that runs, before it', async () => {
    const files = { Dockerfile: 'FROM busybox\nRUN echo first\n# @stop slow\nRUN echo started; sleep 60\n' };
    await using session = await open({ files });
    await session.launch();
    await session.client.next('output', ({ output }) => output.includes('started'));
    await session.client.request('pause', { threadId: 1 });
    const outcome = await session.outcome();
    assert.equal(at(outcome), String(session.workspace.line('slow')));
    assert.equal(session.here.reason, 'pause');
  });

  it('stops at the end when asked to', async () => {
    await using session = await open({}, { stopAtEnd: true });
    await session.start();
    assert.equal(await session.evaluate('cat /out'), 'building');
    assert.equal(at(await session.go('continue')), 'ended 0');
  });

  it('runs through without debugging', async () => {
    await using session = await open({ breakpoints: ['make'] }, { noDebug: true });
    assert.equal(at(await session.start()), 'ended 0');
  });
});
