import type { StepEvent } from '../../debug-adapter/contract.js';
import { type LineEdit, type LineSpan, moved } from './line-edits.js';

/** What an instruction is doing or did in the last build. */
export type Status = StepEvent['status'];

/** The mark of one instruction on one platform. */
export interface Mark {
  readonly span: LineSpan;
  readonly step: StepEvent;
}

/** The marks of one Dockerfile, and how its text was edited since its build began. */
export interface FileMarks {
  readonly marks: readonly Mark[];
  readonly edits: readonly LineEdit[];
}

/** No marks: where each build begins. */
export const noMarks: FileMarks = { marks: [], edits: [] };

/** An instruction's marks of all platforms made one. */
export interface LineMark {
  readonly span: LineSpan;
  readonly status: Status;
  readonly steps: readonly StepEvent[];
}

/** Adds what a step says, at the line where its instruction is by now. */
export function withStep(file: FileMarks, step: StepEvent): FileMarks {
  const start = { span: { start: step.line - 1, end: step.endLine - 1 }, touched: false };
  const now = file.edits.reduce((last, edit) => {
    const next = moved(last.span, edit);
    return { span: next.span, touched: last.touched || next.touched };
  }, start);
  const others = file.marks.filter(({ step: other }) => !isSame(other, step));
  return { ...file, marks: now.touched && !outlivesEdits(step) ? others : [...others, { span: now.span, step }] };
}

/** Moves the marks with the text. An edit inside an instruction takes its mark away, unless it says that it failed. */
export function withEdit(file: FileMarks, edit: LineEdit): FileMarks {
  const marks = file.marks.flatMap((mark) => {
    const next = moved(mark.span, edit);
    return next.touched && !outlivesEdits(mark.step) ? [] : [{ ...mark, span: next.span }];
  });
  return { marks, edits: [...file.edits, edit] };
}

/** One mark a line: the worst of its platforms. */
export function byLine(file: FileMarks): readonly LineMark[] {
  const lines = new Map<number, LineMark>();
  for (const { span, step } of file.marks) {
    const known = lines.get(span.start);
    lines.set(span.start, {
      span,
      status: known === undefined ? step.status : worse(known.status, step.status),
      steps: [...(known?.steps ?? []), step],
    });
  }
  return [...lines.values()];
}

const order: readonly Status[] = ['failed', 'running', 'waiting', 'done', 'cached', 'skipped'];

function worse(a: Status, b: Status): Status {
  return order.indexOf(a) < order.indexOf(b) ? a : b;
}

function isSame(a: StepEvent, b: StepEvent): boolean {
  return a.line === b.line && a.platform === b.platform && a.stage === b.stage;
}

function outlivesEdits(step: StepEvent): boolean {
  return step.status === 'failed' || step.status === 'running';
}
