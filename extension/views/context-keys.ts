import * as vscode from 'vscode';
import type { Sessions } from '../debug/sessions.js';
import { section } from '../settings.js';

/** Keeps the context keys that package.json shows and hides commands by: `dockerfileDebugger.state`. */
export function contextKeys(sessions: Sessions): vscode.Disposable {
  let shown = '';
  return sessions.onDidChange(() => {
    const now = sessions.state;
    const value = now === undefined || now.available.length < 2 ? '' : now.state;
    if (value !== shown) {
      shown = value;
      void vscode.commands.executeCommand('setContext', `${section}.state`, value);
    }
  });
}
