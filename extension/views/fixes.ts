import * as vscode from 'vscode';
import type { ProblemEvent } from '../../debug-adapter/contract.js';
import type { SessionEvent } from '../debug/sessions.js';

type Fix = NonNullable<ProblemEvent['fix']>;

/** Offers what a build said would mend a problem, as a quick fix on the problem's line. */
export class Fixes implements vscode.CodeActionProvider, vscode.Disposable {
  /** By the Dockerfile whose build said so. */
  readonly #known = new Map<string, ProblemEvent[]>();
  readonly #subscriptions: vscode.Disposable;

  constructor(events: vscode.Event<SessionEvent>, selector: vscode.DocumentSelector) {
    this.#subscriptions = vscode.Disposable.from(
      events(({ event }) => {
        if (event.kind === 'problem') this.#add(event.body);
        if (event.kind === 'build' && event.body.status === 'started') this.#known.delete(event.body.path);
      }),
      vscode.languages.registerCodeActionsProvider(selector, this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
    );
  }

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const here = (this.#known.get(document.uri.fsPath) ?? []).filter(
      ({ line, endLine }) => range.start.line <= endLine - 1 && range.end.line >= line - 1,
    );
    return here.flatMap(({ fix, code }) => {
      if (fix === undefined) return [];
      const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
      action.diagnostics = context.diagnostics.filter((each) => each.code === code);
      action.edit = editOf(fix);
      action.isPreferred = true;
      return [action];
    });
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#known.clear();
  }

  #add(problem: ProblemEvent): void {
    if (problem.fix !== undefined) this.#known.set(problem.path, [...(this.#known.get(problem.path) ?? []), problem]);
  }
}

function editOf({ path, line, endLine, text }: Fix): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  const uri = vscode.Uri.file(path);
  if (endLine < line) edit.insert(uri, new vscode.Position(line - 1, 0), `${text}\n`);
  else edit.replace(uri, new vscode.Range(line - 1, 0, endLine - 1, Number.MAX_SAFE_INTEGER), text);
  return edit;
}
