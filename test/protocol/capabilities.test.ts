import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DapClient, Session, type SessionOptions } from '../support/dap/index.js';
import { engineAddress } from '../support/environment/engines.js';

type Capability = keyof DebugProtocol.Capabilities;
type Scenario = () => Promise<void>;

const failing = 'FROM busybox AS build\nENV WORD=hello\n# @stop fails\nRUN echo some words && exit 3\n';

const launch = {
  get builder(): string {
    return engineAddress('buildkitd');
  },
};

async function failed(options: Partial<SessionOptions> = {}): Promise<Session> {
  const session = await Session.open({
    files: { Dockerfile: failing },
    launch: { builder: engineAddress('buildkitd') },
    ...options,
  });
  await session.start();
  return session;
}

/** A session that has come to its first stop. */
async function stopped(options: Partial<SessionOptions>): Promise<Session> {
  const session = await Session.open({ files: { Dockerfile: failing }, launch, ...options });
  const outcome = await session.start();
  assert.equal(outcome.kind, 'stopped');
  return session;
}

/** One short scenario for each word of `initialize`: it does what it announces. */
const scenarios: Readonly<Partial<Record<Capability, Scenario>>> = {
  async supportsConfigurationDoneRequest() {
    await using session = await Session.open({
      files: { Dockerfile: failing },
      launch: { builder: engineAddress('buildkitd') },
    });
    const { client, workspace } = session;
    await client.initialize();
    const launched = client.send('launch', { dockerfile: workspace.path(), builder: engineAddress('buildkitd') });
    await client.answerTo(launched);
    assert.deepEqual(client.all('thread'), [], 'nothing may run before configurationDone');
    await client.request('configurationDone');
    await client.next('stopped');
  },

  async supportsRestartRequest() {
    await using session = await failed();
    session.workspace.edit('exit 3', 'true');
    await session.client.request('restart', {});
    assert.deepEqual(await session.outcome(), { kind: 'ended', exitCode: 0 });
    assert.deepEqual(
      session.client
        .all('dockerfile/build')
        .filter(({ status }) => status === 'started')
        .map(({ attempt }) => attempt),
      [1, 2],
    );
  },

  async supportsTerminateRequest() {
    await using session = await failed();
    await session.client.request('terminate', {});
    await session.client.next('terminated');
  },

  async supportsCancelRequest() {
    await using session = await failed();
    const { client } = session;
    const seq = client.send('evaluate', { expression: 'echo under way; sleep 60', context: 'repl' });
    await client.next('output', ({ output }) => /^under way/m.test(output));
    await client.request('cancel', { requestId: seq });
    const answer = await client.answerTo(seq);
    assert.equal(answer.success, false);
    assert.equal(answer.message, 'cancelled');
    assert.equal(await session.evaluate('$WORD', 'clipboard'), 'hello');
  },

  async supportsEvaluateForHovers() {
    await using session = await failed();
    assert.match(await session.evaluate('$WORD', 'hover'), /^hello .*line 2/);
    await assert.rejects(session.evaluate('touch /x', 'hover'), 'a hover never runs anything');
  },

  async supportsClipboardContext() {
    await using session = await failed();
    assert.equal(await session.evaluate('WORD', 'clipboard'), 'hello');
  },

  async supportsCompletionsRequest() {
    await using session = await failed();
    const complete = async (text: string): Promise<string[]> => {
      const column = text.length + 1;
      const { targets } = await session.client.request('completions', { text, column });
      return targets.map(({ label }) => label);
    };
    assert.ok((await complete(':sh')).includes(':shell'));
    assert.ok((await complete('echo $WO')).includes('$WORD'));
    assert.deepEqual(await complete(':state in'), ['initial']);
  },

  /** Each character asks for completions, and gets some where it makes sense. */
  async completionTriggerCharacters() {
    await using session = await failed();
    const texts: Readonly<Record<string, string>> = { ':': ':', $: 'echo $', ' ': ':state ', '/': 'ls /' };
    for (const character of session.client.capabilities.completionTriggerCharacters ?? []) {
      const text = texts[character];
      assert.ok(text !== undefined, `no scenario for "${character}"`);
      const { targets } = await session.client.request('completions', { text, column: text.length + 1 });
      assert.ok(targets.length > 0, text);
    }
  },

  async supportsExceptionInfoRequest() {
    await using session = await failed();
    const info = await session.client.request('exceptionInfo', { threadId: session.here.threadId });
    assert.equal(info.exceptionId, 'run-failed');
    assert.match(info.description ?? '', /exit code 3/);
    assert.match(info.details?.stackTrace ?? '', /some words/);
  },

  async exceptionBreakpointFilters() {
    await using stops = await failed();
    assert.equal(stops.here.reason, 'exception');
    await using passes = await Session.open({
      files: { Dockerfile: failing },
      launch: { builder: engineAddress('buildkitd') },
      filters: [],
    });
    assert.deepEqual(await passes.start(), { kind: 'ended', exitCode: 1 });
    assert.deepEqual(
      stops.client.capabilities.exceptionBreakpointFilters?.map(({ filter }) => filter),
      ['failed', 'uncached', 'warning'],
      'each filter has a scenario',
    );
    const Dockerfile = `FROM busybox\nMAINTAINER somebody\nRUN echo ${randomUUID()}\n`;
    await using session = await stopped({ files: { Dockerfile }, filters: ['uncached', 'warning'] });
    assert.equal(session.here.line, 2, 'warned about');
    await session.go('continue');
    assert.deepEqual([session.here.line, session.here.description], [3, 'Paused on cache miss']);
  },

  async supportsExceptionFilterOptions() {
    const filterOptions = [{ filterId: 'failed', condition: 'exitCode == 4' }];
    await using session = await Session.open({ files: { Dockerfile: failing }, launch, filterOptions });
    assert.deepEqual(await session.start(), { kind: 'ended', exitCode: 1 });
  },

  async supportsConditionalBreakpoints() {
    const breakpoints = [
      { at: 2, condition: 'false' },
      { at: 4, condition: 'test "$WORD" = hello' },
    ];
    await using session = await stopped({ breakpoints });
    assert.equal(session.here.line, 4);
    assert.equal(session.here.reason, 'breakpoint');
  },

  async supportsHitConditionalBreakpoints() {
    await using session = await stopped({ breakpoints: [{ at: 2, hitCondition: '2' }] });
    assert.equal(session.here.reason, 'exception', 'the first time does not stop');
    await session.client.request('restart', {});
    await session.outcome();
    assert.deepEqual([session.here.reason, session.here.line], ['breakpoint', 2]);
  },

  async supportsLogPoints() {
    await using session = await stopped({ breakpoints: [{ at: 4, logMessage: 'it is {$WORD}' }] });
    assert.equal(session.here.reason, 'exception');
    assert.match(session.output(), /^it is hello$/m);
  },

  async supportsFunctionBreakpoints() {
    await using session = await stopped({ functionBreakpoints: ['build:ENV'] });
    assert.deepEqual([session.here.reason, session.here.line], ['function breakpoint', 2]);
  },

  async supportsDataBreakpoints() {
    const Dockerfile = 'FROM busybox\nRUN true\nRUN echo x > /x\nRUN true\n';
    await using session = await stopped({ files: { Dockerfile }, breakpoints: [2] });
    const { dataId } = await session.client.request('dataBreakpointInfo', { name: '/x' });
    await session.client.request('setDataBreakpoints', { breakpoints: [{ dataId: String(dataId) }] });
    await session.go('continue');
    assert.deepEqual([session.here.reason, session.here.line], ['data breakpoint', 3]);
  },

  async supportsStepBack() {
    await using session = await stopped({ breakpoints: [2] });
    await session.go('next');
    await session.go('stepBack');
    assert.deepEqual([session.here.reason, session.here.line], ['step', 2]);
    await session.go('reverseContinue');
    assert.deepEqual([session.here.reason, session.here.line], ['entry', 1]);
  },

  async supportsStepInTargetsRequest() {
    const Dockerfile = `${failing}FROM busybox\nCOPY --from=build / /\n`;
    await using session = await stopped({ files: { Dockerfile }, breakpoints: [6] });
    const { targets } = await session.client.request('stepInTargets', { frameId: session.here.frames[0]?.id ?? 0 });
    assert.deepEqual(
      targets.map(({ label }) => label),
      ['build'],
    );
    await session.client.request('stepIn', { threadId: session.here.threadId, targetId: targets[0]?.id ?? -1 });
    await session.outcome();
    assert.equal(session.here.line, 1);
  },

  async supportsGotoTargetsRequest() {
    await using session = await failed();
    const source = { path: session.workspace.path() };
    const { targets } = await session.client.request('gotoTargets', { source, line: 2 });
    await session.client.request('goto', { threadId: session.here.threadId, targetId: targets[0]?.id ?? -1 });
    await session.outcome();
    assert.deepEqual([session.here.reason, session.here.line], ['goto', 2]);
  },

  async supportsRestartFrame() {
    await using session = await failed();
    const [frame] = session.here.frames;
    assert.equal(frame?.canRestart, true);
    await session.client.request('restartFrame', { frameId: frame.id });
    await session.outcome();
    assert.deepEqual([session.here.reason, session.here.line], ['restart', 1]);
  },

  async supportsSetVariable() {
    await using session = await failed();
    const { reference } = await session.variable('Environment');
    const changed = await session.client.request('setVariable', {
      variablesReference: reference,
      name: 'WORD',
      value: 'bye',
    });
    assert.deepEqual([changed.value, changed.type], ['bye', 'changed here']);
    assert.equal(await session.evaluate('echo $WORD'), 'bye');
  },

  async supportsSetExpression() {
    await using session = await failed();
    const frameId = session.here.frames[0]?.id ?? 0;
    await session.client.request('setExpression', { expression: '$WORD', value: 'bye', frameId });
    assert.equal(await session.evaluate('$WORD', 'watch'), 'bye');
  },

  async supportsTerminateThreadsRequest() {
    await using session = await failed();
    await session.client.request('terminateThreads', { threadIds: [session.here.threadId] });
    assert.deepEqual(await session.outcome(), { kind: 'ended', exitCode: 1 });
  },

  async supportsBreakpointLocationsRequest() {
    await using session = await failed();
    const source = { path: session.workspace.path() };
    const { breakpoints } = await session.client.request('breakpointLocations', { source, line: 1, endLine: 9 });
    assert.deepEqual(
      breakpoints.map(({ line }) => line),
      [1, 2, session.workspace.line('fails')],
    );
  },

  async supportsDelayedStackTraceLoading() {
    const files = { Dockerfile: `${failing}FROM busybox\nCOPY --from=build / /\n` };
    await using session = await failed({ files });
    const threadId = session.here.threadId;
    const all = await session.client.request('stackTrace', { threadId });
    assert.ok(all.stackFrames.length > 1, 'the stage, and who needs it');
    const pages = [];
    for (let startFrame = 0; startFrame < (all.totalFrames ?? 0); startFrame++) {
      const page = await session.client.request('stackTrace', { threadId, startFrame, levels: 1 });
      pages.push(...page.stackFrames);
    }
    assert.deepEqual(
      pages.map(({ line, name }) => `${line} ${name}`),
      all.stackFrames.map(({ line, name }) => `${line} ${name}`),
    );
  },

  async supportsLoadedSourcesRequest() {
    await using session = await failed();
    const { sources } = await session.client.request('loadedSources', {});
    assert.ok(sources.some(({ path }) => path === session.workspace.path()));
  },

  async supportsANSIStyling() {
    const printed = async (supportsANSIStyling: boolean): Promise<string> => {
      await using session = await failed({
        files: { Dockerfile: `FROM busybox\nRUN printf '\\033[31m%s\\033[0m\\n' red && exit 3\n` },
        initialize: { supportsANSIStyling },
      });
      return session.output();
    };
    assert.match(await printed(true), /\u001b\[31mred/);
    const plain = await printed(false);
    assert.match(plain, /^red$/m);
    assert.doesNotMatch(plain, /\u001b/);
  },
};

describe('capabilities', () => {
  it('are announced exactly when there is a scenario for them', async () => {
    await using client = await DapClient.start();
    const capabilities = await client.initialize();
    const announced = Object.entries(capabilities).filter(([, value]) => value !== false);
    assert.deepEqual(announced.map(([name]) => name).sort(), Object.keys(scenarios).sort());
  });

  for (const [name, scenario] of Object.entries(scenarios)) {
    it(`${name}`, () => {
      engineAddress('buildkitd');
      return scenario();
    });
  }
});
