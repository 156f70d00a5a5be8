import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { definitionInView } from '../files/definitions.js';
import { pickDockerfile } from '../files/pick.js';
import { contextOf, exists } from '../files/workspace.js';
import { answering } from '../report.js';
import { readSettings } from '../settings.js';
import { UserError } from '../user-error.js';
import { askForBuild, completeDefined, isDefined } from './defined-configuration.js';
import {
  argsNameContext,
  argsNameDockerfile,
  configurationFor,
  isEmpty,
  isFolder,
  pathOf,
  textOf,
  withSettings,
} from './launch-configuration.js';

type Configuration = vscode.DebugConfiguration;
type Folder = vscode.WorkspaceFolder | undefined;

/** Completes launch configurations, so that F5 on a Dockerfile needs none. */
export class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly logFolder: vscode.Uri,
  ) {}

  /** Without a launch.json: the Dockerfile in view, else the only one, else the one that the user picks. */
  async resolveDebugConfiguration(folder: Folder, configuration: Configuration): Promise<Configuration | undefined> {
    return await this.#answer(async () => {
      if (!isEmpty(configuration)) {
        return configuration;
      }
      const internalConsoleOptions = 'openOnSessionStart';
      const file = definitionInView();
      if (file !== undefined) {
        const defined = await askForBuild(file);
        return defined && { ...configuration, ...defined, internalConsoleOptions };
      }
      const uri = await pickDockerfile(folder);
      if (uri === undefined) {
        return undefined;
      }
      const name = vscode.workspace.asRelativePath(onDisk(uri));
      return { ...configuration, ...configurationFor(uri.fsPath, name), internalConsoleOptions };
    });
  }

  /** Makes paths absolute, finds what is left out, and refuses a Dockerfile that is not there. */
  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: Folder,
    configuration: Configuration,
  ): Promise<Configuration | undefined> {
    return await this.#answer(async () => {
      const completed = await this.#complete(folder, configuration);
      if (completed === undefined) {
        return undefined;
      }
      const scope = completed.uri ?? folder?.uri;
      const traceFile = vscode.Uri.joinPath(this.logFolder, `trace-${Date.now()}.log`).fsPath;
      const settings = readSettings(scope);
      if (settings.trace) {
        await vscode.workspace.fs.createDirectory(this.logFolder);
        this.log.info(vscode.l10n.t('What the debugger and the engine say to each other goes to {0}', traceFile));
      }
      return withSettings(completed.configuration, settings, traceFile);
    });
  }

  async #complete(
    folder: Folder,
    given: Configuration,
  ): Promise<{ configuration: Configuration; uri?: vscode.Uri } | undefined> {
    const top = folder?.uri.fsPath ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    if (isDefined(given)) {
      const configuration = await completeDefined(given, top);
      return configuration && { configuration };
    }
    const cwd = textOf(given, 'cwd') ?? top;
    const context = textOf(given, 'context');
    const withCwd = cwd === undefined ? given : { ...given, cwd };
    if (argsNameDockerfile(given) || (context !== undefined && !isFolder(context))) {
      return { configuration: withCwd };
    }
    const uri = await this.#dockerfile(folder, given, cwd ?? '');
    if (uri === undefined) {
      return undefined;
    }
    const found = { ...withCwd, cwd: cwd ?? dirname(uri.fsPath), dockerfile: uri.fsPath };
    const configuration =
      context !== undefined || argsNameContext(given) ? found : { ...found, context: await this.#context(uri) };
    return { configuration, uri };
  }

  async #dockerfile(folder: Folder, given: Configuration, cwd: string): Promise<vscode.Uri | undefined> {
    const named = pathOf(given, 'dockerfile', cwd);
    if (named !== undefined) {
      return await existing(vscode.Uri.file(named));
    }
    const context = pathOf(given, 'context', cwd);
    const usual = vscode.Uri.file(join(context ?? cwd, 'Dockerfile'));
    return context !== undefined || (await exists(usual)) ? await existing(usual) : await pickDockerfile(folder);
  }

  async #context(uri: vscode.Uri): Promise<string> {
    const context = await contextOf(uri);
    this.log.info(
      vscode.l10n.t('Build context of {0}: {1} (set "context" in launch.json to choose another)', uri.fsPath, context),
    );
    return context;
  }

  async #answer(task: () => Promise<Configuration | undefined>): Promise<Configuration | undefined> {
    let result: Configuration | undefined;
    await answering(this.log, async () => {
      result = await task();
    });
    return result;
  }
}

async function existing(uri: vscode.Uri): Promise<vscode.Uri> {
  if (!(await exists(uri))) {
    throw new UserError(
      vscode.l10n.t('The Dockerfile {0} does not exist.', uri.fsPath),
      vscode.l10n.t('Correct "dockerfile" or "context" in launch.json.'),
    );
  }
  return uri;
}

function onDisk(uri: vscode.Uri): vscode.Uri {
  if (uri.scheme !== 'file') {
    throw new UserError(
      vscode.l10n.t('This Dockerfile is not a file on the disk yet.'),
      vscode.l10n.t('Save it, and start again.'),
    );
  }
  return uri;
}
