import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { parseDockerfile } from '../../../debug-adapter/dockerfile/parse.js';

const lines = (text: string): (string | number)[][] =>
  parseDockerfile(text).instructions.map(({ keyword, startLine, endLine }) => [keyword, startLine, endLine]);
const args = (text: string): string[] => parseDockerfile(text).instructions.map((instruction) => instruction.args);
const codes = (text: string): string[] => parseDockerfile(text).problems.map(({ code, line }) => `${code}@${line}`);

describe('parseDockerfile', () => {
  it('knows the lines of continued instructions, comments and blank lines inside included', () => {
    deepEqual(lines('FROM a\nRUN x \\\n  # note\n\n  y\n\nUSER z\n'), [
      ['FROM', 1, 1],
      ['RUN', 2, 5],
      ['USER', 7, 7],
    ]);
  });

  it('joins continued lines and keeps their indentation', () => {
    deepEqual(args('FROM a\nRUN x \\\n  # note\n  y&&\\\nz'), ['a', 'x   y&&z']);
  });

  it('gives a dangling continuation all that follows to the end', () => {
    deepEqual(lines('FROM a\nRUN x \\\n\n# end\n'), [
      ['FROM', 1, 1],
      ['RUN', 2, 4],
    ]);
    deepEqual(codes('FROM a\nRUN x \\\n'), []);
  });

  it('takes no continuation from a doubled escape character', () => {
    deepEqual(args('FROM a\nRUN x \\\\\nRUN y'), ['a', 'x \\\\', 'y']);
  });

  it('reads directives', () => {
    const { syntax, escape } = parseDockerfile('# syntax=docker/dockerfile:1 # x\n#escape = `\nFROM a\nRUN b `\n c');
    deepEqual([syntax, escape], ['docker/dockerfile:1', '`']);
    deepEqual(args('# escape=`\nFROM a\nRUN b `\n c\\\nRUN d'), ['a', 'b  c\\', 'd']);
    equal(parseDockerfile('# note\n# escape=`\nFROM a').escape, '\\');
    equal(parseDockerfile('#!/bin/sh\n# syntax=x\nFROM a').syntax, 'x');
    deepEqual(codes('# escape=x\n# escape=x\nFROM a'), ['invalid-escape@1', 'repeated-directive@2']);
  });

  it('reads here-documents, several in one instruction', () => {
    const text = 'FROM a\nCOPY <<A <<-"B" /x/\n1\nA\n\t2\n\tB\nRUN cat <<E\n$X\nE\nUSER c';
    deepEqual(lines(text), [
      ['FROM', 1, 1],
      ['COPY', 2, 6],
      ['RUN', 7, 9],
      ['USER', 10, 10],
    ]);
    const [, copy, run] = parseDockerfile(text).instructions;
    deepEqual(
      copy?.heredocs.map(({ name, content, raw, expand, startLine, endLine }) => ({
        name,
        content,
        raw,
        expand,
        startLine,
        endLine,
      })),
      [
        { name: 'A', content: '1\n', raw: '1\n', expand: true, startLine: 3, endLine: 4 },
        { name: 'B', content: '2\n', raw: '\t2\n', expand: false, startLine: 5, endLine: 6 },
      ],
    );
    equal(run?.args, 'cat <<E');
  });

  it('reads CRLF files and a byte order mark', () => {
    const text = '\uFEFF# escape=`\r\nFROM a\r\nRUN x `\r\n  y\r\nRUN <<E\r\nz\r\nE\r\n';
    deepEqual(args(text), ['a', 'x   y', '<<E']);
    equal(parseDockerfile(text).instructions[2]?.heredocs[0]?.content, 'z\r\n');
  });

  it('takes flags, JSON form and triggers apart', () => {
    const { instructions } = parseDockerfile(
      'FROM --platform=$P a AS B\nRUN --mount=type=cache,target=/x,from=c --network=none ["a", "b"]\nCOPY --link --from=1 a b\nONBUILD RUN [ "x" ]\nRUN ["a", ]',
    );
    deepEqual(instructions[1]?.flags, [
      { name: 'mount', value: 'type=cache,target=/x,from=c' },
      { name: 'network', value: 'none' },
    ]);
    deepEqual(instructions[1]?.json, ['a', 'b']);
    deepEqual(
      instructions.map(({ references }) => references),
      [['a'], ['c'], ['1'], [], []],
    );
    deepEqual(instructions[2]?.flags[0], { name: 'link', value: '' });
    equal(instructions[3]?.trigger?.keyword, 'RUN');
    deepEqual(instructions[3]?.trigger?.json, ['x']);
    equal(instructions[4]?.json, undefined);
    deepEqual(parseDockerfile('FROM a as X').stages[0]?.name, 'x');
  });

  it('groups instructions into stages', () => {
    const { globalArgs, stages } = parseDockerfile(
      'ARG V=1\nFROM a:$V AS one\nRUN x\nFROM one\nFROM b AS one\nFROM one',
    );
    equal(globalArgs.length, 1);
    deepEqual(
      stages.map(({ name, base, baseStage }) => [name, base, baseStage]),
      [
        ['one', 'a:$V', undefined],
        [undefined, 'one', 0],
        ['one', 'b', undefined],
        [undefined, 'one', 2],
      ],
    );
  });

  it('never throws', () => {
    const word = fc.constantFrom(
      'FROM',
      'RUN',
      'ONBUILD',
      'COPY',
      '<<E',
      '<<-"E"',
      'E',
      '\\',
      '`',
      '\n',
      '\r\n',
      ' ',
      '#',
      '# escape=`',
      '--from=',
      '"',
      "'",
      '[',
      ']',
      '${',
      '}',
      '$',
      'ARG',
      'ENV',
      'a=b',
      'HEALTHCHECK',
      '\t',
      '\uFEFF',
      '\u0085',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(word, { maxLength: 40 }).map((words) => words.join('')),
          fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
        ),
        (text) => {
          const { instructions, problems } = parseDockerfile(text);
          let last = 0;
          for (const { startLine, endLine } of instructions) {
            if (startLine <= last || endLine < startLine) return false;
            last = endLine;
          }
          return problems.every(({ line, endLine }) => line <= endLine);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('problems', () => {
  const cases: [string, string, ...string[]][] = [
    ['empty file', '', 'no-instructions@1'],
    ['only comments', '# a\n\n# b\n', 'no-instructions@1'],
    ['only ARG', 'ARG A', 'no-stage@1'],
    ['misspelled keyword', 'FROM a\nRNU x', 'unknown-instruction@2'],
    ['misspelled FROM', 'FORM a\nRUN x', 'unknown-instruction@1'],
    ['instruction before FROM', 'ARG A\nRUN x\nFROM a', 'before-from@2'],
    ['FROM without image', 'FROM', 'no-image@1'],
    ['FROM with too many words', 'FROM a b', 'from-arguments@1'],
    ['bad stage name', 'FROM a AS 1', 'stage-name@1'],
    ['unterminated here-document', 'FROM a\nRUN <<E\nx\n', 'unterminated-heredoc@2'],
    ['a lone continuation', 'FROM a\n\\\n', 'empty-continuation@2'],
    ['numbers in JSON', 'FROM a\nRUN [1]', 'json-not-strings@2'],
    ['ENV without value', 'FROM a\nENV A', 'no-value@2'],
    ['ENV with a stray word', 'FROM a\nENV A=1 B', 'no-value@2'],
    ['blank ENV name', 'FROM a\nENV =1', 'blank-name@2'],
    ['ARG without name', 'FROM a\nARG', 'no-arguments@2'],
    ['COPY without destination', 'FROM a\nCOPY x', 'no-destination@2'],
    ['COPY to a here-document', 'FROM a\nCOPY x <<E\nE', 'heredoc-destination@2'],
    ['SHELL without JSON', 'FROM a\nSHELL bash', 'shell-not-json@2'],
    ['unknown HEALTHCHECK', 'FROM a\nHEALTHCHECK curl x', 'healthcheck-type@2'],
    ['ONBUILD FROM', 'FROM a\nONBUILD FROM b', 'onbuild-trigger@2'],
    ['misspelled flag', 'FROM a\nCOPY --chwon=1 a b', 'unknown-flag@2'],
    ['flag where there is none', 'FROM a\nCMD --x y', 'unknown-flag@2'],
    ['flag twice', 'FROM a\nCOPY --chown=1 --chown=2 a b', 'duplicate-flag@2'],
    ['bad network', 'FROM a\nRUN --network=hots x', 'flag-value@2'],
    ['variable in --from', 'FROM a\nCOPY --from=$X a b', 'from-variable@2'],
    ['variable in a mount', 'FROM a\nRUN --mount=from=$X,target=/x y', 'mount-from-variable@2'],
    ['no such stage', 'FROM a\nCOPY --from=7 a b', 'no-such-stage@2'],
    ['stage that copies from itself', 'FROM a AS b\nCOPY --from=B a b', 'circular@2'],
    ['stages in a circle', 'FROM a AS b\nCOPY --from=c a b\nFROM a AS c\nRUN --mount=from=b,target=/x y', 'circular@4'],
    ['nothing for another frontend', '# syntax=example/x\nWHAT', ...[]],
    ['the frontend that is ours', '# syntax=docker.io/docker/dockerfile:1.7\nWHAT', 'unknown-instruction@2'],
    ['a frontend without here-documents', '# syntax=docker/dockerfile:1.2\nFROM a\nRUN <<E', ...[]],
    ['nothing for an empty RUN', 'FROM a\nRUN', ...[]],
    ['nothing for a flag of the future', 'FROM a\nRUN --something=1 x', ...[]],
  ];
  for (const [name, text, ...expected] of cases) it(name, () => deepEqual(codes(text), expected));

  it('says which word was meant', () => {
    equal(parseDockerfile('FROM a\nENTRYPIONT x').problems[0]?.hint, 'Did you mean ENTRYPOINT?');
  });
});
