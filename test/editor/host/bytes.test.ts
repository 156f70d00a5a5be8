import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import type { Api } from '../../../extension/extension.js';
import { eventually, extension, Recorder, stopAll, toFailure } from './support.js';

describe('files of a stop, byte by byte', () => {
  let api: Api;
  let recorder: Recorder;
  let top: vscode.Uri;

  before(async () => {
    api = (await extension()).exports;
    recorder = new Recorder();
    top = await toFailure(api, recorder);
  });

  after(async () => {
    recorder.dispose();
    await stopAll();
  });

  async function opened(path: string): Promise<vscode.TextDocument> {
    const uri = vscode.Uri.joinPath(top, path);
    await vscode.commands.executeCommand('dockerfileDebugger.files.openBinary', uri);
    let document: vscode.TextDocument | undefined;
    await eventually(() => {
      document = vscode.window.activeTextEditor?.document;
      assert.equal(document?.uri.path, `${uri.path}.hex`);
    });
    return document!;
  }

  async function inContainer(expression: string): Promise<void> {
    await vscode.debug.activeDebugSession!.customRequest('evaluate', { expression, context: 'repl' });
  }

  it('are shown without another extension: where, 16 bytes, text', async () => {
    assert.equal(vscode.extensions.getExtension('ms-vscode.hexeditor'), undefined);
    const document = await opened('failed/src/link');
    assert.equal(document.uri.scheme, 'dockerfile-bytes');
    assert.equal(document.languageId, 'plaintext');
    assert.equal(document.getText(), '00000000  66 69 72 73 74 0a 73 65  63 6f 6e 64 0a           |first.second.|\n');
    const program = await opened('failed/bin/busybox');
    assert.match(program.lineAt(0).text, /^00000000 {2}7f 45 4c 46 .* \|\.ELF\.{12}\|$/);
    const before = program.getText();
    await vscode.commands.executeCommand('type', { text: 'x' });
    assert.equal(program.getText(), before, 'nobody can type into it');
    assert.equal(program.isDirty, false);
  });

  it('are shown as they are now when they are opened again', async () => {
    await inContainer('echo one > /src/changing');
    assert.match((await opened('container/src/changing')).getText(), /\|one\.\|$/m);
    await inContainer('echo two > /src/changing');
    const again = await opened('container/src/changing');
    await eventually(() => assert.match(again.getText(), /\|two\.\|$/m));
  });

  it('end with a line that tells what is not shown of large ones', async () => {
    await inContainer('truncate -s 60000000 /src/huge && truncate -s 1048576 /src/full');
    const huge = await opened('container/src/huge');
    const { text } = huge.lineAt(65_536);
    assert.match(huge.lineAt(65_535).text, /^000ffff0 {2}00 00 /);
    assert.match(text, /^… 58951424 more of 60000000 bytes are not shown\./);
    assert.equal(huge.lineCount, 65_538);
    const full = await opened('container/src/full');
    assert.equal(full.lineCount, 65_537);
  });

  it('are not there where nothing is to be read', async () => {
    const read = async (path: string): Promise<void> => {
      const file = vscode.Uri.joinPath(top, path);
      await vscode.workspace.openTextDocument(file.with({ scheme: 'dockerfile-bytes', path: `${file.path}.hex` }));
    };
    await assert.rejects(read('failed/src/none'), /There is no \/src\/none/);
    await assert.rejects(read('failed/src/out'), /cannot be read/);
  });
});
