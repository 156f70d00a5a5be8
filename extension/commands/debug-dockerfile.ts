import * as vscode from 'vscode';
import { configurationFor } from '../debug/launch-configuration.js';
import { askForBuild } from '../debug/defined-configuration.js';
import { launchEntry } from '../debug/launch-entry.js';
import { definitionAt, type DefinitionFile, definitionInView } from '../files/definitions.js';
import { pickDockerfile } from '../files/pick.js';

/** Debugs a Dockerfile, or one stage of it, as its entry in launch.json says, if it has one. */
export async function debugDockerfile(file: unknown, target: unknown): Promise<void> {
  const definition = file instanceof vscode.Uri ? definitionAt(file) : definitionInView();
  if (definition !== undefined) {
    await debugDefined(definition);
    return;
  }
  const uri = file instanceof vscode.Uri ? file : await pickDockerfile();
  if (uri === undefined) {
    return;
  }
  const path = vscode.workspace.asRelativePath(uri);
  const stage = typeof target === 'string' ? target : undefined;
  const name = stage === undefined ? path : `${path}: ${stage}`;
  await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(uri), {
    internalConsoleOptions: 'openOnSessionStart',
    ...launchEntry(uri),
    ...configurationFor(uri.fsPath, name, stage),
  });
}

/** Debugs a build of a Compose or Bake file; asks which, if it has several. */
async function debugDefined(file: DefinitionFile): Promise<void> {
  const configuration = await askForBuild(file);
  if (configuration === undefined) {
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(file.uri);
  await vscode.debug.startDebugging(folder, { internalConsoleOptions: 'openOnSessionStart', ...configuration });
}
