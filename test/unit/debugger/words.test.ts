import assert from 'node:assert/strict';
import { missingPath } from '../../../debug-adapter/debugger/copy-doctor.js';
import { excerpt } from '../../../debug-adapter/debugger/excerpt.js';
import { exitCodeIn } from '../../../debug-adapter/debugger/failure.js';
import { fileFact } from '../../../debug-adapter/debugger/files.js';
import { typedCommand } from '../../../debug-adapter/debugger/shell-script.js';
import { inShort } from '../../../debug-adapter/debugger/stumble.js';
import { Stat } from '../../../debug-adapter/buildkit/gen/fsutil.js';

describe('words about failures', () => {
  it('reads exit codes of engines that only say them', () => {
    assert.equal(exitCodeIn('executor failed running [/bin/sh -c false]: exit code: 7'), 7);
    assert.equal(exitCodeIn('something else'), undefined);
  });

  it('finds the path that a COPY missed', () => {
    const message = 'failed to compute cache key: failed to calculate checksum of ref x::y: "/src/a b": not found';
    assert.equal(missingPath(message), '/src/a b');
    assert.equal(inShort(message), '/src/a b was not found');
    assert.equal(inShort('exit code: 3'), 'exit code: 3');
  });

  it('marks every line of the instruction in the excerpt', () => {
    const text = 'FROM a\nRUN x \\\n  y\nCMD z\n';
    assert.equal(
      excerpt('/p/Dockerfile', text, { line: 2, endLine: 3 }),
      'Dockerfile:2\n--------------------\n1 |     FROM a\n2 | >>> RUN x \\\n3 | >>>   y\n4 |     CMD z\n5 |\n--------------------\n',
    );
  });
});

describe('shells', () => {
  it('types the shell form as written and quotes the exec form', () => {
    assert.equal(typedCommand(['/bin/sh', '-c', 'make && x'], ['/bin/sh', '-c']), 'make && x');
    assert.equal(typedCommand(['printf', "it's", 'a b'], ['/bin/sh', '-c']), "printf 'it'\\''s' 'a b'");
  });
});

describe('fileFact', () => {
  it('reads the modes of Go', () => {
    const stat = (mode: number): ReturnType<typeof fileFact> => fileFact(Stat.fromPartial({ path: 'x', mode }));
    assert.deepEqual([stat(0x800001ed).type, stat(0x800001ed).mode], ['folder', 0o755]);
    assert.equal(stat(0x080001ff).type, 'link');
    assert.equal(stat(0x00800000 | 0o755).mode, 0o4755);
    assert.equal(stat(0x04000000).type, 'other');
  });
});
