import assert from 'node:assert/strict';
import { endsOf, pageOf, shortened, tailOf } from '../../../debug-adapter/mcp/page.js';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

describe('pages of text', () => {
  it('counts what is before and behind', () => {
    assert.deepEqual(pageOf(numbers(10), 2, 3), { text: '2\n3\n4', before: 2, behind: 5 });
    assert.deepEqual(pageOf(numbers(10), -2, 5), { text: '8\n9', before: 8, behind: 0 });
    assert.deepEqual(pageOf(numbers(3), -9, 9), { text: '0\n1\n2', before: 0, behind: 0 });
    assert.deepEqual(pageOf(numbers(3), 7, 9), { text: '', before: 3, behind: 0 });
    assert.deepEqual(pageOf([], -5, 5), { text: '', before: 0, behind: 0 });
  });

  it('ends where an answer would be too long, after one line at least', () => {
    const long = Array.from({ length: 30 }, () => 'x'.repeat(5000));
    const { text, behind } = pageOf(long, 0, 30);
    assert.ok(text.length <= 16_000);
    assert.equal(text.split('\n').length + behind, 30);
    assert.match(text, /… \(4000 more characters\)$/);
  });

  it('shows both ends of a long text', () => {
    assert.deepEqual(endsOf(numbers(6), 4), { text: '0\n1\n… 2 lines left out …\n4\n5', left: 2 });
    assert.deepEqual(endsOf(numbers(5), 4).text, '0\n1\n… 1 line left out …\n3\n4');
    assert.deepEqual(endsOf(numbers(4), 4), { text: '0\n1\n2\n3', left: 0 });
    assert.deepEqual(endsOf([], 4), { text: '', left: 0 });
    const { text, left } = endsOf(
      Array.from({ length: 100 }, () => 'y'.repeat(900)),
      90,
    );
    assert.ok(text.length < 17_000);
    assert.equal(left, 84);
  });

  it('shows the last lines', () => {
    assert.equal(tailOf(numbers(5), 2), '3\n4');
    assert.equal(tailOf([], 2), '');
    assert.equal(shortened('abcdef', 3), 'abc… (3 more characters)');
  });
});
