import * as vscode from 'vscode';
import type { Stage } from '../../debug-adapter/dockerfile/model.js';
import { UserError } from '../user-error.js';
import { dockerfileInView, findDockerfiles, readDockerfile } from './workspace.js';

/** The Dockerfile that is meant when nobody named one; asks when there are several. `undefined`: the user chose none. */
export async function pickDockerfile(folder?: vscode.WorkspaceFolder): Promise<vscode.Uri | undefined> {
  const inView = dockerfileInView();
  if (inView !== undefined) {
    return inView;
  }
  const found = await findDockerfiles(folder);
  if (found.length === 0) {
    throw new UserError(
      vscode.l10n.t('There is no Dockerfile here.'),
      vscode.l10n.t('Open one, or a folder that has one, and press F5 again.'),
    );
  }
  return found.length === 1 ? found[0] : await ask(found);
}

/** Asks for a stage of the Dockerfile in view: `${command:pickTarget}` in launch.json. */
export async function pickTarget(): Promise<string | undefined> {
  const uri = await pickDockerfile();
  if (uri === undefined) {
    return undefined;
  }
  const { stages } = await readDockerfile(uri);
  const items = stages.map((stage) => ({ label: stageName(stage), description: `FROM ${stage.base}` })).reverse();
  const picked = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Stage to build') });
  return picked?.label;
}

/** What `--target` calls a stage. */
export function stageName(stage: Stage): string {
  return stage.name ?? String(stage.index);
}

async function ask(uris: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> {
  const items = uris.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Which Dockerfile do you want to debug?'),
  });
  return picked?.uri;
}
