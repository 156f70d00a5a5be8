import assert from 'node:assert/strict';
import { Lines } from '../../../debug-adapter/mcp/lines.js';

const texts = (lines: Lines): string[] => lines.all().map(({ text }) => text);

describe('lines', () => {
  it('joins pieces, each writer for itself', () => {
    const lines = new Lines();
    lines.add('a', 3);
    lines.add('x\ny');
    lines.add('b\nc\n', 3);
    assert.deepEqual(
      lines.all().map(({ text, step }) => [text, step]),
      [
        ['x', undefined],
        ['ab', 3],
        ['c', 3],
        ['y', undefined],
      ],
    );
  });

  it('shows of a line that was written over what a terminal would', () => {
    const lines = new Lines();
    lines.add('10%\r50%\r100%\r\nplain\r\n\u001b[31mred\u001b[0m\u0001\tä\n');
    assert.deepEqual(texts(lines), ['100%', 'plain', 'red\tä']);
  });

  it('keeps what a step wrote in the build that runs apart from the builds before', () => {
    const lines = new Lines();
    lines.add('first\n', 2);
    lines.begin(1);
    lines.add('more\n', 2);
    assert.deepEqual(
      lines.ofStep(1, 3).map(({ text }) => text),
      ['first', 'more'],
    );
    lines.add('cut off', 2);
    lines.begin(2);
    lines.add('again\n', 2);
    assert.deepEqual(
      lines.ofStep(1, 3).map(({ text }) => text),
      ['again'],
    );
    assert.deepEqual(texts(lines), ['first', 'more', 'cut off', '──── build 2 ────', 'again']);
  });

  it('loses its oldest lines beyond the limit, and counts them', () => {
    const lines = new Lines(1000);
    for (let index = 0; index < 100; index++) lines.add(`${index}\n`);
    const kept = texts(lines);
    assert.equal(kept.at(-1), '99');
    assert.ok(kept.length < 20, `${kept.length}`);
    assert.equal(lines.lost + kept.length, 100);
    assert.equal(kept[0], String(lines.lost));
  });
});
