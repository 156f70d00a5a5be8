import * as vscode from 'vscode';
import { type DefinitionKind, kindOfName } from '../../debug-adapter/definitions/file-names.js';
import { notOurs } from './dockerfile-names.js';

/** A file that defines builds. */
export interface DefinitionFile {
  readonly kind: DefinitionKind;
  readonly uri: vscode.Uri;
}

/** More files than this are not offered. */
const mostFiles = 50;
const glob = '**/{{compose*,docker-compose*,docker-bake*}.{yaml,yml,hcl,json},*.dockerbuild,*.dockerbuild.zip}';

/** The Compose or Bake file in the active editor; records are no text. */
export function definitionInView(): DefinitionFile | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document === undefined ? undefined : definitionAt(document.uri);
}

/** A file as a definition, by its name. */
export function definitionAt(uri: vscode.Uri): DefinitionFile | undefined {
  const kind = uri.scheme === 'file' ? kindOfName(uri.path) : undefined;
  return kind === undefined ? undefined : { kind, uri };
}

/** All of them in a folder of the workspace; what Compose merges into another file by itself is none. */
export async function findDefinitions(
  folder: vscode.WorkspaceFolder | undefined,
  token?: vscode.CancellationToken,
): Promise<readonly DefinitionFile[]> {
  const include = folder === undefined ? glob : new vscode.RelativePattern(folder, glob);
  const found = await vscode.workspace.findFiles(include, notOurs, mostFiles, token);
  return found
    .filter((uri) => !/\.override\.[^./]+$/.test(uri.path))
    .sort((a, b) => a.path.localeCompare(b.path))
    .flatMap((uri) => definitionAt(uri) ?? []);
}

/** Names of what it builds; read when they are wanted, for few sessions are about such files. */
export async function buildsOf({ kind, uri }: DefinitionFile): Promise<readonly string[]> {
  const { listBuilds } = await import('../../debug-adapter/definitions/list-builds.js');
  return await listBuilds(kind, uri.fsPath, process.env);
}

/** Asks which of several; undefined: none was chosen. Of a file that cannot be read the adapter says why, on its line. */
export async function pickBuild(file: DefinitionFile): Promise<string | undefined> {
  const names = await buildsOf(file).catch((): readonly string[] => []);
  if (names.length <= 1) return names[0] ?? '';
  const placeHolder =
    file.kind === 'compose'
      ? vscode.l10n.t('Which service do you want to debug the build of?')
      : vscode.l10n.t('Which target do you want to debug?');
  return await vscode.window.showQuickPick([...names], { placeHolder });
}
