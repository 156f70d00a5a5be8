import assert from 'node:assert/strict';
import { DapClient, Session, type SessionOptions, within } from '../support/dap/index.js';
import { engineAddress } from '../support/environment/engines.js';

const failing = 'FROM busybox\nRUN exit 3\n';
/** Runs long enough for any test and prints when it does. */
const slow = `FROM busybox\nARG SALT=none\nRUN echo "$SALT" && echo under way && sleep 60\n`;

const salt = (): string => `${process.pid}-${performance.now()}`;

/** Every state a session can be in, and how to get there. */
const states: Readonly<Record<string, () => Promise<Session>>> = {
  'before initialize': () => open({ files: { Dockerfile: failing } }),
  'before launch': async () => {
    const session = await open({ files: { Dockerfile: failing } });
    await session.client.initialize();
    return session;
  },
  'before configurationDone': async () => {
    const session = await open({ files: { Dockerfile: failing } });
    await session.client.initialize();
    session.client.send('launch', launchArguments(session));
    await session.client.next('initialized');
    return session;
  },
  'while a step runs': async () => {
    const session = await open({
      files: { Dockerfile: slow },
      launch: { builder: engineAddress('buildkitd'), buildArgs: { SALT: salt() } },
    });
    await session.launch();
    await session.client.next('output', ({ output }) => /^under way/m.test(output));
    return session;
  },
  'stopped before a step': () => started({ launch: { builder: engineAddress('buildkitd'), stopOnEntry: true } }),
  'stopped at a failure': () => started({}),
  'while a command runs at a stop': async () => {
    const session = await started({});
    session.client.send('evaluate', { expression: 'echo under way; sleep 60', context: 'repl' });
    await session.client.next('output', ({ output }) => /^under way/m.test(output));
    return session;
  },
  'with an open shell': async () => {
    const session = await started({});
    await session.evaluate(':shell');
    session.client.terminals[0]?.type('echo in the shell\n');
    await session.client.terminals[0]?.seen(/in the shell/);
    return session;
  },
  'after the end': async () => {
    const session = await started({});
    await session.go('continue');
    return session;
  },
};

function open(options: SessionOptions): Promise<Session> {
  return Session.open({ launch: { builder: engineAddress('buildkitd') }, ...options });
}

async function started(options: Partial<SessionOptions>): Promise<Session> {
  const session = await open({ files: { Dockerfile: failing }, ...options });
  await session.start();
  return session;
}

function launchArguments(session: Session): object {
  return { dockerfile: session.workspace.path(), builder: engineAddress('buildkitd') };
}

describe('the end of the process', () => {
  before(() => {
    engineAddress('buildkitd');
  });

  for (const [state, reach] of Object.entries(states)) {
    it(`comes within 2 s of disconnect ${state}`, async () => {
      await using session = await reach();
      const answer = session.client.answerTo(session.client.send('disconnect'));
      const exit = await within(2000, 'The adapter did not end', session.client.exit);
      assert.equal((await answer).success, true);
      assert.equal(exit.code, 0);
    });

    it(`comes within 2 s when the client is gone ${state}`, async () => {
      await using session = await reach();
      session.client.wire.input.end();
      const exit = await within(2000, 'The adapter did not end', session.client.exit);
      assert.equal(exit.code, 0);
    });

    it(`comes within 2 s of SIGTERM ${state}`, async () => {
      await using session = await reach();
      session.client.wire.process.kill('SIGTERM');
      await within(2000, 'The adapter did not end', session.client.exit);
    });
  }

  it('lets the client tell terminate first', async () => {
    await using session = await states['while a step runs']!();
    await session.client.request('terminate', {});
    await session.client.next('terminated');
    assert.equal(session.client.all('exited').length, 1);
  });

  it('answers a second disconnect, or is gone', async () => {
    await using session = await started({});
    const { client } = session;
    const first = client.send('disconnect');
    client.send('disconnect');
    assert.equal((await client.answerTo(first)).success, true);
    await within(2000, 'The adapter did not end', client.exit);
  });
});

describe('a server on a port', () => {
  it('outlives its sessions and serves several at once', async () => {
    await using first = await DapClient.start({ transport: 'tcp' });
    await first.initialize();
    await using second = await first.another();
    await second.initialize();
    await second.request('disconnect', {});
    await within(2000, 'The connection was not closed', second.wire.closed);
    await assert.rejects(first.request('stackTrace', { threadId: 1 }));
    await using third = await first.another();
    await third.initialize();
  });

  it('gives back what a client that vanished has held', async () => {
    await using first = await DapClient.start({ transport: 'tcp' });
    await first.initialize();
    const second = await first.another();
    await second.initialize();
    await second.wire.end();
    await using third = await first.another();
    await third.initialize();
  });
});
