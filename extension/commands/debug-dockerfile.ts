import * as vscode from 'vscode';
import { configurationFor } from '../debug/launch-configuration.js';
import { launchEntry } from '../debug/launch-entry.js';
import { pickDockerfile } from '../files/pick.js';

/** Debugs a Dockerfile, or one stage of it, as its entry in launch.json says, if it has one. */
export async function debugDockerfile(file: unknown, target: unknown): Promise<void> {
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
