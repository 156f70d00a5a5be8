import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { startAgent } from './agent.js';

const failing = `FROM busybox AS build
ARG VERSION=1.5
WORKDIR /src
COPY app.conf ./
RUN echo made > made.txt
# @stop fails
RUN echo checking $VERSION; echo half > half.txt; \\
    grep -q ready=yes app.conf
FROM busybox
COPY --from=build /src/made.txt /made.txt
`;

describe('a coding agent with a build that fails', () => {
  it('is told where and why, looks around in the step, mends it, and builds it', async () => {
    await using agent = await startAgent({ Dockerfile: failing, 'app.conf': 'ready=no\n' });
    const { call, workspace } = agent;
    const line = workspace.line('fails');

    const stop = await call('build_start');
    assert.match(stop, /^STOPPED on failed step\nat /);
    assert.ok(stop.includes(`${workspace.path()}:${line} (stage build, `), stop);
    assert.match(stop, new RegExp(`^>  ${line} \\| RUN echo checking`, 'm'));
    assert.match(stop, /failed with exit code 1/);
    assert.match(stop, /^checking 1\.5$/m);
    assert.match(stop, /^ {2}1 {2}line 10 {2}\[stage-1\] COPY --from=build/m);
    assert.match(stop, /go "retry"/);

    assert.equal(
      await call('run_in_step', { command: 'pwd; cat made.txt half.txt; exit 3' }),
      '/src\nmade\nhalf\nexit code 3',
    );
    const before = await call('run_in_step', { command: 'cat half.txt', state: 'initial' });
    assert.match(before, /No such file or directory\nexit code 1$/);
    assert.equal(await call('run_in_step', { command: 'cat half.txt' }), 'half\nexit code 0');
    assert.equal(await call('run_in_step', { command: 'echo exit code 7' }), 'exit code 7\nexit code 0');

    assert.match(await call('variables'), /^ {2}VERSION = 1\.5 {3}# default of line 2$/m);
    assert.match(await call('variables', { path: ['step'] }), /^ {2}workdir = \/src/m);
    assert.match(await call('debugger_command', { command: ':diff' }), /half\.txt/);
    assert.match(await call('debugger_command', { command: 'blame /src/made.txt' }), /RUN echo made .*\(line 5\)/);
    assert.match(await call('debugger_command', { command: ':help' }), /^:diff /m);
    assert.match(
      await call('read_path', { path: '/src' }),
      /^\/src \(failed\): folder, 3 entries\n- 0644 0:0 +9 app\.conf$/m,
    );
    assert.match(
      await agent.fails('read_path', { path: '/src/app.conf', tree: 'context' }),
      /There is no \/src\/app\.conf/,
    );
    assert.match(await call('read_path', { path: '/app.conf', tree: 'context' }), /\nready=no$/);

    // Never taken from the cache.
    workspace.write('app.conf', `ready=yes ${performance.now()}\n`);
    assert.match(await call('go', { action: 'retry' }), /^BUILT: the build went through to its end in [\d.]+s /);
    assert.match(await call('build_log', { of: line }), /1 line\n0: checking 1\.5$/);
    assert.match(await call('build_log', { search: 'BUILD 2' }), /──── build 2 ────$/);
    assert.match(await agent.fails('variables'), /The build is over.*go with action "restart"/s);
    assert.match(await call('go', { action: 'restart' }), /^BUILT/);
    assert.match(
      await call('build_log', { of: line }),
      /cached\): 0 lines, for it came from the cache: build_start with noCache/,
    );
    assert.equal(agent.stderr(), '');
  });

  it('goes through the failed RUN command by command', async () => {
    await using agent = await startAgent({ Dockerfile: failing, 'app.conf': 'ready=no\n' });
    const { call, workspace } = agent;
    const line = workspace.line('fails');
    await call('build_start', { dockerfile: workspace.path() });
    assert.match(await agent.fails('go', { action: 'next' }), /The step failed/);
    assert.match(await call('go', { action: 'stepIn' }), new RegExp(`^ {2}0 {2}line ${line} {2}echo checking`, 'm'));
    const next = await call('go', { action: 'next' });
    assert.match(next, /command within a RUN/);
    assert.match(next, /Said meanwhile:\nchecking 1\.5$/);
    assert.match(await call('go', { action: 'goto', line: 5 }), /^STOPPED after a jump/);
    assert.match(await call('build_end'), /was ended/);
    assert.match(await call('build_end'), /over already/);
  });

  it('is told of an end that is a failure, and builds again with another argument', async () => {
    const dockerfile = 'FROM busybox\nARG CODE=4\nRUN echo to the end; exit $CODE\n';
    await using agent = await startAgent({ Dockerfile: dockerfile });
    const { call } = agent;
    assert.match(
      await call('build_start', { stopOn: [] }),
      /^FAILED: [^]*ERROR at \S+Dockerfile:3: .*exit code 4[^]*Last output:\nto the end\ngo "restart"/,
    );
    assert.match(await call('go', { action: 'restart', buildArgs: { CODE: '5' } }), /^FAILED: [^]*exit code 5/);
    assert.match(await call('build_start', { buildArgs: { CODE: '6' } }), /^STOPPED on failed step[^]*exit code 6/);
    assert.match(await call('go', { action: 'restart', buildArgs: { CODE: '0' } }), /^BUILT/);
  });

  it('sees which step of the build context is missing, and gets files out', async () => {
    const files = {
      Dockerfile: 'FROM busybox\nRUN mkdir /out && echo report > /out/r.txt\nCOPY nothing /x\n',
      other: '',
    };
    await using agent = await startAgent(files);
    const { call, workspace } = agent;
    const stop = await call('build_start');
    assert.match(stop, /:3 [^]*has no nothing[^]*read_path with tree "context"/);
    assert.match(await call('read_path', { path: '/', tree: 'context' }), /Dockerfile\n.* other$/);
    await call('debugger_command', { command: ':save /out/r.txt kept/' });
    assert.equal(readFileSync(workspace.path('kept/r.txt'), 'utf8'), 'report\n');
  });
});
