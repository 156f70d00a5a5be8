import { equal } from 'node:assert/strict';
import { findStage, findStageByName, instructionAt, nearest } from '../../../debug-adapter/dockerfile/locate.js';
import { line1, parseDockerfile } from '../../../debug-adapter/dockerfile/parse.js';

describe('locate', () => {
  const dockerfile = parseDockerfile(
    '# top\nFROM a AS One\nRUN x \\\n  y\n\n# note\nUSER z\nFROM b AS one\nFROM c\n\n',
  );

  for (const [line, keyword] of [
    [1, 'FROM'],
    [3, 'RUN'],
    [4, 'RUN'],
    [5, 'USER'],
    [7, 'USER'],
    [9, 'FROM'],
    [10, undefined],
    [99, undefined],
  ] as const) {
    it(`line ${line} is ${keyword ?? 'after the last instruction'}`, () => {
      equal(instructionAt(dockerfile, line1(line))?.keyword, keyword);
    });
  }

  it('finds stages by name in any case, the last of a name, and by number', () => {
    equal(findStage(dockerfile, 'ONE')?.index, 1);
    equal(findStage(dockerfile, '0')?.index, 0);
    equal(findStage(dockerfile, 2)?.index, 2);
    equal(findStage(dockerfile, '3'), undefined);
    equal(findStageByName(dockerfile, '0'), undefined);
  });

  it('knows the nearest word', () => {
    const words = ['RUN', 'COPY', 'ENTRYPOINT', 'WORKDIR'];
    equal(nearest('RNU', words), 'RUN');
    equal(nearest('workdri', words), 'WORKDIR');
    equal(nearest('ENTRYPIONT', words), 'ENTRYPOINT');
    equal(nearest('INSTALL', words), undefined);
    equal(nearest('', words), undefined);
  });
});
