import { basename } from 'node:path';
import * as vscode from 'vscode';
import { stageName } from '../files/pick.js';
import { findDockerfiles, readDockerfile } from '../files/workspace.js';
import { definedConfigurations } from './defined-configuration.js';
import { configurationFor } from './launch-configuration.js';

/**
 * Offers one configuration for each Dockerfile of a folder, one for each named stage before the last, and one for each
 * service of its Compose files and each target of its Bake files.
 */
export const dynamicConfigurations: vscode.DebugConfigurationProvider = {
  async provideDebugConfigurations(folder, token) {
    const files = await findDockerfiles(folder, token);
    const own = (await Promise.all(files.map((uri) => configurationsOf(uri)))).flat();
    return [...own, ...(await definedConfigurations(folder, token))];
  },
};

async function configurationsOf(uri: vscode.Uri): Promise<readonly vscode.DebugConfiguration[]> {
  const path = vscode.workspace.asRelativePath(uri);
  const whole = configurationFor(uri.fsPath, vscode.l10n.t('Debug {0}', path));
  const { stages } = await readDockerfile(uri);
  const inner = stages
    .slice(0, -1)
    .filter((stage) => stage.name !== undefined)
    .map(stageName)
    .map((stage) => configurationFor(uri.fsPath, vscode.l10n.t('Debug {0}: {1}', path, stage), stage));
  return [whole, ...inner];
}

/** Fills a new launch.json: what F5 does, written down. */
export const initialConfigurations: vscode.DebugConfigurationProvider = {
  async provideDebugConfigurations(folder) {
    const files = await findDockerfiles(folder);
    const names = files.length === 0 ? ['Dockerfile'] : files.slice(0, 10).map((uri) => relative(uri, folder));
    return names.map((name) => ({
      ...configurationFor(`\${workspaceFolder}/${name}`, vscode.l10n.t('Debug {0}', name)),
    }));
  },
};

function relative(uri: vscode.Uri, folder: vscode.WorkspaceFolder | undefined): string {
  return folder === undefined ? basename(uri.path) : uri.path.slice(folder.uri.path.length + 1);
}
