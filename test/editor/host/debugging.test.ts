import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { Api } from '../../../extension/extension.js';
import { failingLine, right, wrong } from '../workspaces.js';
import { eventually, extension, open, Recorder, replace, stopAll, workspace } from './support.js';

describe('debugging', () => {
  let api: Api;
  let recorder: Recorder;
  const file = (): string => join(workspace('failing'), 'Dockerfile');
  const errors = (): readonly vscode.Diagnostic[] =>
    vscode.languages
      .getDiagnostics(vscode.Uri.file(file()))
      .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);

  before(async () => {
    api = (await extension()).exports;
  });

  beforeEach(() => {
    recorder = new Recorder();
  });

  afterEach(async () => {
    recorder.dispose();
    await stopAll();
  });

  /** Starts and waits for the failure. */
  async function toFailure(): Promise<{ editor: vscode.TextEditor; session: vscode.DebugSession }> {
    const editor = await open(file());
    await vscode.commands.executeCommand('workbench.action.debug.start');
    const { body } = await recorder.event<DebugProtocol.StoppedEvent>('stopped');
    assert.equal(body.reason, 'exception');
    await eventually(() => assert.ok(vscode.debug.activeStackItem instanceof vscode.DebugStackFrame));
    const session = vscode.debug.activeDebugSession;
    assert.ok(session !== undefined);
    return { editor, session };
  }

  it('marks a failing line, and takes the marks away when the corrected build passes', async () => {
    const { editor } = await toFailure();
    await eventually(() => {
      assert.deepEqual(
        errors().map(({ range }) => range.start.line + 1),
        [failingLine],
      );
      assert.equal(api.marks(file()).find(({ line }) => line === failingLine - 1)?.status, 'failed');
    });

    await replace(editor, wrong, right);
    await vscode.commands.executeCommand('dockerfileDebugger.restartBuild');
    await recorder.event('terminated');
    await eventually(() => {
      assert.deepEqual(errors(), []);
      const mark = api.marks(file()).find(({ line }) => line === failingLine - 1);
      assert.match(mark?.status ?? '', /^(?:done|cached)$/);
    });
    await replace(editor, right, wrong);
  });

  it('stops at a breakpoint before the instruction', async () => {
    const editor = await open(file());
    const line = new vscode.Location(editor.document.uri, new vscode.Position(4, 0));
    vscode.debug.addBreakpoints([new vscode.SourceBreakpoint(line)]);
    await vscode.commands.executeCommand('workbench.action.debug.start');
    const { body } = await recorder.event<DebugProtocol.StoppedEvent>('stopped');
    assert.equal(body.reason, 'breakpoint');
    await eventually(async () => {
      const frame = vscode.debug.activeStackItem;
      assert.ok(frame instanceof vscode.DebugStackFrame);
      const answer = (await frame.session.customRequest('evaluate', {
        expression: '$GREETING',
        context: 'hover',
        frameId: frame.frameId,
      })) as DebugProtocol.EvaluateResponse['body'];
      assert.match(answer.result, /hello/);
    });
  });

  it('opens a terminal in the failed step', async () => {
    await toFailure();
    const before = vscode.window.terminals.length;
    await vscode.commands.executeCommand('dockerfileDebugger.openShell');
    await eventually(() => assert.equal(vscode.window.terminals.length, before + 1));
  });

  it('switches to the state before the step and back', async () => {
    await toFailure();
    const stateIs = async (wanted: string): Promise<void> =>
      await eventually(() => assert.equal(stateOf(recorder), wanted));
    await stateIs('failed');
    await vscode.commands.executeCommand('dockerfileDebugger.switchState');
    await stateIs('initial');
    await vscode.commands.executeCommand('dockerfileDebugger.switchState');
    await stateIs('failed');
  });

  it('runs the step again', async () => {
    await toFailure();
    const shown = await vscode.commands.executeCommand<string>('dockerfileDebugger.rerunStep');
    assert.match(shown, /exit code [1-9]/);
  });
});

/** The state that the adapter named last. */
function stateOf(recorder: Recorder): string | undefined {
  const body: unknown = recorder.last('dockerfile/state')?.body;
  return (body as { readonly state: string } | undefined)?.state;
}
