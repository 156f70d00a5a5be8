import assert from 'node:assert/strict';
import { parseEnvFile } from '../../../debug-adapter/definitions/compose/env-file.js';
import { DefinitionError } from '../../../debug-adapter/definitions/definition.js';

function read(text: string): Readonly<Record<string, string>> {
  const around: Readonly<Record<string, string>> = { OUTER: 'outer', WINS: 'outside' };
  return Object.fromEntries(parseEnvFile(text, '/p/.env', (name) => around[name]));
}

describe('a file of variables', () => {
  // What buildx makes of each.
  const cases: readonly (readonly [string, string])[] = [
    ['X=plain', 'plain'],
    ['X = a  b   ', 'a  b'],
    ['X=', ''],
    ['X=""', ''],
    ['X: colon', 'colon'],
    ['\texport X=1', '1'],
    ['X=#no', '#no'],
    ['X=a#no', 'a#no'],
    ['X=a # a comment', 'a'],
    ['X="a # no" # a comment', 'a # no'],
    ["X='$OUTER ${OUTER}'", '$OUTER ${OUTER}'],
    ["X='Let\\'s \\n'", "Let's \\n"],
    ['X="a\\$b\\n\\"q\\""', 'a$b\n"q"'],
    ['X="two\nlines"', 'two\nlines'],
    ['A=first\nX=${A}-$OUTER-${NO:-none}', 'first-outer-none'],
    ['WINS=file\nX=$WINS', 'outside'],
    ['X=a$$b', 'a$b'],
    ['X=back\\nslash', 'back\\nslash'],
    ['X=$LATER.\nLATER=1', '.'],
    ['ALONE\n# words\n\nX=1', '1'],
    ['\uFEFFX=1\r\nY=2\r\n', '1'],
    ['a.b-c=1\nX=$OUTER', 'outer'],
  ];
  for (const [text, value] of cases) it(JSON.stringify(text), () => assert.equal(read(text)['X'], value));

  it('says on which line it cannot be read', () => {
    for (const [text, what] of [
      ['A=1\n\nX Y=1', /sets no variable/],
      ['# c\nA="two\nlines"\nX!=1', /sets no variable/],
      ['A=1\nB=2\nX="abc', /the text after " has no end/],
      ['A=1\nB=2\nX=${MUST:?please}', /MUST has to be set: please/],
    ] as const)
      assert.throws(
        () => read(text),
        (error) => {
          assert.ok(error instanceof DefinitionError);
          assert.match(error.message, what);
          assert.deepEqual(error.place, { path: '/p/.env', line: text.startsWith('#') ? 4 : 3 });
          return true;
        },
      );
  });
});
