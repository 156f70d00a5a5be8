import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { packTar } from 'modern-tar';
import { startAgent } from './agent.js';

const dockerfile = `FROM busybox AS one
RUN echo a > /a
RUN first=1; \\
    second=$((first + 1)); \\
    echo $second > /b
FROM busybox
COPY --from=one /a /c
COPY --from=one /b /d
`;

describe('a coding agent that steps', () => {
  it('stops at breakpoints, within a RUN too, steps and goes back', async () => {
    await using agent = await startAgent({ Dockerfile: dockerfile });
    const { call } = agent;
    const start = await call('build_start', {
      breakpoints: [{ at: 2 }, { at: 4 }, { at: 'COPY', condition: 'test -e /c' }, { at: 99 }],
    });
    assert.match(start, /^STOPPED on breakpoint[^]*^> 2 \| RUN echo a/m);
    assert.match(start, /^Breakpoint 99 holds nothing: /m);
    assert.match(await call('run_in_step', { command: 'ls /a' }), /No such file[^]*exit code 1$/);
    assert.match(await call('go', { action: 'next' }), /^STOPPED on step[^]*^> 3 \|/m);
    assert.match(await call('go', { action: 'stepBack' }), /^> 2 \|/m);
    const inside = await call('go', { action: 'continue' });
    assert.match(inside, /^> 4 \|/m);
    assert.equal(await call('run_in_step', { command: 'echo "first is $first"' }), 'first is 1\nexit code 0');
    assert.match(await call('variables', { path: ['Shell'] }), /first = 1/);
    const conditional = await call('go', { action: 'continue' });
    assert.match(conditional, /^STOPPED on function breakpoint[^]*^> 8 \| COPY --from=one \/b/m);
    assert.match(await call('go', { action: 'reverseContinue' }), /^STOPPED on breakpoint/);
    assert.match(await call('breakpoints', { remove: ['all'] }), /^Breakpoints: none$/m);
    assert.match(await call('go', { action: 'continue' }), /^BUILT/);
  });

  it('changes breakpoints at a stop, and keeps none that hold nothing', async () => {
    await using agent = await startAgent({ Dockerfile: dockerfile });
    const { call } = agent;
    assert.match(
      await call('build_start', { stopOnEntry: true, stopAtEnd: true }),
      /^STOPPED before the first instruction/,
    );
    const set = await call('breakpoints', {
      add: [{ at: 8, log: 'saw {ls /c}' }],
      watch: ['/c'],
      stopOn: ['failed', 'warning'],
    });
    assert.match(set, /changes \/c\.[^]*line 8 log saw[^]*Stops on: failed, warning$/);
    assert.match(await agent.fails('breakpoints', { add: [{ at: 'CPOY' }] }), /Did you mean "COPY"[^]*not kept/);
    assert.match(await agent.fails('breakpoints', { remove: [7] }), /no breakpoint at 7/);
    assert.match(await call('go', { action: 'continue' }), /^STOPPED on data breakpoint/);
    const end = await call('go', { action: 'continue' });
    assert.match(end, /^STOPPED after the last instruction[^]*saw \/c/);
    assert.equal(await call('run_in_step', { command: 'cat /c /d' }), 'a\n2\nexit code 0');
    assert.match(await call('read_path', { path: '/d' }), /^\/d \(after\): 2 bytes, 1 line\n2$/);
    assert.match(await call('go', { action: 'continue' }), /^BUILT/);
  });

  it('stops in a Dockerfile that only the engine has', async () => {
    const tar = await packTar([{ header: { name: 'Dockerfile', size: dockerfile.length }, body: dockerfile }]);
    const server = createServer((_request, response) => void response.end(tar)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await using agent = await startAgent({});
    const { call } = agent;
    const context = `http://127.0.0.1:${port}/context.tar`;
    const stop = await call('build_start', { context, breakpoints: [{ at: 2 }, { at: 99 }] });
    assert.match(stop, /^STOPPED on breakpoint\nat Dockerfile:2 [^]*^> 2 \| RUN echo a/m);
    assert.doesNotMatch(stop, /Breakpoint 2 holds/);
    assert.match(stop, /Breakpoint 99 holds nothing/);
    assert.match(await call('go', { action: 'next' }), /^> 3 \|/m);
    server.close();
  });

  it('stops in the build of a Compose service', async () => {
    const compose = 'services:\n  api:\n    build:\n      context: api\n      args: { WHO: world }\n';
    const files = { 'compose.yaml': compose, 'api/Dockerfile': 'FROM busybox\nARG WHO\nRUN test "$WHO" = nobody\n' };
    await using agent = await startAgent(files);
    const { call, workspace } = agent;
    const stop = await call('build_start', { compose: [], breakpoints: [{ at: 3 }] });
    assert.ok(stop.includes(`at ${workspace.path('api/Dockerfile')}:3 `), stop);
    assert.doesNotMatch(stop, /holds nothing/);
    assert.match(await call('go', { action: 'continue' }), /^STOPPED on failed step/);
    await call('go', { action: 'restart', buildArgs: { WHO: 'nobody' } });
    assert.match(await call('go', { action: 'continue' }), /^BUILT/);
    assert.match(await agent.fails('build_start', { compose: [], service: 'apy' }), /Did you mean "api"/);
  });

  it('moves each platform by itself', async () => {
    await using agent = await startAgent({ Dockerfile: 'FROM busybox\nRUN true\n' });
    const { call } = agent;
    const platforms = ['linux/amd64', 'linux/arm64'];
    await call('build_start', { platforms, breakpoints: [{ at: 2 }] });
    await call('build_status', { waitSeconds: 20 });
    assert.match(await call('variables', { path: ['Step'], platform: 'arm64' }), /platform = linux\/arm64/);
    assert.match(await agent.fails('variables', { platform: 'riscv64' }), /It is for: linux\/amd64, linux\/arm64/);
    const first = await call('go', { action: 'continue', platform: 'linux/amd64' });
    assert.match(first, /^STOPPED on breakpoint\nat \S+ \([^)]*linux\/arm64\)/);
    assert.match(await call('go', { action: 'continue' }), /^BUILT/);
  });
});
