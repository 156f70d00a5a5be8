import * as vscode from 'vscode';
import type { Sessions } from '../debug/sessions.js';

/** Says in the status bar, while the build stands, that it is of a Dockerfile or of files that were edited since. */
export function editedStatus(sessions: Sessions): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('dockerfileDebugger.edited', vscode.StatusBarAlignment.Left, 9);
  item.name = vscode.l10n.t('Dockerfile: edited since the build began');
  item.text = vscode.l10n.t('$(sync) Edited: apply');
  item.command = 'dockerfileDebugger.applyEdits';
  item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
  const show = (): void => {
    const file = sessions.edited;
    if (file === undefined || !(vscode.debug.activeStackItem instanceof vscode.DebugStackFrame)) {
      item.hide();
      return;
    }
    const name = vscode.workspace.asRelativePath(file);
    item.tooltip = vscode.l10n.t('{0} was saved. Click to build with it and come back here.', name);
    item.show();
  };
  return vscode.Disposable.from(item, sessions.onDidChange(show), vscode.debug.onDidChangeActiveStackItem(show));
}
