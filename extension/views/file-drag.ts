import * as vscode from 'vscode';
import { posix } from 'node:path';
import { type FileNode, locationOfNode } from '../files/nodes.js';
import { fileUri, type Places } from '../files/places.js';

const uriList = 'text/uri-list';

/**
 * Dragging out of Image Files: files and folders, several at once, can be dropped where VS Code takes files of other file
 * systems: into an editor, or into the Explorer of VS Code on the desktop. They are read when they are dropped; other
 * programs take nothing, for VS Code hands them only files that are on this machine already. Files that are dropped on a
 * folder that is writable are copied there.
 */
export function fileDrag(places: Places): vscode.TreeDragAndDropController<FileNode> {
  return {
    dragMimeTypes: [uriList],
    dropMimeTypes: [uriList],
    handleDrag: (nodes, data) => {
      const uris = nodes.flatMap((node) => {
        const at = locationOfNode(node);
        return at === undefined ? [] : [fileUri(node.place, at).toString()];
      });
      data.set(uriList, new vscode.DataTransferItem(uris.join('\r\n')));
    },
    handleDrop: async (node, data) => {
      const list = await data.get(uriList)?.asString();
      const at = node && locationOfNode(node);
      if (list === undefined || node === undefined || at === undefined) return;
      const folder = await folderFor(places, fileUri(node.place, at));
      for (const line of list.split(/\r?\n/).filter((text) => text !== '' && !text.startsWith('#'))) {
        await copyInto(vscode.Uri.parse(line, true), folder);
      }
    },
  };
}

/** The folder that was meant: the one dropped on, or that of the file dropped on. */
async function folderFor(places: Places, uri: vscode.Uri): Promise<vscode.Uri> {
  const { type } = await vscode.workspace.fs.stat(uri);
  const isFolder = (type & vscode.FileType.Directory) !== 0;
  return isFolder || places.locate(uri).at?.path === '/' ? uri : vscode.Uri.joinPath(uri, '..');
}

async function copyInto(from: vscode.Uri, folder: vscode.Uri): Promise<void> {
  const to = vscode.Uri.joinPath(folder, posix.basename(from.path));
  const there = await vscode.workspace.fs.stat(to).then(
    () => true,
    () => false,
  );
  const replace = vscode.l10n.t('Replace');
  const text = vscode.l10n.t('{0} is there already. Replace it?', posix.basename(to.path));
  if (there && (await vscode.window.showWarningMessage(text, { modal: true }, replace)) !== replace) return;
  await vscode.workspace.fs.copy(from, to, { overwrite: true });
}
