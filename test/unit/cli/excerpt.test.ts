import assert from 'node:assert/strict';
import picocolors from 'picocolors';
import { excerpt, oneLine } from '../../../debug-adapter/cli/excerpt.js';

const colors = picocolors.createColors(false);
const lines = ['FROM x', 'RUN a && \\', '  # why', '    b', 'CMD c'];

describe('excerpts', () => {
  it('mark the lines of an instruction and breakpoints', () => {
    const text = excerpt({ name: 'Dockerfile', lines, first: 2, last: 4, around: 1, breaks: new Set([1]) }, colors);
    assert.equal(
      text,
      [
        'Dockerfile:2',
        '--------------------',
        '   1●|     FROM x',
        '   2 | >>> RUN a && \\',
        '   3 | >>>   # why',
        '   4 | >>>     b',
        '   5 |     CMD c',
        '--------------------',
      ].join('\n'),
    );
  });

  it('end where the file ends', () => {
    assert.match(excerpt({ name: 'D', lines, first: 5, last: 5, around: 3 }, colors), /5 \| >>> CMD c\n-+$/);
    assert.match(excerpt({ name: 'D', lines: [], first: 5, last: 5, around: 3 }, colors), /^D:5\n-+\n-+$/);
  });

  it('put an instruction on one line, without its comments', () => {
    assert.equal(oneLine(lines, 2, 4), 'RUN a && b');
  });
});
