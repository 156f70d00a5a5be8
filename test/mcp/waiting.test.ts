import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { mark, processesWith, within } from '../support/processes.js';
import { goneAfter, startAgent } from './agent.js';

/** Never taken from the cache. */
const slow = (seconds: number): string =>
  `FROM busybox\nRUN echo begun ${performance.now()}; sleep ${seconds}; echo slept\nRUN exit 1\n`;

/** An engine that takes connections and says nothing. */
function listen(path: string): Disposable & { readonly ready: Promise<unknown> } {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket)).listen(path);
  return {
    ready: once(server, 'listening'),
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe('a coding agent that waits', () => {
  it('is answered before a long build has ended, told what goes on, and waits further', async () => {
    await using agent = await startAgent({ Dockerfile: slow(4) });
    const { call } = agent;
    const told: string[] = [];
    const onprogress = ({ message }: { message?: string | undefined }): void => void told.push(message ?? '');
    const start = await call('build_start', { timeoutSeconds: 3 }, { onprogress });
    assert.match(start, /^STILL RUNNING\nRunning: RUN echo begun .*\(line 2\) for \d\.\ds; it wrote last: begun/);
    assert.match(told[0] ?? '', /^Running: RUN echo begun/);
    assert.match(await agent.fails('run_in_step', { command: 'ls' }), /Nothing stands[^]*build_status/);
    assert.match(await call('build_status', { waitSeconds: 30 }), /^STOPPED on failed step/);
  });

  it('pauses a build, and goes on', async () => {
    await using agent = await startAgent({ Dockerfile: slow(30) });
    const { call } = agent;
    await call('build_start', { timeoutSeconds: 1 });
    assert.match(await call('go', { action: 'pause' }), /^STOPPED: pause[^]*^> 2 \|/m);
    assert.match(await call('go', { action: 'pause' }), /^Nothing runs\./);
    assert.match(await call('go', { action: 'continue', timeoutSeconds: 0 }), /^STILL RUNNING/);
  });

  it('cancels a call: a command ends, a build is paused', async () => {
    await using agent = await startAgent({ Dockerfile: slow(30) });
    const { call } = agent;
    const build = new AbortController();
    const started = call('build_start', {}, { signal: build.signal, onprogress: () => build.abort() });
    await assert.rejects(started, /abort/i);
    assert.match(await call('build_status'), /^STOPPED: pause/);
    const command = new AbortController();
    const running = call(
      'run_in_step',
      { command: 'echo in; sleep 30' },
      { signal: command.signal, onprogress: () => command.abort() },
    );
    await assert.rejects(running, /abort/i);
    assert.match(await agent.fails('build_status'), /cancelled/);
    assert.match(await call('build_status'), /^STOPPED: pause/);
    assert.equal(await call('run_in_step', { command: 'echo still here' }), 'still here\nexit code 0');
  });

  it('leaves a long command running, and comes back to it', async () => {
    await using agent = await startAgent({ Dockerfile: 'FROM busybox\nRUN exit 1\n' });
    const { call } = agent;
    await call('build_start');
    assert.match(await call('run_in_step', { command: 'sleep 2; seq 1 2000', timeoutSeconds: 0 }), /^STILL RUNNING/);
    assert.match(await agent.fails('run_in_step', { command: 'ls' }), /still runs: sleep 2; seq 1 2000/);
    const ended = await call('build_status', { waitSeconds: 20 });
    assert.match(ended, /^1\n2\n[^]*… 1840 lines left out …[^]*\n2000\n\(build_log[^]*\nexit code 0$/);
    const piece = await call('build_log', { of: 'command', offset: 1000, lines: 2 });
    assert.equal(piece.split('\n').slice(1).join(' '), '1000: 1001 1001: 1002');
    assert.match(piece, /2000 lines, 1000 before these, 998 after these \(offset 1002 goes on\)/);
    await call('run_in_step', { command: 'sleep 30', timeoutSeconds: 0 });
    assert.match(await call('go', { action: 'pause' }), /^The command was ended\.\nSTOPPED on failed step/);
  });

  it('does not wait for an engine that never answers, and gives it up', async () => {
    await using agent = await startAgent({ Dockerfile: slow(0) });
    const { call, fails, workspace } = agent;
    using silent = listen(workspace.path('engine.sock'));
    await silent.ready;
    const builder = `unix://${workspace.path('engine.sock')}`;
    assert.match(
      await call('build_start', { builder, timeoutSeconds: 1 }),
      /^STILL RUNNING\nThe engine .* not answered/,
    );
    assert.match(await fails('go', { action: 'pause' }), /^NOT STARTED[^]*ended before the engine had answered/);
    await call('build_start', { builder, timeoutSeconds: 0 });
    assert.match(await call('build_start'), /^STOPPED on failed step/);
  });

  for (const [how, leave] of [
    ['standard input ends', 'end'],
    ['it is told to terminate', 'SIGTERM'],
  ] as const)
    it(`ends within 2 s when ${how}, at a stop where a command runs, and while a step runs`, async () => {
      for (const isStanding of [true, false]) {
        const word = mark();
        const step = isStanding ? 'exit 1' : `sleep ${word}`;
        await using agent = await startAgent({ Dockerfile: `FROM busybox\nRUN ${step}\n` });
        await agent.call('build_start', isStanding ? {} : { timeoutSeconds: 0 });
        if (isStanding) await agent.call('run_in_step', { command: `sleep ${word}`, timeoutSeconds: 0 });
        await within(20_000, 'the process runs', () => processesWith(word) > 0);
        const { pid } = agent.transport;
        assert.ok(pid !== null);
        const took = await goneAfter(agent, () => {
          if (leave === 'end') void agent.client.close();
          else process.kill(pid, leave);
        });
        assert.ok(took < 2000, `${took} ms`);
        assert.throws(() => process.kill(pid, 0), /ESRCH/);
        await within(5000, 'nothing is left in the engine', () => processesWith(word) === 0);
        assert.equal(agent.stderr(), '');
      }
    });
});
