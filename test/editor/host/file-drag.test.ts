import { strict as assert } from 'node:assert';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import * as vscode from 'vscode';
import type { Api } from '../../../extension/extension.js';
import { locationOf } from '../../../extension/files/location.js';
import type { FileNode } from '../../../extension/files/nodes.js';
import { Place } from '../../../extension/files/place.js';
import type { Places } from '../../../extension/files/places.js';
import { fileDrag } from '../../../extension/views/file-drag.js';
import { extension, Recorder, stopAll, toFailure } from './support.js';

describe('files that are dragged out of Image Files', () => {
  let api: Api;
  let recorder: Recorder;
  let top: vscode.Uri;
  let here: string;
  const { fs } = vscode.workspace;

  before(async () => {
    api = (await extension()).exports;
    recorder = new Recorder();
    top = await toFailure(api, recorder);
    here = await mkdtemp(join(tmpdir(), 'dfd-drag-'));
  });

  after(async () => {
    recorder.dispose();
    await stopAll();
    await rm(here, { recursive: true });
  });

  /** A row of the view. */
  function row(path: string): FileNode {
    const place = new Place(top.authority, { frameId: 0, title: '', trees: [] }, () =>
      Promise.reject(new Error('nothing is asked while dragging')),
    );
    const entry = { name: posix.basename(path), type: 'file', size: 0, mode: 0o644 } as const;
    return { kind: 'entry', place, at: locationOf(path)!, entry, followed: 'file' };
  }

  /** What lies on the mouse. */
  async function dragged(...paths: string[]): Promise<vscode.Uri[]> {
    const data = new vscode.DataTransfer();
    const places = { locate: () => assert.fail('nothing is dropped') } as unknown as Places;
    await fileDrag(places).handleDrag!(paths.map(row), data, new vscode.CancellationTokenSource().token);
    const list = (await data.get('text/uri-list')?.asString()) ?? '';
    return list.split('\r\n').map((line) => vscode.Uri.parse(line, true));
  }

  /** What a drop on a folder of this machine does. */
  async function drop(uris: readonly vscode.Uri[]): Promise<void> {
    for (const uri of uris) await fs.copy(uri, vscode.Uri.file(join(here, posix.basename(uri.path))));
  }

  it('are on this machine with their content when they are dropped, several at once', async () => {
    await fs.writeFile(vscode.Uri.joinPath(top, 'container/src/a b#%.txt'), new TextEncoder().encode('odd\n'));
    const uris = await dragged('/failed/src/notes.txt', '/container/src/a b#%.txt');
    assert.equal(uris.length, 2);
    await drop(uris);
    assert.equal(await readFile(join(here, 'notes.txt'), 'utf8'), 'first\nsecond\n');
    assert.equal(await readFile(join(here, 'a b#%.txt'), 'utf8'), 'odd\n');
  });

  it('may be folders, with all that is in them', async () => {
    const uris = await dragged('/failed/src/out');
    await drop(uris);
    assert.deepEqual(await readdir(join(here, 'out'), { recursive: true }), ['deep', 'deep/made.txt']);
    assert.equal(await readFile(join(here, 'out/deep/made.txt'), 'utf8'), 'built\n');
  });

  it('open in an editor where they are dropped on one', async () => {
    const [uri] = await dragged('/initial/src/notes.txt');
    const document = await vscode.workspace.openTextDocument(uri!);
    assert.equal(document.getText(), 'first\n');
  });
});
