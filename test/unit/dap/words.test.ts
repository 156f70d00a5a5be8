import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inQuotes, requireAtMost, splitWords } from '../../../debug-adapter/dap/commands/words.js';

describe('words of a command', () => {
  it('are parted at blanks, quoted as in a shell', () => {
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ['', []],
      ['  a  b\tc ', ['a', 'b', 'c']],
      [`"/a b" '/c "d"' e\\ f`, ['/a b', '/c "d"', 'e f']],
      [`x"y z"'w v'`, ['xy zw v']],
      [`'' ""`, ['', '']],
      [`"say \\"hi\\" \\n"`, ['say "hi" \\n']],
      ['back\\', ['back\\']],
    ];
    for (const [text, words] of cases) assert.deepEqual(splitWords(text), words, text);
  });

  it('with an open quote are refused', () => {
    for (const text of [`'a`, `"a b`, `a "b\\"`]) assert.throws(() => splitWords(text), /is not closed/, text);
  });

  it('are refused where there are more than a command takes', () => {
    const none = { name: 'reset', example: ':reset' };
    requireAtMost(none, []);
    assert.throws(() => requireAtMost(none, ['now']), /^UserError: :reset takes no words, and "now" follows it\.$/);
    const one = { name: 'blame', example: ':blame PATH', samples: [':blame "/a b"'], most: 1 };
    requireAtMost(one, ['/a']);
    assert.throws(() => requireAtMost(one, ['/a', 'b']), /"b" is one word too many for :blame PATH/);
  });

  it('are shown in quotes, as they were probably meant', () => {
    const save = { name: 'save', example: ':save /PATH [TO]', most: 2, paths: 2 };
    const cases = [
      ['/a /tmp/b c', ':save /a "/tmp/b c"'],
      ['--force /srv/a b ~/c', ':save --force "/srv/a b" ~/c'],
      ['/srv/a b ./c d', ':save "/srv/a b" "./c d"'],
      ['/a b.txt', ':save "/a b.txt"'],
      ['/a /b', ':save /a /b'],
    ] as const;
    for (const [typed, meant] of cases) assert.equal(inQuotes(save, typed.split(' ')), meant);
    assert.throws(
      () => requireAtMost(save, ['/a', '/tmp/b', 'c']),
      (error: Error & { hint?: string }) => error.hint === 'Write what has blanks in quotes: :save /a "/tmp/b c"',
    );
  });

  it('come back whatever is in them', () => {
    const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => assert.deepEqual(splitWords(words.map(quote).join(' ')), words)),
    );
  });
});
