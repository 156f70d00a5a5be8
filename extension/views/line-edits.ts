/** Lines of an editor: they count from 0, the end is included. */
export interface LineSpan {
  readonly start: number;
  readonly end: number;
}

/** A change of a document, as far as it moves lines. */
export interface LineEdit {
  readonly startLine: number;
  readonly endLine: number;
  readonly endCharacter: number;
  readonly text: string;
}

/** Where lines are after an edit, and whether the edit changed them. */
export interface Moved {
  readonly span: LineSpan;
  readonly touched: boolean;
}

/** Moves lines as the text of an editor moves under an edit. */
export function moved(span: LineSpan, edit: LineEdit): Moved {
  const delta = edit.text.split('\n').length - 1 - (edit.endLine - edit.startLine);
  if (isBefore(edit, span)) {
    return { span: { start: span.start + delta, end: span.end + delta }, touched: false };
  }
  if (edit.startLine > span.end) {
    return { span, touched: false };
  }
  const start = Math.min(span.start, edit.startLine);
  return { span: { start, end: Math.max(start, span.end + delta) }, touched: true };
}

function isBefore(edit: LineEdit, span: LineSpan): boolean {
  if (edit.endLine !== span.start) {
    return edit.endLine < span.start;
  }
  return edit.endCharacter === 0 && (edit.startLine < span.start || edit.text.endsWith('\n'));
}
