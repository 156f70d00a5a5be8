import assert from 'node:assert/strict';
import { earlierSetting } from '../../../../debug-adapter/debugger/failure/earlier-setting.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

describe('what an instruction above is to blame for', () => {
  const told = (text: string, said: string, isBare = false): string | undefined => {
    const dockerfile = parseDockerfile(text);
    const last = dockerfile.instructions.at(-1);
    assert.ok(last !== undefined);
    return earlierSetting(said, last, dockerfile, isBare);
  };
  const noBash = 'runc run failed: exec: "/bin/bash": stat /bin/bash: no such file or directory';
  const shell = 'SHELL ["/bin/bash", "-c"]\n';

  it('is a SHELL that the image lacks', () => {
    const words = told(`FROM alpine\n${shell}RUN id\n`, noBash);
    assert.match(
      words ?? '',
      /^\/bin\/bash, which SHELL on line 2 names, is not in the image\. Install it.*"\/bin\/sh"/,
    );
    assert.match(told(`FROM alpine AS a\n${shell}FROM a\nRUN id\n`, noBash) ?? '', /SHELL on line 2/);
    const inPath = 'exec: "bash": executable file not found in $PATH';
    assert.match(told('FROM alpine\nSHELL ["bash", "-c"]\nRUN id\n', inPath) ?? '', /^bash, which SHELL on line 2/);
  });

  it('is no SHELL of another stage, above another SHELL, or of the JSON form', () => {
    assert.equal(told(`FROM alpine\n${shell}FROM alpine\nRUN id\n`, noBash), undefined);
    assert.equal(told(`FROM alpine\n${shell}SHELL ["/bin/sh", "-c"]\nRUN id\n`, noBash), undefined);
    assert.equal(told(`FROM alpine\n${shell}RUN ["/bin/bash", "x"]\n`, noBash), undefined);
  });

  it('is a USER whom the image does not know', () => {
    const said = 'unable to find user ghost: no matching entries in passwd file';
    assert.match(
      told('FROM alpine\nUSER ghost\nRUN id\n', said) ?? '',
      /^USER on line 2 names the user ghost, and \/etc\/passwd of the image has none\. Make it in a RUN above/,
    );
    const group = 'unable to find group ghosts: no matching entries in group file';
    assert.match(
      told('FROM alpine\nUSER root:ghosts\nRUN ["id"]\n', group) ?? '',
      /the group ghosts.*groupadd.*1000:1000/,
    );
    assert.match(told('FROM alpine\nRUN id\n', said) ?? '', /^The base image runs its commands as the user ghost/);
  });

  it('has advice without a RUN where the image has no shell', () => {
    const user = 'unable to find user app: invalid argument';
    assert.equal(
      told('FROM scratch\nUSER app\nRUN ["/x"]\n', user, true),
      'USER on line 2 names the user app, which the image does not know, and it has no shell to make one with. Write a number: USER 1000; or bring the file: COPY --from=STAGE /etc/passwd /etc/passwd.',
    );
    const words = told(`FROM scratch\n${shell}RUN id\n`, noBash, true) ?? '';
    assert.match(
      words,
      /^\/bin\/bash, which SHELL on line 2 names, .* no other shell is\. COPY a statically linked one/,
    );
    assert.doesNotMatch(words, /Install/);
  });
});
