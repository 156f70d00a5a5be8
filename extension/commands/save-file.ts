import * as vscode from 'vscode';
import { posix } from 'node:path';
import type { FileEntry, SaveResponse } from '../../debug-adapter/contract.js';
import { exists } from '../files/workspace.js';
import type { Places } from '../files/places.js';
import { sizeText } from '../views/wording.js';
import { type FileTarget, targetsOf } from './file-target.js';

/** Copies files and folders of a stop to this machine; asks where to. */
export async function saveFiles(places: Places, argument: unknown, selected?: unknown): Promise<void> {
  const targets = targetsOf(places, argument, selected);
  const [first, ...others] = targets;
  if (first === undefined) return;
  const entry = await first.place.stat(first.at);
  const { type } = await first.place.follow(first.at, entry);
  if (others.length === 0 && type !== 'folder') {
    await saveOne(first);
    return;
  }
  const folder = await askForFolder(targets);
  if (folder === undefined) return;
  for (const target of targets) {
    const to = vscode.Uri.joinPath(folder, nameOf(target));
    const there = await exists(to);
    if (!there || (await mayReplace(to))) await save(target, to, there);
  }
}

/** Says that a file is too large to be opened, and offers to save it. */
export function offerToSave(uri: vscode.Uri, entry: FileEntry): void {
  const action = vscode.l10n.t('Save to Workspace …');
  const text = vscode.l10n.t('{0} has {1}: too much to be opened here.', nameOf({ uri }), sizeText(entry.size));
  void vscode.window.showWarningMessage(text, action).then(async (answer) => {
    if (answer === action) await vscode.commands.executeCommand('dockerfileDebugger.files.save', uri);
  });
}

async function saveOne(target: FileTarget): Promise<void> {
  const defaultUri = vscode.Uri.joinPath(startFolder(), nameOf(target));
  // The dialog asks itself whether what is there may be replaced.
  const to = await vscode.window.showSaveDialog({ defaultUri, saveLabel: vscode.l10n.t('Save') });
  if (to !== undefined) await save(target, to, true);
}

async function askForFolder(targets: readonly FileTarget[]): Promise<vscode.Uri | undefined> {
  const names = targets.map(nameOf).join(', ');
  const chosen = await vscode.window.showOpenDialog({
    defaultUri: startFolder(),
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: vscode.l10n.t('Save Here'),
    title: vscode.l10n.t('Save {0} in a folder', names),
  });
  return chosen?.[0];
}

async function mayReplace(uri: vscode.Uri): Promise<boolean> {
  const replace = vscode.l10n.t('Replace');
  const text = vscode.l10n.t('{0} is there already. Replace it?', vscode.workspace.asRelativePath(uri));
  return (await vscode.window.showWarningMessage(text, { modal: true }, replace)) === replace;
}

async function save({ place, at }: FileTarget, to: vscode.Uri, overwrite: boolean): Promise<void> {
  const title = vscode.l10n.t('Saving {0}', at.path);
  const saved = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title },
    async () => await place.save(at, to.fsPath, overwrite),
  );
  void tell(saved);
}

async function tell({ path, files, bytes, skipped }: SaveResponse): Promise<void> {
  const show = vscode.l10n.t('Show');
  const where = vscode.workspace.asRelativePath(path);
  const done =
    files === 1
      ? vscode.l10n.t('Saved {0} ({1}).', where, sizeText(bytes))
      : vscode.l10n.t('Saved {0} ({1} files, {2}).', where, files, sizeText(bytes));
  vscode.debug.activeDebugConsole.appendLine(
    [done, ...skipped.map((each) => vscode.l10n.t('Left out: {0}', each))].join('\n'),
  );
  const answer =
    skipped.length === 0
      ? await vscode.window.showInformationMessage(done, show)
      : await vscode.window.showWarningMessage(
          vscode.l10n.t('{0} Left out: {1}', done, skipped.slice(0, 5).join(', ')),
          show,
        );
  if (answer === show) await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(path));
}

/** The workspace folder of what is debugged, else the first one. */
function startFolder(): vscode.Uri {
  const folder = vscode.debug.activeDebugSession?.workspaceFolder ?? vscode.workspace.workspaceFolders?.[0];
  return folder?.uri ?? vscode.Uri.file('/');
}

function nameOf({ uri }: { readonly uri: vscode.Uri }): string {
  return posix.basename(uri.path);
}
