import assert from 'node:assert/strict';
import type { FileFact } from '../../../../debug-adapter/debugger/api.js';
import { bareHint, hasShell } from '../../../../debug-adapter/debugger/failure/bare-image.js';
import { EngineError } from '../../../../debug-adapter/debugger/errors.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

describe('an image without a shell', () => {
  const has = (folders: Readonly<Record<string, readonly string[] | Error>>): Promise<boolean> =>
    hasShell((folder) => {
      const found = folders[folder] ?? new EngineError('ReadDir', 2, `open ${folder}: no such file`, { sources: [] });
      if (found instanceof Error) return Promise.reject(found);
      return Promise.resolve(found.map((name) => ({ name }) as FileFact));
    });

  it('is told by its files, and is none where they cannot be had', async () => {
    assert.equal(await has({}), false);
    assert.equal(await has({ '/bin': ['tool'], '/usr/bin': [] }), false);
    assert.equal(await has({ '/bin': ['ls', 'sh'] }), true);
    assert.equal(await has({ '/usr/bin': ['bash'] }), true);
    assert.equal(await has({ '/bin': new Error('gone') }), true);
  });

  const told = (run: string, said: string): string | undefined =>
    bareHint(said, parseDockerfile(`FROM scratch\n${run}\n`).instructions[1]!);
  const notThere = (program: string): string => `runc run failed: exec: "${program}": stat ${program}: no such file`;

  it('has advice that works there', () => {
    assert.match(
      told('RUN make', notThere('/bin/sh')) ?? '',
      /no shell to run .* JSON form, RUN \["\/program", "argument"\]/,
    );
    assert.equal(
      told('RUN ["/bin/ls"]', notThere('/bin/ls')),
      'The image has no /bin/ls, and no shell to install it with. COPY a statically linked one into it, e.g. COPY --from=STAGE /bin/ls /bin/ls, or run this in a stage that has it.',
    );
    const inPath = 'exec: "ls": executable file not found in $PATH';
    assert.match(told('RUN ["ls"]', inPath) ?? '', /^The image has no ls, .* \/bin\/ls \/bin\/ls,/);
    assert.match(
      told('RUN ["/x"]', 'exec /x: no such file or directory') ?? '',
      /^\/x is in the image, and what is to load it is not: .* take a statically linked program/,
    );
  });

  it('has none for what is about something else', () => {
    assert.equal(told('RUN ["ls -l"]', 'exec: "ls -l": executable file not found in $PATH'), undefined);
    assert.equal(told('RUN ["/x"]', 'it fell over'), undefined);
    assert.equal(told('COPY a /', notThere('/bin/sh')), undefined);
  });
});
