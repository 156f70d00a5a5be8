import * as vscode from 'vscode';
import { posix } from 'node:path';
import type { TreeName } from '../../debug-adapter/contract.js';
import { isFolder, isSmall } from '../files/changes-tree.js';
import { contextOf, type FileNode, idOf } from '../files/nodes.js';
import { fileUri } from '../files/places.js';
import { section } from '../settings.js';
import { changeDescription, entryDescription, entryTooltip } from './file-wording.js';

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

/** How a row of Image Files looks, and what a click does. */
export function treeItem(node: FileNode): vscode.TreeItem {
  const item = bareItem(node);
  item.id = idOf(node);
  item.contextValue = contextOf(node);
  return item;
}

function bareItem(node: FileNode): vscode.TreeItem {
  switch (node.kind) {
    case 'changes':
      return changesItem(node);
    case 'changed':
      return changedItem(node);
    case 'tree':
      return treeTopItem(node);
    case 'entry':
      return entryItem(node);
    case 'more': {
      const item = new vscode.TreeItem(vscode.l10n.t('… {0} more', node.rest.toLocaleString('en')), None);
      item.command = command('files.more', node);
      return item;
    }
    case 'words': {
      const item = new vscode.TreeItem(node.text, None);
      item.tooltip = node.text;
      if (node.isError) item.iconPath = new vscode.ThemeIcon('warning');
      return item;
    }
  }
}

function changesItem({ place }: FileNode & { kind: 'changes' }): vscode.TreeItem {
  const { stop, compared } = place;
  const isOwn = compared === stop.changes;
  const item = new vscode.TreeItem(
    changesLabel(isOwn, compared?.to),
    compared?.to === 'failed' || !isOwn ? Expanded : Collapsed,
  );
  item.description = isOwn
    ? (stop.changes?.title ?? '')
    : [compared?.from ?? '', compared?.to ?? ''].map((name) => place.tree(name).title).join(' → ');
  item.iconPath = new vscode.ThemeIcon('diff-multiple');
  return item;
}

function changesLabel(isOwn: boolean, to: TreeName | undefined): string {
  if (!isOwn) return vscode.l10n.t('Changes');
  return to === 'initial' ? vscode.l10n.t('Changes of the step before') : vscode.l10n.t('Changes of this step');
}

function changedItem(node: FileNode & { kind: 'changed' }): vscode.TreeItem {
  const { place, changed, at } = node;
  const folder = isFolder(changed);
  const item = new vscode.TreeItem(changed.name, folder ? Collapsed : None);
  item.resourceUri = fileUri(place, at);
  item.iconPath = folder ? vscode.ThemeIcon.Folder : vscode.ThemeIcon.File;
  const own = changed.change === undefined ? '' : changeDescription(changed.change);
  item.description = own || (changed.files > 0 ? filesText(changed.files) : '');
  item.tooltip = [changed.path, changed.change?.kind, own].filter(Boolean).join('\n');
  if (!folder) item.command = command('files.open', node);
  if (folder && isSmall(changed)) item.collapsibleState = Expanded;
  return item;
}

function filesText(count: number): string {
  return count === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', count);
}

function treeTopItem({ place, tree }: FileNode & { kind: 'tree' }): vscode.TreeItem {
  const item = new vscode.TreeItem(tree.title.charAt(0).toUpperCase() + tree.title.slice(1), Collapsed);
  item.iconPath = new vscode.ThemeIcon(icons[tree.tree] ?? 'layers');
  if (tree.writable) item.description = vscode.l10n.t('writable');
  item.tooltip = `${place.stop.title}\n${tree.title}`;
  return item;
}

const icons: Readonly<Record<string, string>> = {
  initial: 'history',
  failed: 'error',
  after: 'pass',
  container: 'vm-running',
  context: 'root-folder',
  base: 'package',
};

function entryItem(node: FileNode & { kind: 'entry' }): vscode.TreeItem {
  const { place, at, entry, followed } = node;
  const item = new vscode.TreeItem(entry.name || posix.basename(at.path), followed === 'folder' ? Collapsed : None);
  item.resourceUri = fileUri(place, at);
  item.iconPath =
    followed === 'folder'
      ? vscode.ThemeIcon.Folder
      : followed === 'file'
        ? vscode.ThemeIcon.File
        : new vscode.ThemeIcon(entry.type === 'link' ? 'warning' : 'circuit-board');
  item.description = entryDescription(entry);
  item.tooltip = entryTooltip(at.path, entry);
  if (followed === 'file') item.command = command('files.open', node);
  return item;
}

function command(name: string, node: FileNode): vscode.Command {
  return { title: name, command: `${section}.${name}`, arguments: [node] };
}
