import { strict as assert } from 'node:assert';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { Api } from '../../../extension/extension.js';
import { eventually, extension, Recorder, stopAll, toFailure as stopAtFailure, workspace } from './support.js';

describe('files of a stop', () => {
  let api: Api;
  let recorder: Recorder;
  const file = (): string => join(workspace('touching'), 'Dockerfile');
  const { fs } = vscode.workspace;

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

  const toFailure = (name?: string): Promise<vscode.Uri> => stopAtFailure(api, recorder, name);

  const text = async (uri: vscode.Uri): Promise<string> => new TextDecoder().decode(await fs.readFile(uri));

  /** The code of the FileSystemError that something fails with. */
  async function codeOf(task: Thenable<unknown>): Promise<string> {
    try {
      await task;
    } catch (error) {
      assert.ok(error instanceof vscode.FileSystemError, String(error));
      return error.code;
    }
    return 'none';
  }

  it('are read: what they are, what folders hold, what is in them', async () => {
    const top = await toFailure();
    const at = (path: string): vscode.Uri => vscode.Uri.joinPath(top, path);
    const names = (await fs.readDirectory(top)).map(([name]) => name);
    assert.deepEqual([...names].sort(), ['container', 'context', 'failed', 'initial']);
    const { Directory, File, SymbolicLink } = vscode.FileType;
    assert.deepEqual(
      [...(await fs.readDirectory(at('failed/src')))].sort(([a], [b]) => (a < b ? -1 : 1)),
      [
        ['link', SymbolicLink | File],
        ['many', Directory],
        ['notes.txt', File],
        ['out', Directory],
      ],
    );
    assert.equal(await text(at('failed/src/notes.txt')), 'first\nsecond\n');
    assert.equal(await text(at('failed/src/link')), 'first\nsecond\n');
    assert.equal(await text(at('initial/src/notes.txt')), 'first\n');
    assert.equal(await text(at('initial/src/old.txt')), 'old\n');
    assert.equal(await text(at('context/notes.txt')), 'first\n');
    assert.equal((await fs.readDirectory(at('failed/src/many'))).length, 1500);
    const stat = await fs.stat(at('failed/src/notes.txt'));
    assert.deepEqual([stat.type, stat.size, stat.permissions], [File, 13, vscode.FilePermission.Readonly]);
    assert.equal((await fs.stat(at('failed/src/out'))).type, Directory);
    assert.equal((await fs.stat(at('failed/bin'))).type & Directory, Directory);
    assert.equal(await codeOf(fs.stat(at('failed/src/old.txt'))), 'FileNotFound');
    assert.equal(await codeOf(fs.readFile(at('failed/src/out'))), 'FileIsADirectory');
  });

  it('are written in the container, and nowhere else', async () => {
    const top = await toFailure();
    const at = (path: string): vscode.Uri => vscode.Uri.joinPath(top, path);
    const content = new TextEncoder().encode('by hand\n');
    await fs.writeFile(at('container/src/made/by/hand.txt'), content);
    assert.equal(await text(at('container/src/made/by/hand.txt')), 'by hand\n');
    await fs.rename(at('container/src/made/by/hand.txt'), at('container/src/moved name.txt'));
    assert.equal(await text(at('container/src/moved name.txt')), 'by hand\n');
    await assert.rejects(async () => await fs.rename(at('container/src/link'), at('container/src/moved name.txt')));
    await fs.copy(vscode.Uri.file(file()), at('container/src/moved name.txt'), { overwrite: true });
    assert.equal(await text(at('container/src/moved name.txt')), await readFile(file(), 'utf8'));
    await fs.delete(at('container/src/made'), { recursive: true });
    assert.equal(await codeOf(fs.stat(at('container/src/made'))), 'FileNotFound');
    const large = new Uint8Array(9 << 20).map((_, index) => index % 251);
    await fs.writeFile(at('container/src/large'), large);
    assert.equal((await fs.stat(at('container/src/large'))).size, large.length);
    assert.ok(Buffer.from(await fs.readFile(at('container/src/large'))).equals(large));
    assert.equal(await codeOf(fs.writeFile(at('failed/src/x.txt'), content)), 'NoPermissions');
    assert.equal(await codeOf(fs.writeFile(at('context/x.txt'), content)), 'NoPermissions');
    assert.equal(await codeOf(fs.delete(at('initial/src/notes.txt'))), 'NoPermissions');
    assert.equal(await text(at('initial/src/notes.txt')), 'first\n');
  });

  it('are gone when the build has gone on, and an open editor keeps its text', async () => {
    const top = await toFailure();
    const uri = vscode.Uri.joinPath(top, 'failed/src/notes.txt');
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.getText(), 'first\nsecond\n');
    await vscode.commands.executeCommand('dockerfileDebugger.restartBuild');
    await recorder.event<DebugProtocol.StoppedEvent>('stopped');
    await eventually(() => assert.notEqual(api.files()?.authority, top.authority));
    await assert.rejects(async () => await fs.readFile(uri), /The build has gone on/);
    await assert.rejects(async () => await fs.stat(uri), /The build has gone on/);
    assert.equal(document.getText(), 'first\nsecond\n');
    await eventually(() => assert.ok(api.files() !== undefined));
    assert.equal(await text(vscode.Uri.joinPath(api.files()!, 'failed/src/notes.txt')), 'first\nsecond\n');
  });

  it('are those of the frame that is chosen', async () => {
    const top = await toFailure('failing');
    assert.equal(await text(vscode.Uri.joinPath(top, 'initial/src/out.txt')), 'hello from the build\n');
    await vscode.commands.executeCommand('workbench.action.debug.callStackDown');
    await eventually(() => assert.notEqual(api.files()?.authority, top.authority));
    const below = api.files()!;
    assert.equal(await codeOf(fs.stat(vscode.Uri.joinPath(below, 'initial/src/out.txt'))), 'FileNotFound');
    assert.ok((await fs.readDirectory(vscode.Uri.joinPath(below, 'initial/bin'))).length > 100);
    await vscode.commands.executeCommand('workbench.action.debug.callStackUp');
    await eventually(() => assert.equal(api.files()?.authority, top.authority));
  });

  it('are not opened when they are too large, but may be saved', async () => {
    const top = await toFailure();
    const session = vscode.debug.activeDebugSession!;
    const expression = 'truncate -s 60000000 /src/huge && mkfifo /src/pipe';
    await session.customRequest('evaluate', { expression, context: 'repl' });
    const huge = vscode.Uri.joinPath(top, 'container/src/huge');
    assert.equal((await fs.stat(huge)).size, 60_000_000);
    await assert.rejects(async () => await fs.readFile(huge), /too large to be opened here/);
    const pipe = await fs.stat(vscode.Uri.joinPath(top, 'container/src/pipe'));
    assert.equal(pipe.type, vscode.FileType.Unknown);
  });

  it('know who wrote them', async () => {
    const top = await toFailure();
    const blame = async (path: string): Promise<string> =>
      await vscode.commands.executeCommand<string>('dockerfileDebugger.files.blame', vscode.Uri.joinPath(top, path));
    assert.match(await blame('failed/src/notes.txt'), /RUN mkdir.*line 5/);
    assert.match(await blame('initial/src/notes.txt'), /COPY notes\.txt.*line 3/);
    await eventually(() => {
      const editor = vscode.window.activeTextEditor;
      assert.equal(editor?.document.uri.fsPath, file());
      assert.equal(editor.selection.start.line + 1, 3);
    });
    assert.match(await blame('failed/bin/busybox'), /base/i);
  });

  it('are watched for changes', async () => {
    const top = await toFailure();
    const uri = vscode.Uri.joinPath(top, 'failed/src/notes.txt');
    const said = await vscode.commands.executeCommand<string>('dockerfileDebugger.files.watch', uri);
    assert.match(said, /stops after a step that changes \/src\/notes\.txt/);
    await vscode.commands.executeCommand('dockerfileDebugger.restartBuild');
    const { body } = await recorder.event<DebugProtocol.StoppedEvent>('stopped');
    assert.equal(body.reason, 'data breakpoint');
  });

  it('are compared with what they were copied from', async () => {
    const top = await toFailure();
    const compare = async (path: string): Promise<readonly string[]> => {
      const uri = vscode.Uri.joinPath(top, path);
      await vscode.commands.executeCommand('dockerfileDebugger.files.compareWithWorkspace', uri);
      let sides: readonly string[] = [];
      await eventually(() => {
        const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
        assert.ok(input instanceof vscode.TabInputTextDiff);
        assert.equal(input.modified.toString(), uri.toString());
        sides = [input.original.fsPath, input.modified.path];
      });
      return sides;
    };
    const context = workspace('touching');
    assert.deepEqual(await compare('context/notes.txt'), [join(context, 'notes.txt'), '/context/notes.txt']);
    assert.deepEqual(await compare('failed/usr/local/bin/start'), [
      join(context, 'start.sh'),
      '/failed/usr/local/bin/start',
    ]);
  });

  it('are copied to this machine', async () => {
    const top = await toFailure();
    const to = vscode.Uri.file(join(workspace('touching'), 'saved.txt'));
    await fs.copy(vscode.Uri.joinPath(top, 'failed/src/notes.txt'), to);
    assert.equal(await readFile(to.fsPath, 'utf8'), 'first\nsecond\n');
    await rm(to.fsPath);
  });
});
