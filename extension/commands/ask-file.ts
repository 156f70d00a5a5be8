import * as vscode from 'vscode';
import { posix } from 'node:path';
import { customRequest } from '../debug/sessions.js';
import { field } from '../debug/shape.js';
import type { Location } from '../files/location.js';
import type { Place } from '../files/place.js';
import { fileUri, type Places } from '../files/places.js';
import { UserError } from '../user-error.js';
import type { FilesView } from '../views/files-view.js';
import { isNode, placeOf, targetOf, targetsOf } from './file-target.js';

/** Says which instruction wrote a path last, and shows it. */
export async function blame(places: Places, argument: unknown): Promise<string> {
  const { node, place, at: found } = targetOf(places, argument);
  // Who deleted a file is told by the tree that lacks it.
  const at = node?.kind === 'changed' ? { ...found, tree: place.compared?.to ?? found.tree } : found;
  const { text, line, endLine } = await vscode.window.withProgress(
    { location: { viewId: 'dockerfileDebugger.files' } },
    async () => await place.blame(at),
  );
  vscode.debug.activeDebugConsole.appendLine(text);
  void vscode.window.showInformationMessage(text);
  const dockerfile = places.origin(place)?.dockerfile;
  if (line !== undefined && dockerfile !== undefined) {
    await vscode.window.showTextDocument(vscode.Uri.file(dockerfile), {
      selection: new vscode.Range(line - 1, 0, (endLine ?? line) - 1, Number.MAX_SAFE_INTEGER),
      preserveFocus: true,
    });
  }
  return text;
}

/** Puts paths on the clipboard, as they are in the image. */
export async function copyPath(places: Places, argument: unknown, selected: unknown): Promise<void> {
  const paths = targetsOf(places, argument, selected).map(({ at }) => at.path);
  await vscode.env.clipboard.writeText(paths.join('\n'));
}

/** A word of the debug console, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Stops the build after the next step that changes a file. */
export async function watchFile(places: Places, argument: unknown): Promise<string> {
  const { place, at } = targetOf(places, argument);
  const session = sessionOf(places, place);
  const args = { expression: `:watch ${quoted(at.path)}`, context: 'repl', frameId: place.stop.frameId };
  const answer: unknown = await session.customRequest('evaluate', args);
  const result = field(answer, 'result');
  const text = typeof result === 'string' ? result.trim() : '';
  vscode.debug.activeDebugConsole.appendLine(text);
  void vscode.window.showInformationMessage(text);
  return text;
}

/** Opens a shell in the state that a row belongs to. */
export async function shellHere(places: Places, argument: unknown): Promise<void> {
  const { place, at } = targetOf(places, argument);
  const state = at.tree === 'initial' || at.tree === 'failed' ? at.tree : undefined;
  await customRequest(sessionOf(places, place), 'dockerfile/openShell', {
    frameId: place.stop.frameId,
    ...(state !== undefined && { state }),
  });
}

/** Asks for a name and for one of the files that have it; opens and selects that. */
export async function findFile(places: Places, view: FilesView, argument: unknown): Promise<void> {
  const place = placeOf(places, argument);
  const folder = isNode(argument) ? targetOf(places, argument).at : await askForTree(place);
  if (folder === undefined) return;
  const path = await pickFound(place, folder);
  if (path === undefined) return;
  const at = { tree: folder.tree, path };
  const { type } = await place.follow(at, await place.stat(at));
  if (type === 'file') await vscode.commands.executeCommand('vscode.open', fileUri(place, at));
  await view.reveal(place, at);
}

async function askForTree(place: Place): Promise<Location | undefined> {
  const items = place.stop.trees.map(({ tree, title }) => ({ label: title, tree }));
  const last = items.findIndex(({ tree }) => tree === place.stop.changes?.to);
  const ordered = last > 0 ? [...items.slice(last), ...items.slice(0, last)] : items;
  const placeHolder = vscode.l10n.t('Search in');
  const picked = ordered.length === 1 ? ordered[0] : await vscode.window.showQuickPick(ordered, { placeHolder });
  return picked && { tree: picked.tree, path: '/' };
}

async function pickFound(place: Place, folder: Location): Promise<string | undefined> {
  const name = await vscode.window.showInputBox({
    prompt: vscode.l10n.t('Part of a file name, or a pattern with * and ?, below {0}', folder.path),
  });
  if (name === undefined || name.trim() === '') return undefined;
  const { paths, more } = await vscode.window.withProgress(
    { location: { viewId: 'dockerfileDebugger.files' } },
    async () => await place.find(folder, name.trim()),
  );
  if (paths.length === 0) {
    throw new UserError(
      vscode.l10n.t('No file below {0} has "{1}" in its name.', folder.path, name.trim()),
      vscode.l10n.t('Try a shorter part of it, or another state.'),
    );
  }
  const items = paths.map((path) => ({ label: posix.basename(path), description: path, path }));
  const placeHolder = more ? vscode.l10n.t('The first {0}', paths.length) : vscode.l10n.t('{0} found', paths.length);
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.path;
}

function sessionOf(places: Places, place: Place): vscode.DebugSession {
  const session = places.origin(place)?.session;
  if (session === undefined) {
    throw new UserError(vscode.l10n.t('The build has gone on.'), vscode.l10n.t('Try again at the next stop.'));
  }
  return session;
}
