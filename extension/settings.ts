import * as vscode from 'vscode';

/** How much is painted beside the lines of a Dockerfile while and after it is built. */
export type Marks = 'gutterAndDurations' | 'gutter' | 'off';

/** Whether our language server runs: `auto` leaves out what another Docker extension already offers. */
export type LanguageServerMode = 'auto' | 'on' | 'off';

/** The settings, read afresh each time: they are few and reading is cheap. */
export interface Settings {
  readonly builder: string;
  readonly toolbox: string;
  readonly marks: Marks;
  readonly codeLens: boolean;
  readonly languageServer: LanguageServerMode;
  readonly agents: boolean;
  readonly trace: boolean;
}

/** Prefix of all settings and commands. */
export const section = 'dockerfileDebugger';

/** Settings as they hold for a resource; without one, those of the window. */
export function readSettings(scope?: vscode.Uri): Settings {
  const window = vscode.workspace.getConfiguration(section, null);
  const values = scope === undefined ? window : vscode.workspace.getConfiguration(section, scope);
  return {
    builder: values.get<string>('builder', '').trim(),
    toolbox: values.get<string>('toolbox', '').trim(),
    marks: values.get<Marks>('marks', 'gutterAndDurations'),
    codeLens: values.get<boolean>('codeLens', true),
    languageServer: window.get<LanguageServerMode>('languageServer', 'auto'),
    agents: window.get<boolean>('agents', true),
    trace: window.get<boolean>('trace', false),
  };
}

/** Calls back when one of the named settings changed. */
export function onSettings(names: readonly (keyof Settings)[], changed: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (names.some((name) => event.affectsConfiguration(`${section}.${name}`))) {
      changed();
    }
  });
}
