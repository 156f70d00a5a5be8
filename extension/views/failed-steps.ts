import * as vscode from 'vscode';
import { parseDockerfile } from '../../debug-adapter/dockerfile/parse.js';
import { hasCommands } from '../../debug-adapter/dockerfile/run.js';
import type { Sessions } from '../debug/sessions.js';
import type { GutterMarks } from './gutter.js';

/** A step that failed in the build that stands at a failed step. */
export interface FailedStep {
  /** Where it is in the editor. */
  readonly range: vscode.Range;
  /** Line of the Dockerfile as it is built, from 1. */
  readonly builtLine: number;
}

/** What failed while the build stands at it; those who show it are told of changes. */
export interface FailedSteps extends vscode.Disposable {
  readonly in: (document: vscode.TextDocument) => readonly FailedStep[];
  readonly onDidChange: vscode.Event<void>;
}

/**
 * VS Code waits before it asks for code lenses again, and forgets to if its exception box takes the focus meanwhile:
 * so long after a change it is told once more, in milliseconds.
 */
const tellAgainMs = 1000;

/** Knows the steps that can be run again. */
export function failedSteps(sessions: Sessions, gutter: GutterMarks): FailedSteps {
  const changed = new vscode.EventEmitter<void>();
  let [told, timer]: [string, NodeJS.Timeout | undefined] = ['', undefined];
  const find = ({ uri }: vscode.TextDocument): readonly FailedStep[] =>
    sessions.state?.available.includes('failed') === true ? failedIn(gutter, uri) : [];
  const look = (): void => {
    const now = JSON.stringify(vscode.workspace.textDocuments.map(find));
    if (now === told) return;
    told = now;
    changed.fire();
    clearTimeout(timer);
    timer = setTimeout(() => changed.fire(), tellAgainMs);
  };
  const subscriptions = vscode.Disposable.from(changed, sessions.onDidChange(look), gutter.onDidPaint(look));
  return {
    onDidChange: changed.event,
    in: find,
    dispose: () => {
      clearTimeout(timer);
      subscriptions.dispose();
    },
  };
}

function failedIn(gutter: GutterMarks, uri: vscode.Uri): readonly FailedStep[] {
  return gutter.marks(uri.fsPath).flatMap(({ span, steps }) => {
    const failed = steps.find(({ status }) => status === 'failed');
    const range = new vscode.Range(span.start, 0, span.end, Number.MAX_SAFE_INTEGER);
    return failed === undefined ? [] : [{ range, builtLine: failed.line }];
  });
}

/** `Retry | Run without cache | Open shell | Step into` above the instruction at which the build has failed. */
export function failedStepLenses(steps: FailedSteps, selector: vscode.DocumentSelector): vscode.Disposable {
  return vscode.languages.registerCodeLensProvider(selector, {
    onDidChangeCodeLenses: steps.onDidChange,
    provideCodeLenses: (document) => {
      const failed = steps.in(document);
      return failed.flatMap(({ range, builtLine }) => [
        lens(range, vscode.l10n.t('$(refresh) Retry'), 'retryStep', { builtLine }),
        lens(range, vscode.l10n.t('$(flame) Run without cache'), 'forceStep', { builtLine }),
        // A shell opens where the build stands; of several failed steps that is one.
        ...(failed.length === 1 ? [lens(range, vscode.l10n.t('$(terminal) Open shell'), 'openShell')] : []),
        ...(failed.length === 1 && canStepInto(document, range) ? [stepInto(range)] : []),
      ]);
    },
  });
}

function canStepInto(document: vscode.TextDocument, { start }: vscode.Range): boolean {
  const { instructions } = parseDockerfile(document.getText());
  return instructions.some((each) => each.startLine === start.line + 1 && hasCommands(each));
}

/** VS Code's own, where it is looked for. */
function stepInto(range: vscode.Range): vscode.CodeLens {
  const place = new vscode.Range(range.start, range.start);
  const title = vscode.l10n.t('$(debug-step-into) Step into its commands');
  return new vscode.CodeLens(place, { title, command: 'workbench.action.debug.stepInto' });
}

/** The same on the failed line's entry in Problems. */
export function failedStepFixes(steps: FailedSteps, selector: vscode.DocumentSelector): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    provideCodeActions: (document, range, { diagnostics }) =>
      steps
        .in(document)
        .filter((step) => step.range.intersection(range) !== undefined)
        .flatMap(({ range: failed, builtLine }) => {
          const own = diagnostics.filter((each) => failed.contains(each.range.start));
          return [
            action(vscode.l10n.t('Retry step'), 'retryStep', builtLine, own),
            action(vscode.l10n.t('Run step without cache'), 'forceStep', builtLine, own),
          ];
        }),
  };
  return vscode.languages.registerCodeActionsProvider(selector, provider, {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  });
}

function lens(range: vscode.Range, title: string, command: string, ...args: readonly object[]): vscode.CodeLens {
  const place = new vscode.Range(range.start, range.start);
  return new vscode.CodeLens(place, { title, command: `dockerfileDebugger.${command}`, arguments: [...args] });
}

function action(
  title: string,
  command: string,
  builtLine: number,
  diagnostics: readonly vscode.Diagnostic[],
): vscode.CodeAction {
  const result = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  result.command = { title, command: `dockerfileDebugger.${command}`, arguments: [{ builtLine }] };
  result.diagnostics = [...diagnostics];
  return result;
}
