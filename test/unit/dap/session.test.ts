import assert from 'node:assert/strict';
import { symlinkSync, unlinkSync } from 'node:fs';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { EngineError, UserError } from '../../../debug-adapter/debugger/errors.js';
import { Client, eventually } from './client.js';
import { failure } from './fake-debugger.js';

describe('a session', () => {
  it('answers initialize with what it can do', async () => {
    await using client = new Client();
    const body = await client.initialize();
    assert.equal(body.supportsConfigurationDoneRequest, true);
    assert.equal(body.exceptionBreakpointFilters![0]!.filter, 'failed');
  });

  it('launches: load, initialized, prepare, then start once configured and prepared', async () => {
    await using client = new Client();
    let ready: () => void = () => undefined;
    client.debugger.onPrepare = () => new Promise((resolve) => (ready = resolve));
    await client.initialize();
    const launch = client.send('launch', { context: client.folder });
    await client.event('initialized');
    assert.deepEqual(client.debugger.calls, ['connect', 'load', 'prepare']);
    await client.request('configurationDone');
    assert.deepEqual(client.debugger.calls, ['connect', 'load', 'prepare']);
    ready();
    assert.equal((await client.answer(launch)).success, true);
    await new Promise(setImmediate);
    assert.deepEqual(client.debugger.calls, ['connect', 'load', 'prepare', 'start']);
  });

  it('answers a launch that fails with words, shows the place, and is over', async () => {
    await using client = new Client();
    await client.initialize();
    client.debugger.onLoad = () =>
      Promise.reject(new UserError('syntax', 'Unknown instruction RUNN.', 'Did you mean RUN?', { line: 3 }));
    const answer = await client.answer(client.send('launch', { context: client.folder }));
    assert.equal(answer.message, 'Unknown instruction RUNN. Did you mean RUN?');
    await client.event('terminated');
    const [problem] = client.events('dockerfile/problem');
    assert.equal(problem?.line, 3);
    assert.equal(problem?.code, 'syntax');
    assert.deepEqual(client.events('exited'), [{ exitCode: 1 }]);
    assert.equal(client.events('initialized').length, 0);
  });

  it('names flags to a client whose user types them, and launch arguments to all others', async () => {
    for (const [speaksFlags, words] of [
      [true, 'It is not there. Set -f to another one.'],
      [false, 'It is not there. Set "dockerfile" to another one.'],
    ] as const) {
      await using client = new Client();
      await client.initialize({ speaksFlags });
      client.debugger.onPrepare = () =>
        Promise.reject(new UserError('dockerfile-not-found', 'It is not there.', 'Set "dockerfile" to another one.'));
      const answer = await client.answer(client.send('launch', { context: client.folder }));
      assert.equal(answer.message, words);
      assert.equal(client.debugger.settings?.speaksFlags, speaksFlags);
    }
  });

  it('says what an engine said, and calls the rest a bug', async () => {
    await using client = new Client();
    await client.initialize();
    client.debugger.onPrepare = () => Promise.reject(new EngineError('Control.Solve', 14, 'no space', { sources: [] }));
    const first = await client.answer(client.send('launch', { context: client.folder }));
    assert.match(first.message ?? '', /The engine answered "no space" \(Control\.Solve, unavailable\)/);

    await using other = new Client();
    await other.initialize();
    other.debugger.onPrepare = () => Promise.reject(new TypeError('x is undefined'));
    const second = await other.answer(other.send('launch', { context: other.folder }));
    assert.match(second.message ?? '', /inside the Dockerfile debugger: x is undefined This is a bug/);
    assert.match(other.printed(), /TypeError: x is undefined\n\s+at /);
  });

  it('refuses what comes out of order, and goes on', async () => {
    await using client = new Client();
    await assert.rejects(client.request('threads'), /first request has to be "initialize"/);
    await client.initialize();
    await assert.rejects(client.request('initialize'), /initialized already/);
    await assert.rejects(client.request('stackTrace', { threadId: 1 }), /is running/);
    await assert.rejects(client.request('restart'), /No build is running yet/);
    await assert.rejects(client.request('attach', {}), /no build to attach to/);
    await assert.rejects(client.request('frobnicate'), /knows no request "frobnicate"/);
    await assert.rejects(client.request('stackTrace', { threadId: 'x' }), /needs a number as "threadId"/);
    const launch = client.send('launch', { context: client.folder });
    await client.event('initialized');
    await assert.rejects(client.request('launch', {}), /has its build already/);
    await client.request('configurationDone');
    assert.equal((await client.answer(launch)).success, true);
    assert.equal(client.events('terminated').length, 0);
  });

  it('sets breakpoints with ids that stay, in the way the client counts', async () => {
    await using client = new Client();
    await client.launch({}, { linesStartAt1: false });
    const source = { path: client.dockerfile };
    const first = await client.request('setBreakpoints', { source, breakpoints: [{ line: 4 }, { line: 90 }] });
    assert.deepEqual(client.debugger.calls.at(-1), `setBreakpoints ${client.dockerfile} 5,91`);
    assert.equal(first.breakpoints[0]!.line, 3);
    assert.equal(first.breakpoints[0]!.endLine, 4);
    assert.equal(first.breakpoints[1]!.verified, false);
    await client.request('setBreakpoints', { source, breakpoints: [{ line: 0 }, { line: -1 }] });
    assert.deepEqual(client.debugger.calls.at(-1), `setBreakpoints ${client.dockerfile} 1,0`);
    const second = await client.request('setBreakpoints', { source, breakpoints: [{ line: 4 }] });
    assert.equal(second.breakpoints[0]!.id, first.breakpoints[0]!.id);
    client.debugger.emit('breakpoints', {
      path: client.dockerfile,
      breakpoints: [
        {
          id: first.breakpoints[0]!.id!,
          requestedLine: 5,
          verified: false,
          line: 4,
          message: 'Not part of this build.',
        },
      ],
    });
    const changed = await client.event('breakpoint');
    assert.equal(changed.breakpoint.id, first.breakpoints[0]!.id);
    client.debugger.stopAt(4, { kind: 'breakpoint', cause: 'line', ids: [first.breakpoints[0]!.id!], note: '' });
    assert.deepEqual((await client.event('stopped')).hitBreakpointIds, [first.breakpoints[0]!.id]);
  });

  it('passes function and data breakpoints, filters and ways to go on to the debugger', async () => {
    await using client = new Client();
    await client.launch();
    await client.request('setFunctionBreakpoints', { breakpoints: [{ name: 'build:RUN', condition: '' }] });
    const watched = await client.request('setDataBreakpoints', {
      breakpoints: [{ dataId: 'x' }, { dataId: 'path:/etc/passwd' }],
    });
    assert.deepEqual(
      watched.breakpoints.map(({ verified, message }) => [verified, message?.slice(0, 17)]),
      [
        [false, '"x" names nothing'],
        [true, undefined],
      ],
      'one that is not understood costs none of the others',
    );
    await client.request('setExceptionBreakpoints', {
      filters: ['failed'],
      filterOptions: [{ filterId: 'uncached', condition: 'stage == "build"' }],
    });
    client.debugger.stopAt(4, { kind: 'step' });
    await client.request('stepIn', { threadId: 1, targetId: 2 });
    client.debugger.stopAt(4, { kind: 'step' });
    await client.request('stepBack', { threadId: 1 });
    assert.deepEqual(client.debugger.calls.slice(-5), [
      'setFunctionBreakpoints build:RUN',
      'setDataBreakpoints [{"kind":"path","path":"/etc/passwd"}]',
      'setFilters failed,uncached',
      'resume 1 into 2',
      'goBack 1 "step"',
    ]);
  });

  it('shows frames, scopes and variables of a failure', async () => {
    await using client = new Client();
    await client.launch();
    client.debugger.stopAt(4, { kind: 'failed', failure });
    const stopped = await client.event('stopped');
    assert.deepEqual(
      { ...stopped },
      {
        reason: 'exception',
        description: 'Paused on failed step',
        text: failure.summary,
        threadId: 1,
        allThreadsStopped: true,
      },
    );
    const stack = await client.request('stackTrace', { threadId: 1, startFrame: 0, levels: 1 });
    assert.equal(stack.totalFrames, 2);
    const [frame] = stack.stackFrames;
    assert.equal(frame!.name, '[base 3/4] RUN make all');
    assert.deepEqual([frame!.line, frame!.endLine, frame!.column, frame!.endColumn], [4, 5, 1, 6]);
    const { scopes } = await client.request('scopes', { frameId: frame!.id });
    assert.deepEqual(
      scopes.map((scope: { name: string }) => scope.name),
      ['Failure', 'Step', 'Build arguments', 'Environment', 'Mounts', 'Image config', 'Files'],
    );
    const open = async (index: number): Promise<DebugProtocol.Variable[]> =>
      (await client.request('variables', { variablesReference: scopes[index]!.variablesReference })).variables;
    const environment = await open(3);
    assert.deepEqual(
      environment.map((each: { name: string }) => each.name),
      ['HOME', 'VERSION', 'PATH'],
    );
    assert.equal(environment[0]!.type, 'set on line 3');
    const location = await client.request('locations', {
      locationReference: environment[0]!.declarationLocationReference,
    });
    assert.equal(location!.line, 3);
    const mounts = await open(4);
    assert.equal(mounts[0]!.value, 'cache, id=go, sharing=locked');
    const files = await open(6);
    assert.deepEqual(
      files.map((each: { name: string; value: string }) => `${each.name} ${each.value}`),
      ['etc rwxr-xr-x  0:0', 'lib rw-r--r--  0:0  → target', 'readme rw-r--r--  0:0  2.0 kB'],
    );
    const text = await client.request('locations', { locationReference: files[2]!.valueLocationReference });
    const { content } = await client.request('source', { sourceReference: text!.source.sourceReference });
    assert.equal(content, 'hello\n');
    const info = await client.request('exceptionInfo', { threadId: 1 });
    assert.equal(info.exceptionId, 'run-failed');
    const box = '  cc: not found\n  make: *** [all] Error 127\n\nInstall a compiler first.';
    assert.equal(info.details!.stackTrace, box, 'the summary above it has the command and the exit code');
  });

  it('refuses launch arguments that are no object', async () => {
    await using client = new Client();
    await client.request('initialize', { adapterID: 'buildkit' });
    const answer = await client.answer(client.send('launch', ['Dockerfile']));
    assert.equal(answer.success, false);
    assert.match(answer.message ?? '', /launch arguments are a list; they have to be an object/);
  });

  it('lets the numbers of a stop die when the build goes on', async () => {
    await using client = new Client();
    await client.launch();
    client.debugger.stopAt(4, { kind: 'step' });
    const { stackFrames } = await client.request('stackTrace', { threadId: 1 });
    client.debugger.onResume = () => client.debugger.stopAt(6, { kind: 'step' });
    await client.request('next', { threadId: 1 });
    assert.equal(client.events('continued').length, 0);
    await assert.rejects(client.request('scopes', { frameId: stackFrames[0]!.id }), /belongs to a stop that is over/);
    const after = await client.request('stackTrace', { threadId: 1 });
    assert.ok(after.stackFrames[0]!.id > stackFrames[0]!.id);
    await assert.rejects(client.request('scopes', { frameId: 99_999 }), /Nothing is known by the number/);
  });

  it('answers a step before the stop that follows', async () => {
    await using client = new Client();
    await client.launch();
    client.debugger.stopAt(4, { kind: 'step' });
    client.debugger.onResume = () => client.debugger.stopAt(6, { kind: 'step' });
    const seq = client.send('next', { threadId: 1 });
    await assert.rejects(client.request('next', { threadId: 1 }), /This build is running/, 'two at one moment');
    const answer = await client.answer(seq);
    await client.event('stopped');
    await client.event('stopped');
    const last = client.messages.findLastIndex((message) => message.event === 'stopped');
    assert.ok(client.messages.indexOf(answer) < last);
    await assert.rejects(client.request('next', { threadId: 7 }), /no thread 7.*1 \(linux\/amd64\)/);
  });

  it('restarts: answers at once, and tells what went wrong', async () => {
    await using client = new Client();
    await client.launch();
    client.debugger.onRestart = () => Promise.reject(new UserError('syntax', 'Line 2 is broken.', '', { line: 2 }));
    await client.request('restart');
    const output = await client.event('output');
    assert.equal(output.category, 'important');
    assert.match(output.output, /Line 2 is broken/);
    assert.equal(client.events('terminated').length, 0);
    const told = (): readonly (boolean | undefined)[] =>
      client.events('dockerfile/problem').map(({ refused }) => refused ?? false);
    assert.deepEqual([told(), client.events('dockerfile/withdrawn').length], [[true], 0]);
    await client.request('restart');
    await eventually(() => assert.deepEqual(told(), [true, true]));
    assert.equal(client.events('dockerfile/withdrawn').length, 1, 'what was told of the last one is stale');
    client.debugger.onRestart = () => Promise.resolve();
    await client.request('restart');
    client.debugger.stopAt(4, { kind: 'step' });
    await client.event('stopped');
    client.debugger.emit('problem', { line: 1, endLine: 1, severity: 'warning', code: 'x', message: 'of the build' });
    await eventually(() => assert.deepEqual(told(), [true, true, false]));
    assert.equal(client.events('dockerfile/withdrawn').length, 2);
    await client.request('restart');
    assert.equal(client.events('dockerfile/withdrawn').length, 2, 'nothing is stale');
  });

  it('restarts with the arguments that the editor sends now', async () => {
    await using client = new Client();
    await client.launch();
    assert.equal(client.session.settings?.target, undefined);
    await client.request('restart', { arguments: { context: client.folder } });
    await eventually(() => assert.deepEqual(client.debugger.calls.slice(-2), ['start', 'restart']));
    await client.request('restart', { arguments: { context: client.folder, target: 'base', builder: 'other' } });
    await client.event('output');
    assert.deepEqual(client.debugger.calls.slice(-2), ['restart', 'restart']);
    assert.equal(client.session.settings?.target, 'base');
    assert.match(client.printed(), /keeps its engine/);
  });

  it('restarts with the arguments of before after others were refused', async () => {
    await using client = new Client();
    await client.launch();
    client.debugger.onRestart = () => Promise.reject(new UserError('refused', 'The engine takes it not.'));
    const args = { arguments: { context: client.folder, target: 'base' } };
    await client.request('restart', args);
    await client.event('output');
    assert.equal(client.session.settings?.target, undefined);
    client.debugger.onRestart = () => Promise.resolve();
    await client.request('restart', args);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(client.session.settings?.target, 'base');
  });

  it('a restart that is done does not end with the next one; Cancel gives one up that is not', async () => {
    await using client = new Client();
    await client.launch();
    const signals: AbortSignal[] = [];
    client.debugger.onRestart = (signal) => {
      signals.push(signal);
      return signals.length < 3 ? Promise.resolve() : new Promise(() => undefined);
    };
    for (let count = 0; count < 3; count++) {
      await client.request('restart');
      await eventually(() => assert.equal(signals.length, count + 1));
      await new Promise(setImmediate);
    }
    await client.request('cancel', { progressId: 'build-1' });
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [false, false, true],
    );
    assert.deepEqual(
      client.debugger.calls.filter((call) => call.startsWith('pause')),
      [],
    );
  });

  it('knows breakpoints by whichever spelling of a path', async () => {
    await using client = new Client();
    await client.launch();
    const link = `${client.folder}-link`;
    symlinkSync(client.folder, link);
    try {
      const source = { path: `${link}/Dockerfile` };
      const { breakpoints } = await client.request('setBreakpoints', {
        source,
        breakpoints: [{ line: 0 }, { line: 4 }],
      });
      assert.equal(breakpoints[1]!.verified, true);
      const locations = await client.request('breakpointLocations', { source, line: 5 });
      assert.deepEqual(locations?.breakpoints, [{ line: 4, endLine: 5 }]);
    } finally {
      unlinkSync(link);
    }
  });

  it('answers what is still running when the client says goodbye', async () => {
    await using client = new Client();
    await client.initialize();
    client.debugger.onPrepare = (signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const launch = client.send('launch', { context: client.folder });
    await client.event('initialized');
    await client.request('disconnect');
    assert.equal((await client.answer(launch)).message, 'cancelled');
  });

  it('counts threads, and says which ones stand', async () => {
    await using client = new Client();
    client.debugger.platforms.push('linux/arm64');
    await client.launch();
    assert.deepEqual((await client.request('threads')).threads, [
      { id: 1, name: 'linux/amd64' },
      { id: 2, name: 'linux/arm64' },
    ]);
    client.debugger.stopAt(4, { kind: 'step' }, 2);
    assert.equal((await client.event('stopped')).allThreadsStopped, false);
    await client.request('pause', { threadId: 1 });
    await client.request('pause', { threadId: 2 });
    await client.request('threads');
    assert.deepEqual(client.debugger.calls.slice(-1), ['pause 1']);
    await assert.rejects(client.request('continue', { threadId: 1 }), /is running: it cannot be told/);
    assert.deepEqual(await client.request('continue', { threadId: 2 }), { allThreadsContinued: false });
  });

  it('shows a Dockerfile that no file here has', async () => {
    await using client = new Client();
    await client.launch({ context: 'https://example.com/a.git', dockerfile: 'x/Dockerfile' });
    const { sources } = await client.request('loadedSources');
    assert.equal(sources[0]?.origin, 'https://example.com/a.git');
    const { sourceReference } = sources[0];
    assert.ok(sourceReference !== undefined);
    const source = await client.request('source', { source: sources[0], sourceReference });
    assert.match(source?.content ?? '', /^FROM busybox AS base/);
    const answer = await client.request('setBreakpoints', { source: { sourceReference }, breakpoints: [{ line: 4 }] });
    assert.equal(answer.breakpoints[0]!.verified, true);
  });

  it('takes colours away from clients that do not show them', async () => {
    await using client = new Client();
    await client.launch();
    client.debugger.emit('output', { category: 'stdout', text: '\u001b[31mred\u001b[0m\n', line: 4 });
    const output = await client.event('output');
    assert.deepEqual([output.output, output.line, output.source?.path], ['red\n', 4, client.dockerfile]);
    await using other = new Client();
    await other.launch({}, { supportsANSIStyling: true });
    other.debugger.emit('output', { category: 'stdout', text: '\u001b[31mred\u001b[0m\n' });
    assert.equal((await other.event('output')).output, '\u001b[31mred\u001b[0m\n');
  });

  it('ends once: exited, terminated, and nothing after', async () => {
    await using client = new Client();
    await client.launch();
    await client.request('terminate');
    await client.event('terminated');
    client.debugger.emit('output', { category: 'stdout', text: 'late\n' });
    client.debugger.emit('ended', { exitCode: 0 });
    await client.request('disconnect');
    assert.deepEqual(
      client.messages
        .filter(({ type }) => type === 'event')
        .slice(-2)
        .map(({ event }) => event),
      ['exited', 'terminated'],
    );
    await new Promise(setImmediate);
    assert.equal(client.closed, true);
  });

  it('ends although the engine does not answer', async () => {
    await using client = new Client();
    await client.launch();
    client.debugger.onTerminate = () => new Promise(() => undefined);
    const started = Date.now();
    await client.request('terminate');
    await client.event('terminated');
    await client.request('disconnect');
    assert.ok(Date.now() - started < 3500);
  });

  it('begins builds that come back: again, forced, with edits, with other arguments', async () => {
    await using client = new Client();
    await client.launch();
    await assert.rejects(client.request('dockerfile/again', { force: false }), /does not stand anywhere/);
    client.debugger.stopAt(4, { kind: 'failed', failure });
    assert.deepEqual(await client.request('dockerfile/again', { threadId: 1, force: true }), {
      title: 'RUN make all (line 4)',
    });
    const restarts = (): readonly string[] => client.debugger.calls.filter((call) => /^(?:restart|load)/.test(call));
    const begun = (count: number): Promise<void> => eventually(() => assert.equal(restarts().length, count + 1));
    await begun(1);
    client.debugger.stopAt(4, { kind: 'failed', failure });
    assert.deepEqual(await client.request('dockerfile/again', { force: false, line: 3 }), {
      title: 'ENV HOME=/root (line 3)',
    });
    await begun(2);
    await assert.rejects(client.request('dockerfile/again', { force: true, line: 90 }), /cannot stand at line 90/);
    await client.request('dockerfile/apply', {});
    await begun(3);
    await client.request('dockerfile/restartWith', { buildArgs: { VERSION: 'a "b" = c' } });
    await begun(4);
    assert.deepEqual(restarts(), [
      'load',
      'restart again true here',
      'restart again false 3',
      'restart apply',
      'restart',
    ]);
    assert.equal(client.session.settings?.buildArgs['VERSION'], 'a "b" = c');
  });

  it('ends when the client goes', async () => {
    await using client = new Client();
    await client.launch();
    client.input.end();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(client.closed, true);
    assert.ok(client.debugger.calls.includes('dispose'));
  });

  it('cancels a launch that waits for its engine', async () => {
    await using client = new Client();
    await client.initialize({ supportsProgressReporting: true });
    client.debugger.onPrepare = (signal) => {
      client.debugger.emit('progress', { id: 'p', status: 'start', title: 'Building', message: 'Connecting' });
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    };
    const launch = client.send('launch', { context: client.folder });
    const { progressId } = await client.event('progressStart');
    await client.request('cancel', { progressId });
    assert.equal((await client.answer(launch)).message, 'cancelled');
    await client.event('terminated');
    assert.equal(client.events('progressEnd').length, 1);
  });

  it('answers what it can of what cannot be read', async () => {
    await using client = new Client();
    await client.initialize();
    client.input.write('Content-Length: 60\r\n\r\n');
    client.input.write('{"seq": 77, "type":"request", "command": "threads", xxxxxxxx}'.slice(0, 60));
    const answer = await client.answer(77);
    assert.equal(answer.success, false);
    assert.match(answer.message ?? '', /cannot be read/);
    client.input.write('nonsense\r\n\r\n');
    await client.request('threads');
    await client.event('output');
    assert.match(client.printed(), /no usable Content-Length/);
  });
});
