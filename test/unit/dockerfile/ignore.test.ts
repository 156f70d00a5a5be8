import assert from 'node:assert/strict';
import { compilePatterns, ignoreFilesOf, parseIgnoreFile } from '../../../debug-adapter/dockerfile/ignore.js';

describe('.dockerignore', () => {
  const text = [
    '\uFEFF# everything',
    '*',
    '',
    '  !src  ',
    'src/**/*.test.js',
    '!/src/keep.test.js',
    '#!src/deep',
    '\ttmp\r',
  ];
  const matcher = compilePatterns(parseIgnoreFile(text.join('\n')));

  it('says which line removed a file', () => {
    assert.deepEqual(matcher.match('README.md'), { excluded: true, rule: { pattern: '*', line: 2 }, line: 2 });
    assert.equal(matcher.match('src/a.test.js').line, 5);
  });

  it('says which line kept one that an earlier line removed', () => {
    assert.deepEqual(matcher.match('src/main.js'), { excluded: false, rule: { pattern: '!src', line: 4 }, line: 4 });
    assert.deepEqual(matcher.match('src/keep.test.js').line, 6);
  });

  it('says nothing of a file that no line speaks of', () => {
    assert.deepEqual(compilePatterns(parseIgnoreFile('a\n')).match('b'), { excluded: false });
  });

  it('comments stand at the beginning of a line only, lines are trimmed', () => {
    const lines = parseIgnoreFile('#a\n #b\n c \n').map(({ pattern, line }) => [line, pattern]);
    assert.deepEqual(lines, [
      [2, '#b'],
      [3, 'c'],
    ]);
  });

  it('is looked for beside the Dockerfile first', () => {
    assert.deepEqual(ignoreFilesOf('/ws/docker/prod.Dockerfile'), [
      { beside: 'dockerfile', name: 'prod.Dockerfile.dockerignore' },
      { beside: 'context', name: '.dockerignore' },
    ]);
  });
});
