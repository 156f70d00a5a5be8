import * as vscode from 'vscode';
import type { Sessions } from '../debug/sessions.js';
import { section } from '../settings.js';

/** Keeps the context keys that package.json shows and hides commands by: `dockerfileDebugger.state`, `….edited`. */
export function contextKeys(sessions: Sessions): vscode.Disposable {
  const shown = new Map<string, string | boolean>();
  const show = (name: string, value: string | boolean): void => {
    if (shown.get(name) === value) return;
    shown.set(name, value);
    void vscode.commands.executeCommand('setContext', `${section}.${name}`, value);
  };
  return sessions.onDidChange(() => {
    const now = sessions.state;
    show('state', now === undefined || now.available.length < 2 ? '' : now.state);
    show('edited', sessions.edited !== undefined);
  });
}
