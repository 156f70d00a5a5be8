import * as vscode from 'vscode';
import type { AgainArguments } from '../../debug-adapter/contract.js';
import { field } from '../debug/shape.js';
import { clickedFocus, focusOf } from '../debug/focus.js';
import { customRequest, type Sessions } from '../debug/sessions.js';
import type { GutterMarks } from '../views/gutter.js';
import { activeSession } from './at-stop.js';

/** What the commands look at. */
interface Parts {
  readonly sessions: Sessions;
  readonly gutter: GutterMarks;
}

/** Runs a step for real with the files as they are now, or without the cache, and goes on. */
export async function runAgain({ sessions, gutter }: Parts, force: boolean, args: readonly unknown[]): Promise<void> {
  const session = activeSession(sessions);
  const line = args.map((arg) => builtLine(gutter, arg)).find((known) => known !== undefined);
  const focus: Partial<AgainArguments> =
    line === undefined ? ((await clickedFocus(session, args.at(-1))) ?? focusOf(session)) : { line };
  await saveEditors();
  const answer = await customRequest(session, 'dockerfile/again', { ...focus, force });
  const title = field(answer, 'title');
  if (typeof title !== 'string') return;
  const text = force
    ? vscode.l10n.t('{0} runs without the cache', title)
    : vscode.l10n.t('{0} runs again, with the files as they are now', title);
  vscode.window.setStatusBarMessage(text, 5000);
}

/** Takes what was edited, and comes back to the instruction, or to the first edited one before it. */
export async function applyEdits(sessions: Sessions): Promise<void> {
  const session = activeSession(sessions);
  await saveEditors();
  await customRequest(session, 'dockerfile/apply', {});
}

/**
 * The line that was clicked, as the Dockerfile was when it was built: `{ builtLine }` from a code lens or quick fix,
 * `{ uri, lineNumber }` from the menu of a line number.
 */
function builtLine(gutter: GutterMarks, clicked: unknown): number | undefined {
  const known = field(clicked, 'builtLine');
  if (typeof known === 'number') return known;
  const [uri, lineNumber] = [field(clicked, 'uri'), field(clicked, 'lineNumber')];
  if (!(uri instanceof vscode.Uri) || typeof lineNumber !== 'number') return undefined;
  return gutter.builtLine(uri.fsPath, lineNumber - 1) ?? lineNumber;
}

/** As VS Code does before it starts a session, unless the user does not want that. */
async function saveEditors(): Promise<void> {
  const wanted = vscode.workspace.getConfiguration('debug').get<string>('saveBeforeStart');
  if (wanted !== 'none') await vscode.workspace.saveAll(false);
}
