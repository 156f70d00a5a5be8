import { join } from 'node:path';
import * as vscode from 'vscode';
import { contextOf } from '../files/workspace.js';
import { debugType } from './debug-type.js';
import { field } from './shape.js';
import { isFolder } from './launch-configuration.js';

/** The first entry of launch.json for a Dockerfile: its build arguments, secrets … hold for our commands too. */
export function launchEntry(dockerfile: vscode.Uri): object | undefined {
  const entries: unknown = vscode.workspace.getConfiguration('launch', dockerfile).get('configurations');
  const top = vscode.workspace.getWorkspaceFolder(dockerfile)?.uri.fsPath ?? '';
  const isOfFile = (entry: unknown): boolean => {
    const path = field(entry, 'dockerfile');
    const named = typeof path === 'string' ? resolved(path, top) : join(top, 'Dockerfile');
    return field(entry, 'type') === debugType && named === dockerfile.fsPath;
  };
  const found: unknown = Array.isArray(entries) ? entries.find(isOfFile) : undefined;
  return typeof found === 'object' && found !== null ? found : undefined;
}

/** The folder that a Dockerfile is built with: what launch.json says, else what F5 without one takes. */
export async function buildContextOf(dockerfile: vscode.Uri): Promise<string | undefined> {
  const named = field(launchEntry(dockerfile), 'context');
  if (typeof named !== 'string') {
    return await contextOf(dockerfile);
  }
  const top = vscode.workspace.getWorkspaceFolder(dockerfile)?.uri.fsPath ?? '';
  return isFolder(named) ? resolved(named, top) : undefined;
}

/** A path of launch.json with the one variable that is known here. */
function resolved(path: string, top: string): string {
  const relative = path.replace(/^\$\{workspaceFolder(?::[^}]*)?\}[\\/]?/, '');
  return relative.startsWith('/') || /^[A-Za-z]:[\\/]/.test(relative) ? relative : join(top, relative);
}
