import assert from 'node:assert/strict';
import type { StepEvent } from '../../../debug-adapter/contract.js';
import { moved, type LineEdit } from '../../../extension/views/line-edits.js';
import { byLine, noMarks, withEdit, withStep } from '../../../extension/views/marks.js';

const step = (line: number, status: StepEvent['status'], platform = 'linux/amd64'): StepEvent => ({
  path: '/w/Dockerfile',
  line,
  endLine: line + 1,
  stage: 'build',
  platform,
  status,
});

/** Text put in at the beginning of a line. */
const insertion = (line: number, text: string): LineEdit => ({ startLine: line, endLine: line, endCharacter: 0, text });

describe('lines under an edit', () => {
  const span = { start: 4, end: 6 };

  it('move with what is put in or taken out above them', () => {
    assert.deepEqual(moved(span, insertion(4, 'one\ntwo\n')), { span: { start: 6, end: 8 }, touched: false });
    assert.deepEqual(moved(span, { startLine: 0, endLine: 2, endCharacter: 0, text: '' }), {
      span: { start: 2, end: 4 },
      touched: false,
    });
  });

  it('stay where they are when something changes below', () => {
    assert.deepEqual(moved(span, insertion(7, 'x\n')), { span, touched: false });
  });

  it('are touched when something changes in them, and grow with it', () => {
    assert.deepEqual(moved(span, insertion(5, 'x\n')), { span: { start: 4, end: 7 }, touched: true });
    assert.deepEqual(moved(span, { startLine: 3, endLine: 5, endCharacter: 2, text: '' }), {
      span: { start: 3, end: 4 },
      touched: true,
    });
  });
});

describe('marks', () => {
  it('are one a line: the worst of all platforms', () => {
    let file = withStep(noMarks, step(3, 'cached'));
    file = withStep(file, step(3, 'failed', 'linux/arm64'));
    file = withStep(file, step(6, 'running'));
    file = withStep(file, step(6, 'done'));
    assert.deepEqual(
      byLine(file).map(({ span, status, steps }) => [span.start, status, steps.length]),
      [
        [2, 'failed', 2],
        [5, 'done', 1],
      ],
    );
  });

  it('go when their instruction is edited, unless it failed', () => {
    let file = withStep(withStep(noMarks, step(1, 'done')), step(4, 'failed'));
    file = withEdit(withEdit(file, insertion(1, 'x')), insertion(3, 'x'));
    assert.deepEqual(
      byLine(file).map(({ status }) => status),
      ['failed'],
    );
  });

  it('of a build that began before an edit are put where the instruction is by now', () => {
    const edited = withEdit(noMarks, insertion(0, '# a comment\n'));
    assert.deepEqual(byLine(withStep(edited, step(3, 'done')))[0]?.span, { start: 3, end: 4 });
    const inside = withEdit(noMarks, insertion(3, 'x'));
    assert.deepEqual(byLine(withStep(inside, step(3, 'done'))), []);
    assert.equal(byLine(withStep(inside, step(3, 'failed'))).length, 1);
  });
});
