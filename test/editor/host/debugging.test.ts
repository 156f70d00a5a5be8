import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { StepEvent } from '../../../debug-adapter/contract.js';
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

  it('shows what a restart is refused for until the file is saved anew, or another is asked for', async () => {
    const { editor } = await toFailure();
    await using _ = asItIs(editor.document);
    const [original, first] = [editor.document.getText(), 'FROM busybox AS build'];
    // The language server has an opinion of its own.
    const lines = (): readonly number[] =>
      errors().flatMap(({ range, source }) => (source === 'docker build' ? range.start.line + 1 : []));
    const shown = async (wanted: readonly number[]): Promise<void> =>
      await eventually(() => assert.deepEqual([...lines()].sort(), wanted));
    await shown([failingLine]);
    await replace(editor, first, 'FRM busybox');
    await vscode.commands.executeCommand('dockerfileDebugger.restartBuild');
    await shown([1, failingLine]);
    await replace(editor, 'FRM busybox', `${first} # other`);
    await shown([failingLine]);
    await vscode.commands.executeCommand('dockerfileDebugger.restartBuild');
    await shown([1, failingLine]);
    // By another program, of which the editor does not tell that it saves.
    await writeFile(file(), original.replace('COPY greet', 'CPY greet'));
    await vscode.commands.executeCommand('dockerfileDebugger.restartBuild');
    await shown([4, failingLine]);
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

  it('retries the failed step, and runs the step of a line without the cache', async () => {
    const { editor } = await toFailure();
    const [lens] = await eventuallyFound(async () => await lensesAt(editor, 'Retry'));
    assert.equal(lens?.range.start.line, failingLine - 1);
    const fixes = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      editor.document.uri,
      new vscode.Range(failingLine - 1, 0, failingLine - 1, 1),
    );
    const fix = fixes.find(({ title }) => title === 'Retry step');
    assert.deepEqual(fix?.command?.arguments, lens?.command?.arguments);
    const { command = '', arguments: args = [] } = lens?.command ?? {};
    await vscode.commands.executeCommand(command, ...(args as unknown[]));
    assert.equal((await recorder.event<DebugProtocol.StoppedEvent>('stopped')).body.reason, 'exception');
    await eventually(() => assert.ok(vscode.debug.activeStackItem instanceof vscode.DebugStackFrame));

    const from = recorder.messages.length;
    // What the menu of a line number hands over.
    await vscode.commands.executeCommand('dockerfileDebugger.forceStep', {
      uri: editor.document.uri,
      lineNumber: failingLine - 1,
    });
    assert.equal((await recorder.event<DebugProtocol.StoppedEvent>('stopped')).body.reason, 'exception');
    assert.ok(statusesOf(recorder, failingLine - 1, from).includes('done'), 'it ran');
  });

  it('applies edits, and comes back to the first edited instruction', async () => {
    const { editor } = await toFailure();
    await replace(editor, wrong, right);
    await recorder.event('dockerfile/saved');
    await vscode.commands.executeCommand('dockerfileDebugger.applyEdits');
    assert.equal((await recorder.event<DebugProtocol.StoppedEvent>('stopped')).body.reason, 'goto');
    await eventually(() => assert.equal(editor.selection.active.line, 1));
    await replace(editor, right, wrong);
  });
});

/** Brings back what a file holds now. */
function asItIs(document: vscode.TextDocument): AsyncDisposable {
  const text = document.getText();
  return {
    [Symbol.asyncDispose]: async () => {
      await writeFile(document.fileName, text);
      await eventually(() => assert.equal(document.getText(), text));
    },
  };
}

/** Waits for the first of something. */
async function eventuallyFound<T>(find: () => Promise<readonly T[]>): Promise<readonly T[]> {
  let found: readonly T[] = [];
  await eventually(async () => {
    found = await find();
    assert.ok(found.length > 0);
  });
  return found;
}

/** The code lenses of a document with a text in their titles. */
async function lensesAt({ document }: vscode.TextEditor, text: string): Promise<readonly vscode.CodeLens[]> {
  const all = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
  return all.filter(({ command }) => command?.title.includes(text) === true);
}

/** What was said of a line since so many messages. */
function statusesOf(recorder: Recorder, line: number, from: number): readonly string[] {
  return recorder.messages.slice(from).flatMap((message) => {
    const { event, body } = message as { readonly event?: string; readonly body?: StepEvent };
    return event === 'dockerfile/step' && body?.line === line ? [body.status] : [];
  });
}

/** The state that the adapter named last. */
function stateOf(recorder: Recorder): string | undefined {
  const body: unknown = recorder.last('dockerfile/state')?.body;
  return (body as { readonly state: string } | undefined)?.state;
}
