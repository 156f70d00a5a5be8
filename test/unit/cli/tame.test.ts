import assert from 'node:assert/strict';
import { tame } from '../../../debug-adapter/cli/tame.js';

describe('what commands write', () => {
  it('keeps its colours', () => {
    for (const text of ['plain\n', '\u001b[1;31mred\u001b[0m', '\u001b[38;5;7mgrey\u001b[m'])
      assert.equal(tame(text), text);
  });

  it('neither clears, moves, asks nor names the terminal', () => {
    const odd = [
      '\u001b[6n',
      '\u001b[2J\u001b[H',
      '\u001b[?1049h',
      '\u001b]0;title\u0007',
      '\u001b]0;x\u001b\\',
      '\u001bc',
      '\u001b7',
      '\u001b(B',
    ];
    for (const sequence of odd) assert.equal(tame(`a${sequence}b`), 'ab', JSON.stringify(sequence));
  });
});
