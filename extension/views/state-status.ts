import * as vscode from 'vscode';
import type { Sessions } from '../debug/sessions.js';

/** Says in the status bar which state of a failed step is looked at; a click switches it. */
export function stateStatus(sessions: Sessions): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('dockerfileDebugger.state', vscode.StatusBarAlignment.Left, 10);
  item.name = vscode.l10n.t('Dockerfile: state on screen');
  item.command = 'dockerfileDebugger.switchState';
  item.tooltip = vscode.l10n.t('Shells, variables and files show this state of the failed step. Click to switch.');
  const changed = sessions.onDidChange(() => {
    const now = sessions.state;
    if (now === undefined || now.available.length < 2) {
      item.hide();
      return;
    }
    item.text =
      now.state === 'failed'
        ? vscode.l10n.t('$(error) State: as the step failed')
        : vscode.l10n.t('$(history) State: before the step');
    item.show();
  });
  return vscode.Disposable.from(item, changed);
}
