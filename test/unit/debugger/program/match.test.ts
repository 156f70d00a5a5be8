import assert from 'node:assert/strict';
import { matchInstructions, renamedOnly } from '../../../../debug-adapter/debugger/program/match.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

/** Line before → line after, of what is the same and of what was edited. */
function lines(before: readonly string[], after: readonly string[]) {
  const [a, b] = [parseDockerfile(before.join('\n')), parseDockerfile(after.join('\n'))];
  const match = matchInstructions(a, b);
  const line = ([i, j]: readonly [number, number]): string =>
    `${a.instructions[i]?.startLine}→${b.instructions[j]?.startLine}`;
  const sorted = (map: ReadonlyMap<number, number>): string =>
    [...map]
      .sort(([i], [j]) => i - j)
      .map(line)
      .join(' ');
  return { same: sorted(match.same), edited: sorted(match.edited), renamed: renamedOnly(a, b, match).size };
}

const base = ['FROM busybox AS a', 'RUN one', 'RUN two'];
const other = ['FROM alpine AS b', 'COPY . /x', 'RUN three'];
const end = ['FROM scratch', 'COPY --from=a / /', 'COPY --from=b / /'];

describe('which instruction of an edited Dockerfile is which', () => {
  it('finds instructions below an insertion, and pairs an edited one with what stands in its place', () => {
    const { same, edited } = lines(base, ['FROM busybox AS a', 'ENV X=1', 'RUN one', 'RUN 2']);
    assert.deepEqual({ same, edited }, { same: '1→1 2→3', edited: '3→4' });
  });

  it('finds stages that were swapped', () => {
    const found = lines([...base, ...other, ...end], [...other, ...base, ...end]);
    assert.deepEqual(found, { same: '1→4 2→5 3→6 4→1 5→2 6→3 7→7 8→8 9→9', edited: '', renamed: 0 });
  });

  it('finds an edited instruction of a stage that was swapped', () => {
    const { same, edited } = lines([...base, ...other], [...other, 'FROM busybox AS a', 'RUN one', 'RUN 2']);
    assert.deepEqual({ same, edited }, { same: '1→4 2→5 4→1 5→2 6→3', edited: '3→6' });
  });

  it('tells stages by what they do where their names were swapped', () => {
    const renamed = [...['FROM busybox AS b', ...base.slice(1)], ...['FROM alpine AS a', ...other.slice(1)]];
    const found = lines([...base, ...other], renamed);
    assert.deepEqual(found, { same: '2→2 3→3 5→5 6→6', edited: '1→1 4→4', renamed: 2 });
  });

  it('tells stages that do the same by their names', () => {
    const twice = (first: string, second: string): readonly string[] => [
      `FROM busybox AS ${first}`,
      'RUN make',
      `FROM busybox AS ${second}`,
      'RUN make',
      'RUN test',
    ];
    assert.equal(lines(twice('a', 'b'), ['FROM busybox AS b', 'RUN make', 'RUN test']).same, '3→1 4→2 5→3');
    assert.equal(lines(twice('a', 'b'), ['FROM busybox AS a', 'RUN make']).same, '1→1 2→2');
  });

  it('finds an instruction that moved to another stage', () => {
    const { same } = lines([...base, ...other], ['FROM busybox AS a', 'RUN one', ...other, 'RUN two']);
    assert.equal(same, '1→1 2→2 3→6 4→3 5→4 6→5');
  });

  it('keeps what stands before the first FROM apart', () => {
    const { same, edited } = lines(['ARG V=1', ...base], ['ARG V=2', 'ARG W', ...base]);
    assert.deepEqual({ same, edited }, { same: '2→3 3→4 4→5', edited: '1→1' });
  });

  it('takes 2,000 edited instructions in hand', () => {
    const long = (word: string): readonly string[] => [
      'FROM busybox',
      ...Array.from({ length: 2000 }, (_, index) => `RUN ${word} ${index}`),
    ];
    assert.equal(lines(long('a'), long('b')).edited.split(' ').length, 2000);
  });
});
