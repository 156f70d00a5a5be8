import assert from 'node:assert/strict';
import { readLlb } from '../../../../debug-adapter/buildkit/llb.js';
import { dockerfileInput } from '../../../../debug-adapter/debugger/sources/dockerfile-input.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

interface Case {
  readonly text?: string;
  readonly ignore?: string | { readonly path: string; readonly text: string; readonly isLink?: boolean };
  readonly isPlain?: boolean;
  readonly settings?: object;
}

const usual = {
  dockerfile: '/w/app.Dockerfile',
  dockerfileIsLocal: true,
  context: { kind: 'folder', path: '/w' },
  buildArgs: {},
  frontendAttrs: {},
};

function input({
  text = 'FROM scratch\n',
  ignore,
  isPlain = true,
  settings = {},
}: Case = {}): ReturnType<typeof dockerfileInput> {
  const dockerfile = parseDockerfile(text);
  return dockerfileInput({ settings: { ...usual, ...settings }, dockerfile, taken: { ignore, isPlain } } as never);
}

/** Path and text of the files in it. */
function files(inputs: ReturnType<typeof dockerfileInput>): Record<string, string> {
  const definition = inputs['dockerfile'];
  assert.ok(definition !== undefined);
  const [vertex] = readLlb(definition).vertices.values();
  const op = vertex?.op.op;
  assert.ok(op?.$case === 'file');
  return Object.fromEntries(
    op.value.actions.flatMap(({ action }) =>
      action?.$case === 'mkfile' ? [[action.value.path, Buffer.from(action.value.data).toString('utf8')]] : [],
    ),
  );
}

describe('the Dockerfile as an input of the frontend', () => {
  it('is there byte by byte, with a rule file that keeps the engine from looking for another one', () => {
    const text = '\ufeffFROM scratch\r\nLABEL a="é\u{1f433}"\r\n';
    assert.deepEqual(files(input({ text })), {
      '/app.Dockerfile': text,
      '/app.Dockerfile.dockerignore': '#\n',
    });
  });

  it('brings the rules that count, wherever they stand, and an empty file of rules as it is', () => {
    for (const text of ['*.log\n!a.log\r\n', '']) {
      const ignore = { path: '/w/.dockerignore', text };
      assert.equal(files(input({ ignore }))['/app.Dockerfile.dockerignore'], text);
    }
  });

  it('is the same graph for the same text, and another one for another text', () => {
    const graph = (text: string): unknown => input({ text })['dockerfile']?.def;
    assert.deepEqual(graph('FROM scratch\n'), graph('FROM scratch\n'));
    assert.notDeepEqual(graph('FROM scratch\n'), graph('FROM scratch\n\n'));
  });

  it('is left to the engine where that would be seen', () => {
    const elsewhere: readonly Case[] = [
      { text: '# syntax=docker/dockerfile:1\nFROM scratch\n' },
      { text: 'FROM scratch\nLABEL a=\ufffd\n' },
      { ignore: 'unreadable' },
      { ignore: { path: '/w/.dockerignore', text: '', isLink: true } },
      { isPlain: false },
      { settings: { dockerfile: '/w/a\\b' } },
      { ignore: { path: '/w/.dockerignore', text: '\ufffd' } },
      { settings: { buildArgs: { BUILDKIT_SYNTAX: 'docker/dockerfile:1' } } },
      { settings: { frontendAttrs: { 'attest:provenance': 'mode=max' } } },
      { settings: { context: { kind: 'remote', url: 'https://example.com/x.git' } } },
      { settings: { dockerfileIsLocal: false } },
    ];
    for (const each of elsewhere) assert.deepEqual(input(each), {}, JSON.stringify(each));
  });
});
