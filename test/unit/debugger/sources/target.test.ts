import assert from 'node:assert/strict';
import type { BuildSettings } from '../../../../debug-adapter/debugger/api.js';
import { UserError } from '../../../../debug-adapter/debugger/errors.js';
import { checkTarget } from '../../../../debug-adapter/debugger/sources/load.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

describe('targets', () => {
  const dockerfile = parseDockerfile('FROM alpine AS test\nRUN a\nFROM busybox\nRUN b\n');
  const refused = (target: string): string => {
    try {
      checkTarget(dockerfile, { target } as BuildSettings);
    } catch (error) {
      assert.ok(error instanceof UserError);
      return `${error.code}: ${error.message} ${error.hint}`;
    }
    return '';
  };

  it('are stages by name, in any case', () => {
    assert.equal(refused('test'), '');
    assert.equal(refused('Test'), '');
    assert.equal(
      refused('tset'),
      'target-unknown: The Dockerfile has no stage "tset". Did you mean "test"? Stages: test.',
    );
  });

  it('are no numbers: engines know none', () => {
    assert.match(refused('0'), /no stage "0"\. A target is a name, no number: stage 0 is called "test"\.$/);
    assert.match(refused('1'), /no stage "1"\. .*Give stage 1 one on line 3: FROM busybox AS NAME\.$/);
    assert.match(refused('2'), /no stage "2"\. Stages: test\.$/);
    assert.match(refused('+1'), /no stage "\+1"\. Stages: test\.$/);
  });
});
