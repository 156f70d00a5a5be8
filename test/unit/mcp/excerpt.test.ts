import assert from 'node:assert/strict';
import { excerpt } from '../../../debug-adapter/mcp/excerpt.js';

const lines = ['FROM a', 'RUN b \\', '  c', 'COPY d /', ''];

describe('an excerpt for a model', () => {
  it('marks what is meant, and leaves out the line that is none', () => {
    assert.equal(
      excerpt({ lines, first: 2, last: 3 }),
      ['  1 | FROM a', '> 2 | RUN b \\', '> 3 |   c', '  4 | COPY d /'].join('\n'),
    );
  });

  it('cuts a long instruction', () => {
    const long = Array.from({ length: 50 }, (_, index) => `line ${index + 1}`);
    const rows = excerpt({ lines: long, first: 5, last: 45 }).split('\n');
    assert.equal(rows[0], '   3 | line 3');
    assert.equal(rows.at(-1), '  … to line 45');
    assert.equal(rows.at(-2), '> 24 | line 24');
  });

  it('is empty where the file is not known', () => {
    assert.equal(excerpt({ lines: [], first: 2, last: 2 }), '');
  });
});
