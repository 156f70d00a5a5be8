import * as vscode from 'vscode';
import type { ProblemEvent, StepEvent } from '../../debug-adapter/contract.js';
import type { SessionEvent } from '../debug/sessions.js';

/** Puts what a build has to say about a line into Problems, until the next build, or until the step passes; of one that was refused, until a file is saved. */
export class Problems implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('dockerfile-debugger');
  /** The Dockerfile that each session builds. */
  readonly #builds = new Map<string, string>();
  /** The files that the problems of a Dockerfile's build lie in: one may be in another file, such as .dockerignore. */
  readonly #files = new Map<string, Set<string>>();
  /** Those of builds that were asked for and did not begin, by the Dockerfile. */
  readonly #refused = new Map<string, readonly Placed[]>();
  readonly #subscriptions: vscode.Disposable;

  constructor(events: vscode.Event<SessionEvent>) {
    this.#subscriptions = vscode.Disposable.from(
      this.#collection,
      events((event) => this.#receive(event)),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => this.#saved(uri)),
      vscode.debug.onDidTerminateDebugSession(({ id }) => this.#builds.delete(id)),
    );
  }

  /** Takes all problems away. */
  clear(): void {
    this.#collection.clear();
    this.#files.clear();
    this.#refused.clear();
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #receive({ session, event }: SessionEvent): void {
    switch (event.kind) {
      case 'problem':
        this.#add(event.body, this.#builds.get(session.id) ?? event.body.path);
        return;
      case 'step':
        this.#passed(event.body);
        return;
      case 'build':
        if (event.body.status === 'started') {
          this.#builds.set(session.id, event.body.path);
          this.#forget(event.body.path);
        }
        return;
      case 'withdrawn':
        return this.#withdraw(event.body.path);
      case 'defined':
      case 'state':
      case 'saved':
      case 'argument':
        return;
    }
  }

  #add(problem: ProblemEvent, dockerfile: string): void {
    const uri = vscode.Uri.file(problem.path);
    const known = this.#collection.get(uri) ?? [];
    const next = diagnostic(problem);
    // What the build says that stands stays with that.
    if (problem.refused === true && !known.some((other) => isSame(other, next)))
      this.#refused.set(dockerfile, [...(this.#refused.get(dockerfile) ?? []), { uri, diagnostic: next }]);
    this.#collection.set(uri, [...known.filter((other) => !isSame(other, next)), next]);
    this.#files.set(dockerfile, (this.#files.get(dockerfile) ?? new Set<string>()).add(uri.toString()));
  }

  #passed(step: StepEvent): void {
    if (step.status !== 'done' && step.status !== 'cached') {
      return;
    }
    const uri = vscode.Uri.file(step.path);
    const known = this.#collection.get(uri) ?? [];
    const left = known.filter(
      ({ range, severity }) =>
        severity !== vscode.DiagnosticSeverity.Error ||
        range.end.line < step.line - 1 ||
        range.start.line > step.endLine - 1,
    );
    if (left.length < known.length) {
      this.#collection.set(uri, left);
    }
  }

  /** The Dockerfile, or another file that a build was refused for, is another one now. */
  #saved(saved: vscode.Uri): void {
    const name = saved.toString();
    for (const [dockerfile, placed] of this.#refused) {
      const isOfIt = vscode.Uri.file(dockerfile).toString() === name;
      if (isOfIt || placed.some(({ uri }) => uri.toString() === name)) this.#withdraw(dockerfile);
    }
  }

  #withdraw(dockerfile: string): void {
    for (const { uri, diagnostic: stale } of this.#refused.get(dockerfile) ?? []) {
      const known = this.#collection.get(uri) ?? [];
      const left = known.filter((other) => !isSame(other, stale));
      if (left.length < known.length) this.#collection.set(uri, left);
    }
    this.#refused.delete(dockerfile);
  }

  #forget(dockerfile: string): void {
    this.#refused.delete(dockerfile);
    for (const uri of this.#files.get(dockerfile) ?? []) {
      this.#collection.delete(vscode.Uri.parse(uri));
    }
    this.#files.delete(dockerfile);
  }
}

/** A diagnostic and the file that it is in. */
interface Placed {
  readonly uri: vscode.Uri;
  readonly diagnostic: vscode.Diagnostic;
}

function isSame(a: vscode.Diagnostic, b: vscode.Diagnostic): boolean {
  return a.range.isEqual(b.range) && a.message === b.message;
}

function diagnostic(problem: ProblemEvent): vscode.Diagnostic {
  const text = problem.hint === undefined ? problem.message : `${problem.message}\n${problem.hint}`;
  const severity = problem.severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const result = new vscode.Diagnostic(rangeOf(problem), text, severity);
  result.source = 'docker build';
  result.code =
    problem.url === undefined ? problem.code : { value: problem.code, target: vscode.Uri.parse(problem.url) };
  return result;
}

/** The whole lines, without the blanks at both ends if the text is at hand. */
function rangeOf({ path, line, endLine }: ProblemEvent): vscode.Range {
  const name = vscode.Uri.file(path).toString();
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === name);
  const whole = new vscode.Range(line - 1, 0, endLine - 1, Number.MAX_SAFE_INTEGER);
  if (document === undefined) {
    return whole;
  }
  const { start, end } = document.validateRange(whole);
  const from = document.lineAt(start.line).firstNonWhitespaceCharacterIndex;
  return new vscode.Range(start.line, from, end.line, document.lineAt(end.line).text.trimEnd().length);
}
