import assert from 'node:assert/strict';
import { noDetails } from '../../../../debug-adapter/buildkit/errors.js';
import type { BuildSettings } from '../../../../debug-adapter/debugger/api.js';
import { EngineError, UserError } from '../../../../debug-adapter/debugger/errors.js';
import { refusedDockerfile } from '../../../../debug-adapter/debugger/failure/refused.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

describe('words about a base without a name', () => {
  const told = (text: string, message: string, line?: number, buildArgs: Record<string, string> = {}): string => {
    const sources = line === undefined ? [] : [{ filename: 'Dockerfile', startLine: line, endLine: line }];
    const error = new EngineError('LLBBridge.Solve', 2, message, { ...noDetails, sources });
    const settings = { dockerfile: '/p/Dockerfile', platforms: [], buildArgs } as unknown as BuildSettings;
    const refused = refusedDockerfile(error, settings, parseDockerfile(text));
    return refused instanceof UserError
      ? `${refused.code}: ${refused.message} ${refused.hint}`.trim()
      : String(refused);
  };
  const blank = (base: string): string => `base name (${base}) should not be blank`;

  it('name the variable, and how it gets a value', () => {
    const words =
      'base-empty: /p/Dockerfile:2: FROM $X names no image, for X has no value. Give X one: --build-arg X=…, in launch.json "buildArgs": { "X": "…" }; or a default on line 1: ARG X=….';
    assert.equal(told('ARG X\nFROM $X\n', blank('$X'), 2), words);
    assert.equal(told('ARG X=""\nFROM $X\n', blank('$X'), 2), words);
    const old = `failed to solve with frontend dockerfile.v0: failed to create LLB definition: ${blank('$X')}`;
    assert.equal(told('ARG X\nFROM $X\n', old), words);
  });

  it('say that FROM sees only what stands above the first one', () => {
    assert.match(
      told('FROM a\nARG W=b\nFROM ${W}\n', blank('${W}'), 3),
      /:3: FROM \$\{W\} names no image, for W has no value\. Write ARG W=… above the first FROM/,
    );
  });

  it('show what is left of a name', () => {
    const message = 'failed to parse stage name "alpine:": invalid reference format';
    assert.match(
      told('ARG V\nFROM alpine:$V\n', message, 2),
      /FROM alpine:\$V names no image: it reads "alpine:", for V has no value\. Give V one/,
    );
    assert.match(
      told('ARG V=1\nFROM alpine:$V\n', message, 2, { V: '' }),
      /The build argument V is given without a value: leave it out to have "1" of line 1\./,
    );
  });

  it('leave names alone that are wrong as they stand', () => {
    const message = 'failed to parse stage name "A b": invalid reference format';
    assert.equal(told('ARG V=1\nFROM Alpine:$V\n', message, 2), `dockerfile-refused: /p/Dockerfile:2: ${message}`);
  });
});
