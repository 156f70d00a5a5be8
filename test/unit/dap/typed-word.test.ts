import assert from 'node:assert/strict';
import { typedWord } from '../../../debug-adapter/dap/commands/typed-word.js';

describe('the word at the caret', () => {
  /** Text before the caret; the word, where it begins, whether a command is meant. */
  const cases: readonly (readonly [string, string, number, boolean])[] = [
    ['', '', 0, true],
    ['ls', 'ls', 0, true],
    ['ls ', '', 3, false],
    ['ls /et', '/et', 3, false],
    ['a | b', 'b', 4, true],
    ['a && b c', 'c', 7, false],
    ['a;b', 'b', 2, true],
    ['x=1 y', 'y', 4, true],
    ['echo $(ca', 'ca', 7, true],
    ['echo `ca', 'ca', 6, true],
    ['if tes', 'tes', 3, true],
    ['sudo apt', 'apt', 5, true],
    ['cat < /et', '/et', 6, false],
    ['cat a\\ b', 'a b', 4, false],
    ['cat "a b', 'a b', 4, false],
    ["cat 'a\\", 'a\\', 4, false],
    ["echo 'x' y", 'y', 9, false],
  ];
  for (const [before, text, start, command] of cases) {
    it(JSON.stringify(before), () => {
      const { quote: _, ...word } = typedWord(before);
      assert.deepEqual(word, { text, start, command });
    });
  }

  it('says which quote is open', () => {
    assert.equal(typedWord('cat "a').quote, '"');
    assert.equal(typedWord("cat 'a").quote, "'");
    assert.equal(typedWord("cat 'a' b").quote, '');
  });
});
