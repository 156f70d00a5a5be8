import assert from 'node:assert/strict';
import { declaredArguments, undeclared } from '../../../debug-adapter/dap/build-arguments.js';
import { parseDockerfile } from '../../../debug-adapter/dockerfile/parse.js';

const text = `ARG BASE=busybox
FROM $BASE
ARG ONE TWO="a b" three
ONBUILD ARG LATER=1
`;

describe('build arguments', () => {
  it('are declared by ARG, wherever it stands', () => {
    assert.deepEqual([...declaredArguments(parseDockerfile(text))], ['BASE', 'ONE', 'TWO', 'three', 'LATER']);
  });

  it('that nothing declares are told, with the nearest name', () => {
    const given = ['BASE', 'TWO', 'LATER', 'http_proxy', 'BUILDKIT_INLINE_CACHE', 'TARGETARCH', 'BSAE', 'other'];
    const notes = undeclared(parseDockerfile(text), given);
    assert.equal(notes.length, 2);
    assert.match(notes[0] ?? '', /declares BSAE: .* Did you mean BASE\?$/);
    assert.match(notes[1] ?? '', /declares other: .*asks for it\.$/);
  });

  it('are not judged where the file is read by others, or is not here', () => {
    assert.deepEqual(undeclared(parseDockerfile(`# syntax=example/own\n${text}`), ['other']), []);
    assert.deepEqual(undeclared(parseDockerfile(text), ['other', 'BUILDKIT_SYNTAX']), []);
    assert.deepEqual(undeclared(parseDockerfile(''), ['other']), []);
    assert.equal(undeclared(parseDockerfile(`# syntax=docker/dockerfile:1\n${text}`), ['other']).length, 1);
  });
});
