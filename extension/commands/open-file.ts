import * as vscode from 'vscode';
import { posix } from 'node:path';
import type { TreeName } from '../../debug-adapter/contract.js';
import type { BytesDocuments } from '../files/bytes-documents.js';
import { readDockerfile } from '../files/workspace.js';
import { exists } from '../files/workspace.js';
import { byLikeness, copiedFrom } from '../files/host-files.js';
import type { Place } from '../files/place.js';
import { fileUri, type Places } from '../files/places.js';
import { UserError } from '../user-error.js';
import { type FileTarget, targetOf } from './file-target.js';

const hexEditor = { extension: 'ms-vscode.hexeditor', view: 'hexEditor.hexedit' } as const;

/** What opens files byte by byte. */
export interface BinaryParts {
  readonly places: Places;
  readonly bytes: BytesDocuments;
}

/** More files of the same name than this are not offered. */
const mostFiles = 200;

/** Opens a file; a changed one beside what it was before. */
export async function openFile(places: Places, argument: unknown): Promise<void> {
  const { node, place, at, uri } = targetOf(places, argument);
  const { compared } = place;
  if (node?.kind === 'changed' && node.changed.change?.kind === 'changed' && compared !== undefined) {
    await diff(place, at.path, compared.from, compared.to);
    return;
  }
  await vscode.commands.executeCommand('vscode.open', uri);
}

/** Opens a file byte by byte, in the editor for that if it is installed. */
export async function openBinary({ places, bytes }: BinaryParts, argument: unknown): Promise<void> {
  const { place, at, uri } = targetOf(places, argument);
  if (vscode.extensions.getExtension(hexEditor.extension) === undefined) {
    await bytes.open(place, at);
    return;
  }
  await vscode.commands.executeCommand('vscode.openWith', uri, hexEditor.view);
}

/** Shows what is other in another state of the same file. */
export async function compareStates(places: Places, argument: unknown): Promise<void> {
  const { node, place, at } = targetOf(places, argument);
  const { compared } = place;
  if (node?.kind === 'changed' && node.changed.change?.kind === 'changed' && compared !== undefined) {
    await diff(place, at.path, compared.from, compared.to);
    return;
  }
  const others = await treesWith(place, at.path, at.tree);
  if (others.length === 0) {
    throw new UserError(
      vscode.l10n.t('No other state has {0}.', at.path),
      vscode.l10n.t('Only files that are in two states can be compared.'),
    );
  }
  const other = others.length === 1 ? others[0] : await pickTree(place, others, vscode.l10n.t('Compare with'));
  if (other !== undefined) {
    const later = order(other) > order(at.tree);
    await diff(place, at.path, later ? at.tree : other, later ? other : at.tree);
  }
}

/** Shows what is other in a file of the workspace: the one it was copied from, if that can be told. */
export async function compareWithWorkspace(places: Places, argument: unknown): Promise<void> {
  const target = targetOf(places, argument);
  const host = await hostFile(places, target);
  if (host === undefined) return;
  const { place, at, uri } = target;
  const title = `${posix.basename(at.path)} (${vscode.l10n.t('workspace')} ↔ ${place.tree(at.tree).title})`;
  await vscode.commands.executeCommand('vscode.diff', host, uri, title);
}

/** Asks for two trees and shows what is other between them. */
export async function compareTrees(place: Place): Promise<boolean> {
  const names = [...place.stop.trees.map(({ tree }) => tree).reverse(), 'base'];
  const from = await pickTreeOrLine(place, names, vscode.l10n.t('Changes since'));
  if (from === undefined) return false;
  const rest = names.filter((name) => name !== from).reverse();
  const to = await pickTreeOrLine(place, rest, vscode.l10n.t('Changes until'));
  if (to === undefined) return false;
  place.compare({ from, to });
  return true;
}

async function diff(place: Place, path: string, from: TreeName, to: TreeName): Promise<void> {
  const [left, right] = [from, to].map((tree) => ({
    uri: fileUri(place, { tree, path }),
    title: place.tree(tree).title,
  }));
  const title = `${posix.basename(path)} (${left?.title ?? from} ↔ ${right?.title ?? to})`;
  await vscode.commands.executeCommand('vscode.diff', left?.uri, right?.uri, title);
}

/** Other trees that have a file. */
async function treesWith(place: Place, path: string, own: TreeName): Promise<readonly TreeName[]> {
  const others = place.stop.trees.map(({ tree }) => tree).filter((tree) => tree !== own && tree !== 'context');
  const there = await Promise.all(
    others.map(async (tree) =>
      place.stat({ tree, path }).then(
        () => [tree],
        () => [],
      ),
    ),
  );
  return there.flat();
}

async function pickTree(place: Place, names: readonly TreeName[], placeHolder: string): Promise<TreeName | undefined> {
  const items = names.map((tree) => ({ label: place.tree(tree).title, tree }));
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.tree;
}

/** Any instruction that has run can be compared: its line is asked for. */
async function pickTreeOrLine(
  place: Place,
  names: readonly TreeName[],
  placeHolder: string,
): Promise<TreeName | undefined> {
  const line = { label: vscode.l10n.t('$(symbol-number) After the instruction of a line …'), tree: undefined };
  const items = [...names.map((tree) => ({ label: place.tree(tree).title, tree })), line];
  const picked = await vscode.window.showQuickPick(items, { placeHolder });
  if (picked === undefined || picked.tree !== undefined) return picked?.tree;
  const typed = await vscode.window.showInputBox({
    prompt: vscode.l10n.t('Line of an instruction that has run'),
    validateInput: (text) => (/^\d+$/.test(text.trim()) ? undefined : vscode.l10n.t('A number, please.')),
  });
  return typed?.trim();
}

/** What comes earlier in the build is on the left. */
function order(tree: TreeName): number {
  return ['context', 'base', 'initial', 'after', 'failed', 'container'].indexOf(tree);
}

async function hostFile(places: Places, { place, at }: FileTarget): Promise<vscode.Uri | undefined> {
  const origin = places.origin(place);
  const context: unknown = origin?.session.configuration['context'];
  if (typeof context === 'string' && !context.includes('://')) {
    const paths = at.tree === 'context' ? [at.path] : await copied(origin?.dockerfile, at.path);
    for (const path of paths) {
      const uri = vscode.Uri.joinPath(vscode.Uri.file(context), path);
      if (await exists(uri)) return uri;
    }
  }
  return await pickHostFile(at.path);
}

async function copied(dockerfile: string | undefined, path: string): Promise<readonly string[]> {
  return dockerfile === undefined ? [] : copiedFrom(await readDockerfile(vscode.Uri.file(dockerfile)), path);
}

async function pickHostFile(path: string): Promise<vscode.Uri | undefined> {
  const name = posix.basename(path).replace(/[[\]{}*?]/g, '?');
  const found = await vscode.workspace.findFiles(`**/${name}`, undefined, mostFiles);
  const items = byLikeness(
    found.map(({ fsPath }) => fsPath),
    path,
  ).map((each) => ({ label: vscode.workspace.asRelativePath(each), uri: vscode.Uri.file(each) }));
  const other = { label: vscode.l10n.t('$(folder-opened) Another file …'), uri: undefined };
  const picked = await vscode.window.showQuickPick([...items, other], {
    placeHolder: vscode.l10n.t('Compare {0} with', path),
  });
  if (picked === undefined || picked.uri !== undefined) return picked?.uri;
  return (await vscode.window.showOpenDialog({ openLabel: vscode.l10n.t('Compare') }))?.[0];
}
