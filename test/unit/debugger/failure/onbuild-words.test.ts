import assert from 'node:assert/strict';
import type { LlbVertex } from '../../../../debug-adapter/buildkit/llb.js';
import { ofBrought, onbuildCommand } from '../../../../debug-adapter/debugger/failure/onbuild-words.js';
import { fromOfTrigger } from '../../../../debug-adapter/debugger/program/triggers.js';
import type { Failure } from '../../../../debug-adapter/debugger/api.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

const vertex = (name: string, kind = 'file', more: object = {}): LlbVertex =>
  ({ digest: name, name, op: { op: { $case: kind, value: {} } }, inputs: [], ...more }) as unknown as LlbVertex;

describe('a failing ONBUILD command', () => {
  const told = (text: string, named: string, words: Partial<Failure>): Partial<Failure> => {
    const dockerfile = parseDockerfile(text);
    const from = dockerfile.instructions.findLast(({ keyword }) => keyword === 'FROM')!;
    const step = { instruction: from, vertices: [vertex(named)] };
    const onbuild = onbuildCommand(step, named, dockerfile);
    assert.ok(onbuild !== undefined);
    const verdict = { code: 'copy-source-not-found', summary: '', hint: '', fix: undefined, ...words };
    const { summary, hint, fix } = ofBrought(verdict, from, onbuild);
    return { summary, hint, ...(fix && { fix }) };
  };

  it('of an image is told of the FROM, and nothing of the Dockerfile mends it', () => {
    const fix = { title: '', path: '/Dockerfile', line: 1, endLine: 1, text: 'COPY b /' };
    const summary = 'COPY: the build context /c has no a.';
    const origin = 'The command is one of the image node:x, which runs it in every build on top of it.';
    for (const name of ['[2/3] ONBUILD COPY a /', '[stage-1 2/3] COPY a /'])
      assert.deepEqual(told('FROM node:x\n', name, { summary, hint: 'Did you mean b?', fix }), {
        summary: 'FROM node:x failed at its ONBUILD COPY a /: the build context /c has no a.',
        hint: `There is b: the image wants the other name. ${origin}`,
      });
    const run = { summary: 'RUN make failed with exit code 2.' };
    assert.deepEqual(told('FROM node:x\n', '[2/2] ONBUILD RUN make', run), {
      summary: 'FROM node:x failed at its ONBUILD RUN make: exit code 2.',
      hint: origin,
    });
    const ignored = { ...run, code: 'copy-source-ignored', fix };
    assert.deepEqual(told('FROM node:x\n', '[2/2] ONBUILD COPY a /', ignored).fix, fix);
  });

  it('of a stage is told with its line, which can be mended', () => {
    const text = 'FROM busybox AS base\nARG A\nONBUILD COPY $A /\nONBUILD RUN make\nFROM base\n';
    const fix = { title: '', path: '/Dockerfile', line: 3, endLine: 3, text: 'COPY b /' };
    assert.deepEqual(told(text, '[stage-1 1/2] ONBUILD COPY a /', { summary: 'COPY: no a.', hint: 'Go.', fix }), {
      summary: 'FROM base failed at its ONBUILD COPY $A /: no a.',
      hint: 'Go. The command is one of the stage base, on line 3, and runs in every stage that is built on it.',
      fix: { ...fix, text: 'ONBUILD COPY b /' },
    });
  });

  it('is none where the image itself cannot be had, but is where it takes something', () => {
    const dockerfile = parseDockerfile('FROM busybox\n');
    const [from] = dockerfile.instructions;
    const source = (digest: string, identifier: string): LlbVertex =>
      vertex(digest, 'source', { op: { op: { $case: 'source', value: { identifier } } } });
    const inputs = [{ digest: 'image' }, { digest: 'web' }];
    const copy = vertex('[2/2] ONBUILD ADD https://h/x /', 'file', { inputs });
    const vertices = [source('image', 'docker-image://busybox'), source('web', 'https://h/x'), copy];
    const step = { instruction: from!, vertices };
    assert.equal(onbuildCommand(step, 'image', dockerfile), undefined);
    assert.equal(onbuildCommand(step, 'web', dockerfile)?.command.args, 'https://h/x /');
  });

  it('that old engines place on the first line belongs to the FROM of its stage', () => {
    const dockerfile = parseDockerfile('# comment\nFROM a AS one\nRUN x\nFROM b\n');
    const at = (name: string, kind?: string, startLine = 1): number | undefined =>
      fromOfTrigger(dockerfile, vertex(name, kind, { locations: [{ startLine }] }))?.startLine;
    assert.equal(at('[stage-1 2/3] COPY a /'), 4);
    assert.equal(at('[linux/amd64 stage-1  2/13] RUN a', 'exec'), 4);
    assert.equal(at('[one 2/3] RUN a', 'exec'), 2);
    assert.equal(at('[stage-1 2/3] COPY a /', 'file', 3), undefined);
    assert.equal(at('[stage-1 1/3] FROM b', 'source'), undefined);
    assert.equal(at('COPY a /'), 4, 'of a stage that does nothing itself');
    const only = parseDockerfile('ARG A\nFROM $A\n');
    assert.equal(
      fromOfTrigger(only, vertex('[2/3] RUN a', 'exec', { locations: [{ startLine: 1 }] })),
      only.instructions[1],
    );
  });
});
