import assert from 'node:assert/strict';
import { expressionAt, references } from '../../../extension/debug/expression-at.js';
import { isDockerfileName } from '../../../extension/files/dockerfile-names.js';
import { offersFor } from '../../../extension/language/offers.js';
import { durationText, sizeText } from '../../../extension/views/wording.js';

describe('expressions under the mouse', () => {
  const at = (marked: string): string | undefined => {
    const column = marked.indexOf('<|>');
    return expressionAt(marked.replace('<|>', ''), column)?.text;
  };

  it('are variables, never plain words', () => {
    assert.equal(at('RUN echo $NA<|>ME and more'), '$NAME');
    assert.equal(at('RUN echo <|>$NAME'), '$NAME');
    assert.equal(at('RUN echo $NAME<|> more'), undefined);
    assert.equal(at('RUN ec<|>ho $NAME'), undefined);
    assert.equal(at('RUN echo \\$NA<|>ME'), undefined);
    assert.equal(at('RUN echo \\\\$NA<|>ME'), '$NAME');
    assert.equal(at('RUN echo $1<|>'), undefined);
  });

  it('are whole braces, whatever stands in them', () => {
    assert.equal(at('COPY a ${DIR:-${HO<|>ME}/x}/y'), '${DIR:-${HOME}/x}');
    assert.equal(at('COPY a ${DIR<|>'), undefined);
    assert.deepEqual(
      references('$A-${B}').map(({ start, end }) => [start, end]),
      [
        [0, 2],
        [3, 7],
      ],
    );
  });

  it('are names where ARG and ENV set them', () => {
    assert.equal(at('ARG VER<|>SION=1.0'), '$VERSION');
    assert.equal(at('ENV A=1 LON<|>G=2'), '$LONG');
    assert.equal(at('ENV A=1 LONG=2<|>'), undefined);
  });
});

describe('words of the views', () => {
  it('tell durations', () => {
    assert.deepEqual([0, 85.4, 999, 1234, 9949, 12_300, 59_400, 125_000].map(durationText), [
      ...['0 ms', '85 ms', '999 ms', '1.2 s', '9.9 s', '12 s', '59 s', '2 min 05 s'],
    ]);
  });

  it('tell sizes in powers of 1000', () => {
    assert.deepEqual([0, 512, 999, 1000, 1_400_000, 230_000_000, 5e15].map(sizeText), [
      ...['0 B', '512 B', '999 B', '1.0 kB', '1.4 MB', '230 MB', '5000 TB'],
    ]);
  });
});

describe('names of Dockerfiles', () => {
  it('are those that VS Code takes for one', () => {
    const yes = ['/w/Dockerfile', 'C:\\w\\Dockerfile.dev', 'Containerfile', 'web.dockerfile', 'a.Dockerfile'];
    const no = [
      'Dockerfile.dockerignore',
      '.dockerignore',
      'MyDockerfile',
      'Dockerfiles/readme.md',
      'dockerfile-notes',
    ];
    assert.deepEqual(
      yes.filter((name) => !isDockerfileName(name)),
      [],
    );
    assert.deepEqual(no.filter(isDockerfileName), []);
  });
});

describe('what the language server offers', () => {
  it('is not what another one shows already', () => {
    const beside = (id: string): boolean => id === 'docker.docker';
    assert.deepEqual(offersFor('auto', beside), ['build']);
    assert.deepEqual(
      offersFor('auto', () => false),
      ['basics', 'build'],
    );
    assert.deepEqual(offersFor('on', beside), ['basics', 'build']);
    assert.deepEqual(
      offersFor('off', () => false),
      [],
    );
  });
});
