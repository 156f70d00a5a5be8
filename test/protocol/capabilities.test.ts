import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { DapClient, Session, type SessionOptions } from '../support/dap/index.js';
import { engineAddress } from '../support/environment/engines.js';

type Capability = keyof DebugProtocol.Capabilities;
type Scenario = () => Promise<void>;

const failing = 'FROM busybox AS build\nENV WORD=hello\n# @stop fails\nRUN echo some words && exit 3\n';

async function failed(options: Partial<SessionOptions> = {}): Promise<Session> {
  const session = await Session.open({
    files: { Dockerfile: failing },
    launch: { builder: engineAddress('buildkitd') },
    ...options,
  });
  await session.start();
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
    const texts: Readonly<Record<string, string>> = { ':': ':', $: 'echo $', ' ': ':state ' };
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
      ['failed'],
      'each filter has a scenario',
    );
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
