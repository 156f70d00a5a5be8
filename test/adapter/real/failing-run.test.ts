import assert from 'node:assert/strict';
import { goldens, Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const Dockerfile = `FROM busybox
ARG WHO=world
ENV GREETING=hello
WORKDIR /app
RUN echo made > before.txt
USER 1000
# @stop fails
RUN echo "$GREETING $WHO" && \\
    echo half > /tmp/left && \\
    exit 7
CMD ["true"]
`;

describe('a failing RUN', () => {
  const golden = goldens(new URL('./transcripts/failing-run/', import.meta.url));
  const open = (launch: object = {}): Promise<Session> =>
    Session.open({ files: { Dockerfile }, launch: { builder: engineAddress('buildkitd'), noCache: true, ...launch } });

  it('stops on its whole range, with command, exit code and last lines', async () => {
    await using session = await open();
    const stop = await session.start();
    assert.equal(stop.kind, 'stopped');
    const line = session.workspace.line('fails');
    const [frame] = session.here.frames;
    assert.deepEqual([session.here.reason, frame?.line, frame?.endLine], ['exception', line, line + 2]);
    const info = await session.client.request('exceptionInfo', { threadId: session.here.threadId });
    assert.equal(info.exceptionId, 'run-failed');
    const told = `${info.description}\n${info.details?.stackTrace ?? ''}`;
    for (const word of [/exit code 7/, /echo half/, /hello world/]) assert.match(told, word);
    golden('stop', session.transcript());
  });

  it('that wants a right which the build was not given stops at once, on its line, and says how to give it', async () => {
    for (const engine of ['buildkitd', 'docker29'] as const) {
      const files = { Dockerfile: 'FROM busybox AS a\nRUN true\nFROM a\nRUN --network=host true\n' };
      await using session = await Session.open({ files, launch: { builder: engineAddress(engine) } });
      const began = Date.now();
      assert.equal((await session.start()).kind, 'stopped', engine);
      assert.ok(Date.now() - began < 2500, 'nothing is waited for');
      assert.deepEqual([session.here.reason, session.here.line], ['exception', 4]);
      const info = await session.client.request('exceptionInfo', { threadId: session.here.threadId });
      assert.match(JSON.stringify(info), /--allow network\.host, in launch\.json/);
      assert.doesNotMatch(JSON.stringify(info), /does not keep/);
    }
  });

  it('answers commands as the step would see them', async () => {
    await using session = await open();
    await session.start();
    assert.equal((await session.evaluate('cat before.txt')).trim(), 'made');
    assert.match(await session.evaluate('id'), /uid=1000/);
    assert.equal((await session.evaluate('pwd')).trim(), '/app');
    const env = await session.evaluate('env');
    assert.match(env, /^GREETING=hello$/m);
    assert.match(env, /^WHO=world$/m);
    assert.equal((await session.evaluate('cat /tmp/left')).trim(), 'half');
    assert.match(await session.evaluate('exit 9'), /9/);
  });

  it('switches to the state before the step and back', async () => {
    await using session = await open();
    await session.start();
    await session.evaluate(':state initial');
    assert.match(await session.evaluate('ls /tmp/left'), /No such file/);
    await session.evaluate(':state failed');
    assert.equal((await session.evaluate('cat /tmp/left')).trim(), 'half');
    assert.equal(await session.evaluate(':rerun'), 'hello world\nexit code 7');
    golden('states', session.transcript());
  });

  it('shows arguments, environment, user and directory', async () => {
    await using session = await open();
    await session.start();
    const scopes = await session.scopes(2);
    const text = JSON.stringify(scopes);
    for (const word of ['WHO', 'world', 'GREETING', 'hello', '1000', '/app', '/bin/sh'])
      assert.ok(text.includes(word), word);
    golden('variables', session.transcript());
  });
});
