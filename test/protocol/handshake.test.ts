import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DapClient, type Message, Refused, Session, within } from '../support/dap/index.js';
import { engineAddress } from '../support/environment/engines.js';

const nowhere = { BUILDKIT_HOST: 'unix:///no/such/buildkitd.sock' };

/** A refusal that a user can read. */
function assertWords(answer: Message): void {
  assert.equal(answer.success, false, JSON.stringify(answer));
  const { error } = answer.body as DebugProtocol.ErrorResponse['body'];
  assert.ok((error?.format.length ?? 0) > 10, JSON.stringify(answer));
  assert.doesNotMatch(error?.format ?? '', /\bbug\b|undefined|TypeError/);
}

describe('initialize', () => {
  it('is answered without an engine, and quickly', async () => {
    await using client = await DapClient.start({ env: nowhere });
    const started = performance.now();
    const capabilities = await client.initialize();
    const took = performance.now() - started;
    assert.equal(capabilities.supportsConfigurationDoneRequest, true);
    // The slowest known client waits 4 s; this includes the start of the process on a busy machine.
    assert.ok(took < 4000, `took ${took} ms`);
  });

  it('is answered to a client that says nothing of itself', async () => {
    await using client = await DapClient.start();
    await client.request('initialize', { adapterID: 'buildkit' });
  });

  it('sends no event before its answer, and none before a launch', async () => {
    await using client = await DapClient.start();
    await client.initialize();
    assert.deepEqual(await client.request('threads'), { threads: [] });
    assert.deepEqual(
      client.entries.filter(({ message }) => message.type === 'event').map(({ message }) => message.event),
      [],
    );
  });

  it('is refused the second time', async () => {
    await using client = await DapClient.start();
    await client.initialize();
    await assert.rejects(client.request('initialize', { adapterID: 'buildkit' }), Refused);
  });
});

describe('requests in no good order', () => {
  it('are refused before initialize', async () => {
    await using client = await DapClient.start();
    const early = ['launch', 'threads', 'configurationDone', 'evaluate', 'nonsense'];
    const answers = early.map((command) => client.answerTo(client.send(command, { expression: 'x' })));
    for (const answer of await Promise.all(answers)) assert.equal(answer.success, false, answer.command);
    await client.initialize();
  });

  const unlaunched: readonly [string, unknown][] = [
    ['stackTrace', { threadId: 1 }],
    ['scopes', { frameId: 1 }],
    ['variables', { variablesReference: 1 }],
    ['evaluate', { expression: 'echo', context: 'repl' }],
    ['evaluate', { expression: ':shell', context: 'repl' }],
    ['continue', { threadId: 1 }],
    ['next', { threadId: 1 }],
    ['pause', { threadId: 1 }],
    ['restart', undefined],
    ['exceptionInfo', { threadId: 1 }],
    ['dockerfile/openShell', {}],
    ['dockerfile/setState', { state: 'initial' }],
    ['attach', {}],
    ['nonsense', { x: 1 }],
  ];
  it('are refused before launch, with words', async () => {
    await using client = await DapClient.start();
    await client.initialize();
    for (const [command, args] of unlaunched) assertWords(await client.answerTo(client.send(command, args)));
  });

  const launches: readonly unknown[] = [{ dockerfile: 42 }, { dockerfil: 'Dockerfile' }, { args: ['--tga', 'x', '.'] }];
  for (const args of launches) {
    it(`refuses launch ${JSON.stringify(args)} with words`, async () => {
      await using client = await DapClient.start();
      await client.initialize();
      assertWords(await client.answerTo(client.send('launch', args)));
    });
  }

  it('refuses arguments of the wrong kind with words', async () => {
    await using client = await DapClient.start();
    await client.initialize();
    const wrong: readonly [string, unknown][] = [
      ['setBreakpoints', {}],
      ['setBreakpoints', { source: { path: '/x' }, breakpoints: [{ line: 'one' }] }],
      ['evaluate', { expression: null }],
      ['completions', { text: 'x' }],
      ['cancel', { requestId: 'x' }],
    ];
    for (const [command, args] of wrong) assertWords(await client.answerTo(client.send(command, args)));
  });

  it('takes breakpoints and configurationDone that come before launch', async () => {
    await using session = await Session.open({
      files: { Dockerfile: 'FROM busybox\n# @stop here\nRUN true\n' },
      env: { BUILDKIT_HOST: engineAddress('buildkitd') },
    });
    const { client, workspace } = session;
    await client.initialize();
    await session.setBreakpoints(['here']);
    await client.request('setExceptionBreakpoints', { filters: ['failed'] });
    await client.request('configurationDone');
    await client.request('launch', { dockerfile: workspace.path() });
    const outcome = await session.outcome();
    assert.equal(outcome.kind, 'stopped');
    assert.equal(session.here.line, workspace.line('here'));
  });

  it('refuses a second launch and keeps the first', async () => {
    await using session = await Session.open({
      files: { Dockerfile: 'FROM busybox\nRUN true\n' },
      launch: { builder: engineAddress('buildkitd'), stopOnEntry: true },
    });
    await session.start();
    await assert.rejects(session.client.request('launch', { dockerfile: session.workspace.path() }), Refused);
    assert.deepEqual(await session.go('continue'), { kind: 'ended', exitCode: 0 });
  });

  it('refuses to launch twice before the first is through', async () => {
    await using session = await Session.open({
      files: { Dockerfile: 'FROM busybox\n' },
      launch: { builder: engineAddress('buildkitd') },
    });
    const { client } = session;
    await client.initialize();
    const args = { dockerfile: session.workspace.path(), builder: engineAddress('buildkitd') };
    const [first, second] = [client.send('launch', args), client.send('launch', args)];
    assert.equal((await client.answerTo(second)).success, false);
    await client.request('configurationDone');
    assert.equal((await client.answerTo(first)).success, true);
    assert.deepEqual(await session.outcome(), { kind: 'ended', exitCode: 0 });
  });
});

