import assert from 'node:assert/strict';
import { mayCome, statementOf } from '../../../../debug-adapter/debugger/inside/lines.js';
import { stepLast } from '../../../support/script.js';

const text = `FROM x
RUN <<EOF
f() {
  echo in f
}
echo one
# about the loop
for i in 1 2; do
  echo two
  if true; then
    echo three
  fi
done
f
echo last
EOF
`;

describe('lines within a RUN', () => {
  const read = async () => {
    const steps = await stepLast(text);
    assert(!('reason' in steps));
    return steps;
  };

  it('mean the command that stands there, or the next; below all of them the last', async () => {
    const steps = await read();
    const at = (line: number): string | undefined => statementOf(steps, line)?.text;
    assert.deepEqual([4, 5, 7, 9, 12, 16].map(at), [
      'echo in f',
      'echo one',
      'for i in 1 2; do',
      'echo two',
      'f',
      'echo last',
    ]);
  });

  it('may be come to from a command before, in a loop and in functions also from one behind', async () => {
    const steps = await read();
    const from = (text: string): readonly number[] => {
      const statement = steps.statements.find((each) => each.text === text);
      assert(statement !== undefined);
      return [4, 6, 8, 9, 11, 14, 15].filter((line) => mayCome(steps, statement, line));
    };
    assert.deepEqual(from('echo one'), [4, 8, 9, 11, 14, 15]);
    assert.deepEqual(from('for i in 1 2; do'), [4, 9, 11, 14, 15]);
    assert.deepEqual(from('echo three'), [4, 9, 11, 14, 15]);
    assert.deepEqual(from('f'), [4, 15]);
    assert.deepEqual(from('echo last'), [4]);
    assert.deepEqual(from('echo in f'), [4, 6, 8, 9, 11, 14, 15]);
  });

  it('mean none in a function that nothing stops in', async () => {
    const steps = await stepLast('FROM x\nRUN <<EOF\nf() {\n  a\n  b\n}\nf | f\nc\nEOF');
    assert(!('reason' in steps));
    assert.deepEqual(steps.passed, [{ name: 'f', startLine: 3, endLine: 6 }]);
    assert.deepEqual(
      [2, 3, 4, 5, 6, 7, 8].map((line) => statementOf(steps, line)?.text),
      ['f | f', undefined, undefined, undefined, undefined, 'f | f', 'c'],
    );
  });
});
