import * as vscode from 'vscode';
import { parseDockerfile } from '../../debug-adapter/dockerfile/parse.js';
import type { Dockerfile } from '../../debug-adapter/dockerfile/model.js';
import { chooseContext } from './build-context.js';
import { copySources } from './copy-sources.js';
import { dockerfileGlob, isDockerfileName, notOurs } from './dockerfile-names.js';

const languageId = 'dockerfile';

/** More Dockerfiles than this are not offered. */
const mostFiles = 200;

/** Documents that language features are for. */
export const dockerfileDocuments: vscode.DocumentSelector = { scheme: 'file', language: languageId };

/** Whether a document is a Dockerfile, by its language or its name. */
export function isDockerfile(document: vscode.TextDocument): boolean {
  return document.languageId === languageId || isDockerfileName(document.uri.path);
}

/** The Dockerfile that the user looks at: in the active editor, else the only one in a visible editor. */
export function dockerfileInView(): vscode.Uri | undefined {
  const active = vscode.window.activeTextEditor?.document;
  if (active !== undefined && isDockerfile(active)) {
    return active.uri;
  }
  const visible = vscode.window.visibleTextEditors.map(({ document }) => document).filter(isDockerfile);
  const uris = new Map(visible.map(({ uri }) => [uri.toString(), uri]));
  return uris.size === 1 ? [...uris.values()][0] : undefined;
}

/** All Dockerfiles of the workspace, or of one folder of it, those nearest to the top first. */
export async function findDockerfiles(
  folder?: vscode.WorkspaceFolder,
  token?: vscode.CancellationToken,
): Promise<readonly vscode.Uri[]> {
  const include = folder === undefined ? dockerfileGlob : new vscode.RelativePattern(folder, dockerfileGlob);
  const found = await vscode.workspace.findFiles(include, notOurs, mostFiles, token);
  const depth = (uri: vscode.Uri): number => uri.path.split('/').length;
  return found
    .filter((uri) => isDockerfileName(uri.path))
    .sort((a, b) => depth(a) - depth(b) || a.path.localeCompare(b.path));
}

/** The Dockerfile as data: as it stands in the editor, unsaved changes included, else as it is on the disk. */
export async function readDockerfile(uri: vscode.Uri): Promise<Dockerfile> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  const text = open?.getText() ?? new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  return parseDockerfile(text);
}

/** The build context that is meant when the launch configuration names none. See `chooseContext`. */
export async function contextOf(dockerfile: vscode.Uri): Promise<string> {
  return await chooseContext({
    dockerfile: dockerfile.fsPath,
    workspaceFolder: vscode.workspace.getWorkspaceFolder(dockerfile)?.uri.fsPath,
    sources: copySources(await readDockerfile(dockerfile)),
    exists: async (path) => await exists(vscode.Uri.file(path)),
  });
}

/** Whether there is a file or folder. */
export async function exists(uri: vscode.Uri): Promise<boolean> {
  return await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