describe('a launch that cannot work', () => {
  it('names the engine that does not answer, and ends the session', async () => {
    await using session = await Session.open({ files: { Dockerfile: 'FROM busybox\n' }, env: nowhere });
    await assert.rejects(session.launch(), /No BuildKit at unix:\/\/\/no\/such/);
    await session.client.next('terminated');
  });

  it('shows a syntax error on its line', async () => {
    await using session = await Session.open({
      files: { Dockerfile: 'FROM busybox\n# @stop typo\nRUNN x\n' },
      env: nowhere,
    });
    await assert.rejects(session.launch(), /RUNN/);
    const problem = await session.client.next('dockerfile/problem');
    assert.equal(problem.line, session.workspace.line('typo'));
    assert.equal(problem.severity, 'error');
  });
});

describe('clients that are not VS Code', () => {
  const dockerfile = 'FROM busybox\nENV A=1\n# @stop here\nRUN test "$A" = 2\n';

  /** nvim-dap 0.6 … 0.10: misspells clientId, waits for `initialized` before it sends breakpoints, evaluates in the REPL. */
  it('speaks with nvim-dap', async () => {
    await using session = await Session.open({
      files: { Dockerfile: dockerfile },
      launch: { builder: engineAddress('buildkitd') },
    });
    const { client, workspace } = session;
    await client.request('initialize', {
      clientId: 'neovim',
      clientname: 'neovim',
      adapterID: 'nvim-dap',
      pathFormat: 'path',
      columnsStartAt1: true,
      linesStartAt1: true,
      supportsRunInTerminalRequest: true,
      supportsVariableType: true,
      supportsProgressReporting: true,
      locale: 'C.UTF-8',
    } as DebugProtocol.InitializeRequestArguments);
    const launched = client.send('launch', {
      type: 'buildkit',
      request: 'launch',
      name: 'Build',
      dockerfile: workspace.path(),
      cwd: workspace.root,
      builder: engineAddress('buildkitd'),
    });
    await client.next('initialized');
    await client.request('setBreakpoints', {
      source: { path: workspace.path(), name: 'Dockerfile' },
      sourceModified: false,
      breakpoints: [{ line: workspace.line('here') }],
      lines: [workspace.line('here')],
    });
    await client.request('setExceptionBreakpoints', { filters: ['failed'] });
    await client.request('configurationDone');
    const stopped = await client.next('stopped');
    assert.equal(stopped.reason, 'breakpoint');
    assert.equal((await client.answerTo(launched)).success, true);
    await client.request('threads');
    const threadId = stopped.threadId ?? 0;
    const { stackFrames } = await client.request('stackTrace', { threadId, startFrame: 0, levels: 20 });
    assert.equal(stackFrames[0]?.line, workspace.line('here'));
    assert.equal(stackFrames[0].source?.path, workspace.path());
    const frameId = stackFrames[0].id;
    const { result } = await client.request('evaluate', { expression: '$A', context: 'hover', frameId });
    assert.match(result, /^1/);
    await client.request('next', { threadId, granularity: 'statement' });
    assert.equal((await client.next('stopped')).reason, 'exception');
    await client.request('disconnect', { restart: false, terminateDebuggee: true });
    await within(2000, 'The connection was not closed', client.wire.closed);
  });

  /** dap-mode for Emacs claims to be VS Code, counts from 0 where it is told to, and sends lists that are null. */
  it('speaks with a client that counts from 0 and uses URIs, as dap-mode can', async () => {
    await using session = await Session.open({ files: { Dockerfile: dockerfile } });
    const { client, workspace } = session;
    await client.request('initialize', {
      clientID: 'vscode',
      clientName: 'Visual Studio Code',
      adapterID: 'buildkit',
      pathFormat: 'uri',
      linesStartAt1: false,
      columnsStartAt1: false,
      supportsVariableType: true,
      supportsVariablePaging: true,
      supportsRunInTerminalRequest: false,
      locale: 'en-us',
    });
    const uri = pathToFileURL(workspace.path()).href;
    const launched = client.send('launch', {
      type: 'buildkit',
      request: 'launch',
      name: 'Build',
      __sessionId: 'x',
      dockerfile: workspace.path(),
      builder: engineAddress('buildkitd'),
    });
    await client.next('initialized');
    const { breakpoints } = await client.request('setBreakpoints', {
      source: { path: uri, name: 'Dockerfile' },
      breakpoints: [{ line: workspace.line('here') - 1 }],
    });
    assert.equal(breakpoints[0]?.line, workspace.line('here') - 1);
    await client.request('setExceptionBreakpoints', { filters: [] });
    await client.request('configurationDone');
    assert.equal((await client.answerTo(launched)).success, true);
    const { threadId = 0 } = await client.next('stopped');
    const { stackFrames } = await client.request('stackTrace', { threadId });
    assert.equal(stackFrames[0]?.line, workspace.line('here') - 1);
    assert.equal(stackFrames[0].column, 0);
    assert.equal(stackFrames[0].source?.path, uri);
    await client.request('continue', { threadId });
    assert.equal((await client.next('exited')).exitCode, 1);
    await client.next('terminated');
  });

  it('tells a client without terminals how to open the shell', async () => {
    await using session = await Session.open({
      files: { Dockerfile: dockerfile },
      launch: { builder: engineAddress('buildkitd') },
      initialize: { supportsRunInTerminalRequest: false },
    });
    await session.start();
    await session.evaluate(':shell');
    assert.match(session.output('console'), /Paste this/);
  });
});
