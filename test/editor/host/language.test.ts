import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { eventually, extension, open, workspace } from './support.js';

describe('language features', () => {
  before(async () => {
    await extension();
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('say what the engine would refuse or not find', async () => {
    const { document } = await open(join(workspace('mistakes'), 'Dockerfile'));
    await eventually(() => {
      const found = vscode.languages
        .getDiagnostics(document.uri)
        .map(({ code, range }) => `${range.start.line + 1}:${range.start.character + 1} ${JSON.stringify(code)}`)
        .filter((text) => !text.includes('unknown'))
        .sort();
      assert.deepEqual(found, ['2:17 "copy-source-not-found"', '2:6 "copy-source-ignored"']);
      assert.ok(vscode.languages.getDiagnostics(document.uri).some(({ range }) => range.start.line === 2));
    });
  });

  it('complete paths of the build context', async () => {
    const { document } = await open(join(workspace('mistakes'), 'Dockerfile'));
    await eventually(async () => {
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        new vscode.Position(1, 5),
      );
      const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      assert.ok(labels.includes('src/') && !labels.includes('secret.txt'), labels.join(' '));
    });
  });

  it('explain an instruction', async () => {
    const { document } = await open(join(workspace('mistakes'), 'Dockerfile'));
    await eventually(async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        new vscode.Position(0, 1),
      );
      assert.equal(hovers.length, 1);
    });
  });

  it('offer to debug each stage', async () => {
    const { document } = await open(join(workspace('failing'), 'Dockerfile'));
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    const found = lenses.map(({ range, command }) => [range.start.line + 1, command?.arguments?.[1] as unknown]);
    assert.deepEqual(found, [
      [1, 'build'],
      [8, undefined],
    ]);
  });
});
