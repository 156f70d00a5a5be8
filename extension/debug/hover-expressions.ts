import * as vscode from 'vscode';
import { expressionAt } from './expression-at.js';

/** Says what a hover evaluates while the build stands still: variables, stages and paths, never plain words. */
export const hoverExpressions: vscode.EvaluatableExpressionProvider = {
  provideEvaluatableExpression(document, position) {
    const found = expressionAt(document.lineAt(position.line).text, position.character);
    if (found === undefined) {
      return undefined;
    }
    const range = new vscode.Range(position.line, found.start, position.line, found.end);
    return new vscode.EvaluatableExpression(range, found.text);
  },
};
