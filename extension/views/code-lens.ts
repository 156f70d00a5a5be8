import * as vscode from 'vscode';
import { parseDockerfile } from '../../debug-adapter/dockerfile/parse.js';
import { stageName } from '../files/pick.js';
import { onSettings, readSettings } from '../settings.js';

/** `Debug` above each stage of a Dockerfile: builds up to that stage. */
export class StageCodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription = onSettings(['codeLens'], () => this.#changed.fire());

  readonly onDidChangeCodeLenses = this.#changed.event;

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (document.uri.scheme !== 'file' || !readSettings(document.uri).codeLens) {
      return [];
    }
    const { stages } = parseDockerfile(document.getText());
    return stages.flatMap((stage, index) => {
      const line = stage.instructions[0]?.startLine;
      if (line === undefined) {
        return [];
      }
      const name = stageName(stage);
      const last = index === stages.length - 1;
      const command = {
        title: last ? vscode.l10n.t('$(debug-alt) Debug') : vscode.l10n.t('$(debug-alt) Debug stage {0}', name),
        command: 'dockerfileDebugger.debug',
        arguments: last ? [document.uri] : [document.uri, name],
      };
      return [new vscode.CodeLens(new vscode.Range(line - 1, 0, line - 1, 0), command)];
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }
}
