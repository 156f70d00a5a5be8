import * as vscode from 'vscode';
import type { ArgumentEvent } from '../../debug-adapter/contract.js';
import { customRequest, type Sessions } from '../debug/sessions.js';
import { answering } from '../report.js';

/** A build argument that was changed at a stop holds there only: offers to build with it. */
export function argumentOffers(sessions: Sessions, log: vscode.LogOutputChannel): vscode.Disposable {
  return sessions.onEvent(({ session, event }) => {
    if (event.kind === 'argument') void answering(log, async () => await offer(session, event.body));
  });
}

async function offer(session: vscode.DebugSession, { name, value }: ArgumentEvent): Promise<void> {
  const restart = vscode.l10n.t('Restart with it');
  const text = vscode.l10n.t('{0}={1} holds at this stop only.', name, value);
  if ((await vscode.window.showInformationMessage(text, restart)) === restart) {
    await customRequest(session, 'dockerfile/restartWith', { buildArgs: { [name]: value } });
  }
}
