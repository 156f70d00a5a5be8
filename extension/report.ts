import * as vscode from 'vscode';
import { messageOf, UserError } from './user-error.js';

/**
 * Runs what the user asked for; whatever goes wrong is said in words and logged once. The one door for errors. It does not
 * wait for the user to have read them.
 */
export async function answering(log: vscode.LogOutputChannel, task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (error instanceof UserError) {
      log.warn(error.message);
      void vscode.window.showErrorMessage(`${error.message} ${error.hint}`);
    } else {
      log.error(error instanceof Error ? error : String(error));
      void showUnexpected(log, error);
    }
  }
}

async function showUnexpected(log: vscode.LogOutputChannel, error: unknown): Promise<void> {
  const showLog = vscode.l10n.t('Show Log');
  const text = vscode.l10n.t('Dockerfile Debugger: {0}', messageOf(error));
  if ((await vscode.window.showErrorMessage(text, showLog)) === showLog) {
    log.show();
  }
}
