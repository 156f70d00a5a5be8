import assert from 'node:assert/strict';
import { Session, type Outcome } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const at = (outcome: Outcome): string =>
  outcome.kind === 'ended' ? `ended ${outcome.exitCode}` : `${outcome.reason} ${outcome.line}`;

const Dockerfile = `FROM busybox
ARG VERSION=1
ENV MODE=slow
RUN mkdir -m 777 /work
WORKDIR /
RUN test "$VERSION $MODE" = "2 fast" && id -u && pwd
CMD done
`;

const open = (): Promise<Session> =>
  Session.open({ files: { Dockerfile }, launch: { builder: engineAddress('buildkitd') }, breakpoints: [7] });

const set = async (session: Session, scope: string, name: string, value: string): Promise<string> => {
  const { reference } = await session.variable(scope);
  const answer = await session.client.request('setVariable', { variablesReference: reference, name, value });
  return answer.value;
};

describe('what is changed at a stop', () => {
  it('holds for commands, conditions of the step, and re-runs there', async () => {
    await using session = await open();
    assert.equal(at(await session.start()), 'exception 6');
    assert.match(await session.evaluate(':rerun'), /exit code 1/);
    await session.evaluate('echo kept > /kept');
    assert.equal(await set(session, 'Environment', 'MODE', 'fast'), 'fast');
    assert.equal(await set(session, 'Build arguments', 'VERSION', '2'), '2');
    assert.equal(await session.evaluate('echo $VERSION $MODE; cat /kept'), '2 fast\nkept', 'files of the stop stay');
    assert.equal(await session.evaluate(':rerun'), '0\n/');
    await set(session, 'Step', 'workdir', '/work');
    await set(session, 'Step', 'user', '1000');
    assert.equal(await session.evaluate(':rerun'), '1000\n/work');
    assert.equal(await session.evaluate('id -u; pwd; echo $MODE'), '1000\n/work\nfast');
    const { value, type } = await session.variable('Environment', 'MODE');
    assert.deepEqual([value, type], ['fast', 'changed here']);
    const step = (await session.scopes(1)).find(({ name }) => name === 'Step')?.children ?? [];
    assert.deepEqual(
      step
        .filter(({ name }) => name === 'user' || name === 'workdir')
        .map((row) => `${row.name} ${row.value} ${row.type}`),
      ['user 1000 changed here', 'workdir /work changed here'],
    );
  });

  it('of a build argument can be taken into the next build', async () => {
    await using session = await open();
    await session.start();
    await set(session, 'Build arguments', 'VERSION', '2');
    assert.deepEqual(session.client.all('dockerfile/argument'), [{ name: 'VERSION', value: '2' }]);
    assert.match(session.output(), /:restart VERSION=2 builds with it/);
    session.workspace.edit('MODE=slow', 'MODE=fast');
    await session.evaluate(':restart VERSION=2');
    assert.equal(at(await session.outcome()), 'breakpoint 7');
    await session.client.request('restart', {});
    assert.equal(at(await session.outcome()), 'breakpoint 7', 'a restart keeps it');
  });

  it('is refused where it makes no sense', async () => {
    await using session = await open();
    await session.start();
    await assert.rejects(set(session, 'Step', 'workdir', 'here'), /absolute path/);
    await assert.rejects(set(session, 'Step', 'platform', 'x'), /cannot be changed/);
    await session.evaluate('true');
    await assert.rejects(set(session, 'Step', 'workdir', '/no such'), /There is no folder \/no such here/);
    assert.notEqual((await session.variable('Step', 'workdir')).value, '/no such');
    const frameId = session.here.frames[0]?.id ?? 0;
    await assert.rejects(
      session.client.request('setExpression', { expression: 'echo 1', value: 'x', frameId }),
      /only \$NAME/,
    );
  });
});
