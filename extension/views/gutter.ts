import * as vscode from 'vscode';
import type { StepEvent } from '../../debug-adapter/contract.js';
import type { SessionEvent } from '../debug/sessions.js';
import { readSettings, type Marks, onSettings } from '../settings.js';
import { byLine, type FileMarks, type LineMark, noMarks, type Status, withEdit, withStep } from './marks.js';
import { durationText, sizeText } from './wording.js';

const statuses = ['waiting', 'running', 'cached', 'done', 'failed', 'skipped'] as const;

/** Painting waits this long for further events: a build sends many at once. */
const paintDelayMs = 40;

/** Shorter than this is not worth a text at the end of the line. */
const worthSayingMs = 100;

/** Paints what each instruction is doing, in the gutter and after its first line, until the next build. */
export class GutterMarks implements vscode.Disposable {
  readonly #files = new Map<string, FileMarks>();
  readonly #types: ReadonlyMap<Status, vscode.TextEditorDecorationType>;
  readonly #painted = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;

  /** The marks are painted as they are now. */
  readonly onDidPaint = this.#painted.event;

  constructor(extensionUri: vscode.Uri, events: vscode.Event<SessionEvent>) {
    this.#types = new Map(statuses.map((status) => [status, decorationType(extensionUri, status)]));
    this.#subscriptions = vscode.Disposable.from(
      this.#painted,
      ...this.#types.values(),
      events(({ event }) => this.#receive(event)),
      vscode.workspace.onDidChangeTextDocument((change) => this.#edited(change)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#paintSoon()),
      onSettings(['marks'], () => this.#paintSoon()),
    );
  }

  /** Takes all marks away. */
  clear(): void {
    this.#files.clear();
    this.#paintSoon();
  }

  /** The marks of a Dockerfile as they are painted now. */
  marks(path: string): readonly LineMark[] {
    return byLine(this.#files.get(key(path)) ?? noMarks);
  }

  /** The line, from 1, that an instruction had when it was built, by a line of it in the editor, from 0. */
  builtLine(path: string, line: number): number | undefined {
    const here = this.marks(path).find(({ span }) => span.start <= line && span.end >= line);
    return here?.steps[0]?.line;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscriptions.dispose();
  }

  #receive(event: SessionEvent['event']): void {
    if (event.kind === 'build' && event.body.status === 'started') {
      this.#files.set(key(event.body.path), noMarks);
    } else if (event.kind === 'step') {
      const path = key(event.body.path);
      this.#files.set(path, withStep(this.#files.get(path) ?? noMarks, event.body));
    } else {
      return;
    }
    this.#paintSoon();
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const path = key(document.uri.fsPath);
    const file = this.#files.get(path);
    if (file === undefined || contentChanges.length === 0) {
      return;
    }
    const edits = contentChanges.map(({ range, text }) => ({
      startLine: range.start.line,
      endLine: range.end.line,
      endCharacter: range.end.character,
      text,
    }));
    this.#files.set(path, edits.reduce(withEdit, file));
    this.#paintSoon();
  }

  #paintSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const editor of vscode.window.visibleTextEditors) {
        this.#paint(editor);
      }
      this.#painted.fire();
    }, paintDelayMs);
  }

  #paint(editor: vscode.TextEditor): void {
    const file = this.#files.get(key(editor.document.uri.fsPath));
    if (file === undefined && this.#files.size > 0) {
      return;
    }
    const wanted = readSettings(editor.document.uri).marks;
    const marks = wanted === 'off' || file === undefined ? [] : byLine(file);
    for (const [status, type] of this.#types) {
      const painted = marks.filter((mark) => mark.status === status && mark.span.start < editor.document.lineCount);
      editor.setDecorations(
        type,
        painted.map((mark) => decoration(editor.document, mark, wanted)),
      );
    }
  }
}

function decoration(document: vscode.TextDocument, mark: LineMark, wanted: Marks): vscode.DecorationOptions {
  const last = mark.status === 'skipped' ? Math.min(mark.span.end, document.lineCount - 1) : mark.span.start;
  const end = document.lineAt(last).range.end;
  const text = wanted === 'gutterAndDurations' ? afterText(mark) : '';
  return {
    range: new vscode.Range(new vscode.Position(mark.span.start, 0), end),
    hoverMessage: mark.steps.map(hoverText),
    ...(text !== '' && { renderOptions: { after: { contentText: text } } }),
  };
}

function afterText({ status, steps }: LineMark): string {
  const duration = Math.max(...steps.map((step) => step.durationMs ?? 0));
  const size = Math.max(...steps.map((step) => step.sizeBytes ?? 0));
  switch (status) {
    case 'cached':
      return vscode.l10n.t('cached');
    case 'skipped':
      return vscode.l10n.t('not part of this build');
    case 'failed':
      return duration < worthSayingMs
        ? vscode.l10n.t('failed')
        : vscode.l10n.t('failed after {0}', durationText(duration));
    case 'done': {
      const parts = [
        ...(duration < worthSayingMs ? [] : [durationText(duration)]),
        ...(size < 1_000_000 ? [] : [sizeText(size)]),
      ];
      return parts.join(' · ');
    }
    case 'running':
      return vscode.l10n.t('running …');
    case 'waiting':
      return '';
  }
}

function hoverText(step: StepEvent): string {
  const words: Record<Status, string> = {
    waiting: vscode.l10n.t('waits for its turn'),
    running: vscode.l10n.t('is running'),
    cached: vscode.l10n.t('came from the cache'),
    done: vscode.l10n.t('ran'),
    failed: vscode.l10n.t('failed'),
    skipped: vscode.l10n.t('is not part of this build'),
  };
  const duration = step.durationMs === undefined ? [] : [durationText(step.durationMs)];
  const size = step.sizeBytes === undefined ? [] : [sizeText(step.sizeBytes)];
  return [vscode.l10n.t('Last build: {0}', words[step.status]), step.stage, step.platform, ...duration, ...size]
    .filter((part) => part !== '')
    .join(' · ');
}

function decorationType(extensionUri: vscode.Uri, status: Status): vscode.TextEditorDecorationType {
  const failed = status === 'failed';
  return vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    ...(status !== 'waiting' &&
      status !== 'skipped' && {
        gutterIconPath: vscode.Uri.joinPath(extensionUri, 'media', 'gutter', `${status}.svg`),
        gutterIconSize: 'contain',
      }),
    ...(status === 'skipped' && { opacity: '0.55' }),
    ...(failed && {
      overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.errorForeground'),
      overviewRulerLane: vscode.OverviewRulerLane.Left,
    }),
    after: {
      margin: '0 0 0 2em',
      fontStyle: 'italic',
      color: new vscode.ThemeColor(failed ? 'editorError.foreground' : 'editorCodeLens.foreground'),
    },
  });
}

function key(path: string): string {
  return vscode.Uri.file(path).toString();
}
