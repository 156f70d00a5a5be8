import assert from 'node:assert/strict';
import { createBreakpointBook } from '../../../../debug-adapter/debugger/breakpoints/book.js';
import { factOfLine } from '../../../../debug-adapter/debugger/breakpoints/lines.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

describe('breakpoints on lines', () => {
  const dockerfile = parseDockerfile('ARG A=1\nFROM alpine\n\nRUN a\n');
  const at = (line: number): ReturnType<typeof factOfLine> =>
    factOfLine(line, '/Dockerfile', { path: '/Dockerfile', dockerfile, needed: undefined }, (a, b) => a === b);

  it('say where no build stands', () => {
    assert.match(at(1).message ?? '', /An ARG before the first FROM/);
    assert.match(at(5).message ?? '', /No instruction on this line or below/);
    assert.deepEqual([at(3).line, at(3).verified], [4, true]);
  });

  it('say that lines count from 1', () => {
    const { line, message, verified } = at(0);
    assert.deepEqual([line, message, verified], [undefined, 'There is no line 0: lines count from 1.', false]);
    const book = createBreakpointBook((a, b) => a === b);
    book.setLines('/Dockerfile', [{ line: 0 }], 'FROM x\n');
    const [fact] = book.place({ path: '/Dockerfile', dockerfile, needed: undefined });
    assert.deepEqual([fact?.verified, fact?.message], [false, message]);
    assert.ok(dockerfile.instructions.every((instruction) => book.at(instruction).length === 0));
  });
});
