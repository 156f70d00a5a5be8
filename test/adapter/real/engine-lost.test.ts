import assert from 'node:assert/strict';
import { Session } from '../../support/dap/index.js';
import { privateEngine } from '../../support/environment/engines.js';
import { openSilentRegistry } from '../../support/environment/silent-registry.js';

describe('an engine that dies', () => {
  it('in the middle of a step: one clear message, and the session ends', async () => {
    await using engine = await privateEngine();
    const files = { Dockerfile: 'FROM busybox\nRUN echo started; sleep 60\n' };
    await using session = await Session.open({ files, launch: { builder: engine.address } });
    await session.launch();
    await session.client.next('output', ({ output }) => output.includes('started'));
    await engine.kill();
    const outcome = await session.outcome();
    assert.deepEqual(outcome, { kind: 'ended', exitCode: 1 });
    assert.match(session.output(), /closed the connection|connection.*lost/i);
    assert.equal(session.output('important').match(/engine|BuildKit/gi)?.length !== undefined, true);
  });

  it('while the build stands at a failure with a shell open', async () => {
    await using engine = await privateEngine();
    const files = { Dockerfile: 'FROM busybox\nRUN exit 3\n' };
    await using session = await Session.open({ files, launch: { builder: engine.address } });
    await session.start();
    await session.evaluate(':shell');
    const terminal = await session.client.wait('a terminal', () => session.client.terminals[0]);
    terminal.type('echo ready-$((40+2))\n');
    await terminal.seen(/ready-42/);
    await engine.kill();
    assert.deepEqual(await session.outcome(), { kind: 'ended', exitCode: 1 });
    await terminal.seen(/\[exit \d+\]/);
  });

  it('while it is asked for another build: that is told once', async () => {
    await using engine = await privateEngine();
    await using registry = await openSilentRegistry();
    const files = { Dockerfile: 'FROM busybox\nRUN exit 3\n' };
    await using session = await Session.open({ files, launch: { builder: engine.address } });
    await session.start();
    session.workspace.edit('FROM busybox', `FROM ${registry.address}/none`);
    await session.client.request('restart', undefined);
    await registry.asked();
    await engine.kill();
    assert.deepEqual(await session.outcome(), { kind: 'ended', exitCode: 1 });
    assert.match(session.output('important'), /^The engine at \S+ closed the connection.*\n$/);
  });
});
