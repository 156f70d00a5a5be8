import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { DefinitionKind } from '../../debug-adapter/definitions/file-names.js';
import { buildsOf, type DefinitionFile, findDefinitions, pickBuild } from '../files/definitions.js';
import { debugType } from './debug-type.js';
import { pathOf, textOf } from './launch-configuration.js';
import { field } from './shape.js';

type Configuration = vscode.DebugConfiguration;

/** A complete configuration for one build of a Compose or Bake file; without a name for the only one. */
export function definedConfiguration({ kind, uri }: DefinitionFile, build: string): Configuration {
  const path = vscode.workspace.asRelativePath(uri);
  const name = build === '' ? path : `${path}: ${build}`;
  const which = build === '' ? {} : { [kind === 'compose' ? 'service' : 'bakeTarget']: build };
  return { type: debugType, request: 'launch', name, [kind]: uri.fsPath, ...which };
}

/** Asks for the build of a file if it has several; undefined: none was chosen. */
export async function askForBuild(file: DefinitionFile): Promise<Configuration | undefined> {
  const build = await pickBuild(file);
  return build === undefined ? undefined : definedConfiguration(file, build);
}

const kinds = ['compose', 'bake', 'record'] as const;

function kindOf(configuration: Configuration): DefinitionKind | undefined {
  return kinds.find((kind) => field(configuration, kind) !== undefined);
}

/** Whether the adapter finds out what is built: from a Compose or Bake file, or a record. */
export function isDefined(configuration: Configuration): boolean {
  return kindOf(configuration) !== undefined;
}

/** Makes paths absolute, and asks which build is meant if the file has several; undefined: none was chosen. */
export async function completeDefined(
  given: Configuration,
  top: string | undefined,
): Promise<Configuration | undefined> {
  const kind = kindOf(given) ?? 'compose';
  const path = pathOf(given, kind, textOf(given, 'cwd') ?? top ?? '');
  // Several files, or a folder, are for the adapter to read.
  if (path === undefined) return { ...given, cwd: textOf(given, 'cwd') ?? top };
  // Paths in a Bake file start where bake is run.
  const cwd = textOf(given, 'cwd') ?? (kind === 'bake' ? dirname(path) : (top ?? dirname(path)));
  const found = { ...given, cwd, [kind]: path };
  const which = kind === 'compose' ? 'service' : 'bakeTarget';
  if (textOf(given, which) !== undefined || !/\.(?:ya?ml|hcl|json)$/i.test(path)) return found;
  const build = await pickBuild({ kind, uri: vscode.Uri.file(path) });
  if (build === undefined) return undefined;
  return build === '' ? found : { ...found, [which]: build };
}

/** One configuration for each service or target in a folder. */
export async function definedConfigurations(
  folder: vscode.WorkspaceFolder | undefined,
  token?: vscode.CancellationToken,
): Promise<readonly Configuration[]> {
  const files = await findDefinitions(folder, token);
  const all = files.map(async (file) => {
    // A file that cannot be read offers nothing here; launched, it says why.
    const builds = await buildsOf(file).catch((): readonly string[] => []);
    return (file.kind === 'record' ? [''] : builds).map((build) => definedConfiguration(file, build));
  });
  return (await Promise.all(all)).flat();
}
