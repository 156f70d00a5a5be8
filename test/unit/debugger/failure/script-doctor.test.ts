import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hereDocumentTrouble, scriptTrouble } from '../../../../debug-adapter/debugger/failure/script-doctor.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

describe('a script that is in the image and not found', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'scripts-'));
    mkdirSync(join(folder, 'tools/deep'), { recursive: true });
    writeFileSync(join(folder, 'crlf.sh'), '#!/bin/sh\r\nset -e\r\n');
    writeFileSync(join(folder, 'tools/deep/run'), '#!/usr/bin/env python3\nprint(1)\n');
    writeFileSync(join(folder, 'bash.sh'), '#!/bin/bash\necho\n');
    writeFileSync(join(folder, 'fine.sh'), '#!/bin/sh\nnothere\n');
    writeFileSync(join(folder, 'binary'), Buffer.from([0x7f, 0x45, 0x4c, 0x46]));
  });
  after(() => rmSync(folder, { recursive: true }));

  const of = (lines: readonly string[], wrote: string): Promise<string | undefined> => {
    const dockerfile = parseDockerfile(['FROM x', ...lines, 'RUN it', ''].join('\n'));
    const [instruction] = dockerfile.instructions.slice(-1);
    assert.ok(instruction);
    return scriptTrouble([wrote], instruction, dockerfile, { context: { kind: 'folder', path: folder } });
  };

  it('has Windows line endings', async () => {
    const origin =
      /^\/crlf\.sh is in the image: COPY \(line 2\) took crlf\.sh from the context\. .*Windows line endings/;
    for (const wrote of ['/bin/sh: 1: /crlf.sh: not found', '/bin/sh: /crlf.sh: not found'])
      assert.match((await of(['COPY crlf.sh /'], wrote)) ?? '', origin);
    assert.match((await of(['COPY . .'], '/bin/sh: ./crlf.sh: not found')) ?? '', /Windows line endings/);
    assert.match((await of(['ADD crlf.sh /bin/entry'], 'sh: entry: not found')) ?? '', /ADD \(line 2\) took crlf\.sh/);
    assert.match((await of(['COPY ["crlf.sh", "/bin/entry"]'], 'sh: entry: not found')) ?? '', /Windows/);
  });

  it('names a program that is not there', async () => {
    assert.match((await of(['COPY bash.sh /x'], '/bin/sh: /x: not found')) ?? '', /names \/bin\/bash, which/);
    assert.match((await of(['COPY tools /t/'], '/bin/sh: /t/deep/run: not found')) ?? '', /names python3, which/);
    const wrote = 'bash: line 1: /t/deep/run: cannot execute: required file not found';
    assert.equal(await of(['COPY tools /t/'], wrote), undefined);
  });

  it('is none, or says nothing', async () => {
    for (const [line, wrote] of [
      ['COPY fine.sh /', '/fine.sh: nothere: not found'],
      ['COPY fine.sh /', '/bin/sh: /fine.sh: not found'],
      ['COPY binary /', '/bin/sh: /binary: not found'],
      ['COPY --from=b crlf.sh /', '/bin/sh: /crlf.sh: not found'],
      ['COPY nothing /', '/bin/sh: /nothing: not found'],
      ['COPY . /', '/bin/sh: tools: not found'],
      ['COPY crlf.sh /', 'something else'],
    ] as const)
      assert.equal(await of([line], wrote), undefined, line);
  });
});

describe('a here-document whose interpreter is not there', () => {
  const told = (first: string, said: string): string | undefined => {
    const [, run] = parseDockerfile(`FROM a\nRUN <<EOF\n${first}\nx\nEOF\n`).instructions;
    const found = hereDocumentTrouble(said.split('\n'), run!);
    return found && `${found.line} ${found.hint}`;
  };
  const names = (program: string): string =>
    `3 The "#!" line of the here-document (line 3) names ${program}, which is not in the image. Install it in an earlier step, or name another one.`;

  it('is told with that line, whichever shell says it', () => {
    for (const said of [
      '/bin/sh: /dev/pipes/EOF: not found',
      '/bin/sh: 1: /dev/pipes/EOF: not found',
      '/bin/bash: line 1: /dev/pipes/EOF: cannot execute: required file not found',
      '/bin/bash: line 1: /dev/pipes/EOF: No such file or directory',
      '/bin/bash: /dev/pipes/EOF: /usr/bin/python3: bad interpreter: No such file or directory',
    ])
      assert.equal(told('#!/usr/bin/python3 -u', said), names('/usr/bin/python3'), said);
  });

  it('is the program that env was to start, where env is there', () => {
    const first = '#!/usr/bin/env python3';
    assert.equal(told(first, 'sh: /dev/pipes/EOF: not found'), names('/usr/bin/env'));
    assert.equal(told(first, "env: can't execute 'python3': No such file or directory"), names('python3'));
    assert.equal(told(first, '/usr/bin/env: ‘python3’: No such file or directory'), names('python3'));
  });

  it('may only end wrongly', () => {
    assert.match(
      told('#!/bin/sh\r', 'sh: /dev/pipes/EOF: not found') ?? '',
      /ends in a carriage return .* \/bin\/sh\. Save/,
    );
  });

  it('is none where a command in it is not found', () => {
    assert.equal(told('#!/bin/sh', '/dev/pipes/EOF: line 3: nosuch: not found'), undefined);
    assert.equal(told('echo', 'sh: /dev/pipes/EOF: not found'), undefined);
  });
});
