import assert from 'node:assert/strict';
import { goOn, isMeant, type Order } from '../../../../debug-adapter/debugger/inside/orders.js';
import { orderTo } from '../../../../debug-adapter/debugger/inside/ways.js';
import type { Statement } from '../../../../debug-adapter/dockerfile/script/model.js';
import { stepLast } from '../../../support/script.js';

const text = `FROM x
RUN <<EOF
f() { a; g; b; }
g() { c; f; }
d
f
e
EOF`;

/** The texts of the statements that an order names beside breakpoints, and its frame. */
function told(order: Order, statements: readonly Statement[]): string {
  if (order.kind !== 'frame') return order.kind;
  return `${statements.flatMap(({ index, text: words }) => (order.statements.has(index) ? [words] : [])).join(' ')} <${order.frame}>`;
}

describe('ways through a script', () => {
  it('are told as what to stop at', async () => {
    const steps = await stepLast(text);
    assert(!('reason' in steps));
    const { statements } = steps;
    const from = (words: string, frame: string): Parameters<typeof orderTo>[1] => {
      const statement = statements.find((each) => each.text === words);
      assert(statement !== undefined);
      return { statement, statements, frame };
    };
    const none = new Set<number>();
    const order = (how: 'next' | 'stepIn' | 'stepOut' | 'continue', words: string, frame: string): string =>
      told(orderTo(how, from(words, frame), none), statements);
    assert.equal(order('stepIn', 'd', ''), 'each');
    assert.equal(order('continue', 'a', '0,'), 'breakpoints');
    assert.equal(order('next', 'd', ''), 'd f e <>');
    assert.equal(order('next', 'a', '0,'), 'a g b d f e <0,>');
    assert.equal(order('stepOut', 'a', '0,'), 'd f e <>');
    assert.equal(order('stepOut', 'd', ''), 'breakpoints', 'the script itself is left at its end');
    assert.equal(order('stepOut', 'c', '0,1,'), 'a g b d f e <0,>');
    assert.equal(order('next', 'c', ''), 'c f d f e <>', 'of a function that does not tell that it is called');
    assert.equal(order('stepOut', 'c', ''), 'd f e <>');
  });

  it('end in the same frame or in one that called it', () => {
    const order: Order = { kind: 'frame', breakpoints: new Set(), statements: new Set([1]), frame: '0,1,' };
    const isThere = (frame: string, statement = 1): boolean => isMeant(order, { statement, count: 1, frame });
    assert.deepEqual(
      ['0,1,', '0,', '', '0,1,1,', '0,12,', '1,'].map((frame) => isThere(frame)),
      [true, true, true, false, false, false],
    );
    assert.equal(isThere('0,', 2), false);
  });

  it('are one line each', () => {
    const breakpoints = new Set([3]);
    assert.equal(goOn({ kind: 'each' }, 2, '/n.1'), 'go|*| 0 1 |||/n.1\n');
    assert.equal(goOn({ kind: 'breakpoints', breakpoints }, 2, '/n.1'), 'go| 3 | 3 |||/n.1\n');
    const frame: Order = { kind: 'frame', breakpoints, statements: new Set([3, 1]), frame: '0,' };
    assert.equal(goOn(frame, 2, '/n.1'), 'go| 3 | 3 1 |0,||/n.1\n');
    assert.equal(goOn({ kind: 'count', statement: 4, count: 7004 }, 2, '/n.1'), 'go| | 4 ||7004|/n.1\n');
  });
});
