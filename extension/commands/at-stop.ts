import * as vscode from 'vscode';
import type { StateName } from '../../debug-adapter/contract.js';
import { field } from '../debug/shape.js';
import { clickedFocus, focusOf } from '../debug/focus.js';
import { customRequest, type Sessions } from '../debug/sessions.js';
import { UserError } from '../user-error.js';

/** Opens a terminal in the state on screen; the adapter asks VS Code for it. */
export async function openShell(sessions: Sessions, context: unknown): Promise<void> {
  const session = activeSession(sessions);
  const focus = (await clickedFocus(session, context)) ?? focusOf(session);
  const answer = await customRequest(session, 'dockerfile/openShell', focus);
  const title = field(answer, 'title');
  if (typeof title === 'string') {
    vscode.window.setStatusBarMessage(vscode.l10n.t('Shell in {0}', title), 5000);
  }
}

/** Looks at the named state of a failed step, or at the other one. */
export async function setState(sessions: Sessions, wanted?: StateName): Promise<void> {
  const session = activeSession(sessions);
  const now = sessions.state;
  if (now === undefined || now.available.length < 2) {
    throw new UserError(
      vscode.l10n.t('There is only one state to look at here.'),
      vscode.l10n.t('After a step has failed you can switch between the state before it and the one it left.'),
    );
  }
  const state = wanted ?? (now.state === 'failed' ? 'initial' : 'failed');
  await customRequest(session, 'dockerfile/setState', { threadId: now.threadId, state });
}

/** Runs the command of the step at which the build stands once more; answers what the debug console shows of it. */
export async function rerunStep(sessions: Sessions): Promise<string> {
  const session = activeSession(sessions);
  const { frameId } = focusOf(session);
  const args = { expression: ':rerun', context: 'repl', ...(frameId !== undefined && { frameId }) };
  const answer: unknown = await session.customRequest('evaluate', args);
  const result = field(answer, 'result');
  if (typeof result !== 'string') return '';
  vscode.debug.activeDebugConsole.appendLine(result);
  return result;
}

/** Builds again from the edited files, on the warm cache: VS Code's own restart. */
export async function restartBuild(sessions: Sessions): Promise<void> {
  activeSession(sessions);
  await vscode.commands.executeCommand('workbench.action.debug.restart');
}

/** The session that is looked at, or words that there is none. */
export function activeSession(sessions: Sessions): vscode.DebugSession {
  const session = sessions.active;
  if (session === undefined) {
    throw new UserError(
      vscode.l10n.t('No Dockerfile is being debugged.'),
      vscode.l10n.t('Open one and press F5 first.'),
    );
  }
  return session;
}
