import assert from 'node:assert/strict';
import type { Mount } from '../../../../debug-adapter/buildkit/gen/ops.js';
import type { LlbVertex } from '../../../../debug-adapter/buildkit/llb.js';
import type { BuildSettings, FileFact } from '../../../../debug-adapter/debugger/api.js';
import { sourceNamed } from '../../../../debug-adapter/debugger/failure/copy-source.js';
import { lostMount } from '../../../../debug-adapter/debugger/containers/opening.js';
import { diagnoseMount } from '../../../../debug-adapter/debugger/failure/mount-source.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

const text = 'FROM alpine AS build\nFROM alpine\nRUN --mount=target=/c --mount=from=build,src=/a/lib,target=m';
const dockerfile = parseDockerfile(`${text} --mount=from=img,source=etcc,dst=/n ls /a/x\n`);
const mount = (dest: string, input: bigint, selector: string): object => ({ dest, input, selector });
const mounts = [mount('/', 0n, ''), mount('/c', 1n, ''), mount('/w/m', 2n, '/a/lib'), mount('/n', 3n, 'etcc')];
const inputs = ['root', 'context', 'build', 'img'].map((digest) => ({ digest, index: 0 }));
const vertex = { op: { op: { $case: 'exec', value: { mounts } } }, inputs } as unknown as LlbVertex;
const settings = { context: { kind: 'folder', path: '/c' }, frontendAttrs: {}, locals: {} } as unknown as BuildSettings;

async function told(message: string, files: Readonly<Record<string, readonly string[]>>): Promise<string | undefined> {
  const found = await diagnoseMount(dockerfile.instructions[2]!, vertex, message, settings, {
    named: (from) => sourceNamed(from, dockerfile, settings),
    list: (result) => (folder) => {
      const names = files[`${result?.digest ?? ''}:${folder}`];
      return names === undefined
        ? Promise.reject(new Error('no such file'))
        : Promise.resolve(names.map((name) => ({ name, type: 'folder' }) as FileFact));
    },
  });
  return found && `${found.message} ${found.hint}`;
}

describe('a source of a --mount that is not there', () => {
  const build = 'RUN --mount=from=build,src=/a/lib,target=m: the stage build has no /a/lib. Did you mean /a/libs?';
  const image = 'RUN --mount=from=img,source=etcc,dst=/n: the image img has no /etcc. Did you mean /etc?';
  const files = { 'build:/': ['a'], 'build:/a': ['libs'], 'img:/': ['etc'] };

  it('is told with its mount and what it is from, however the engine says it', async () => {
    const sum = 'failed to calculate checksum of ref x::y: "/a/lib": not found';
    assert.equal(await told(sum, files), build);
    const open = 'process "/bin/sh -c ls" did not complete successfully: open /etcc: no such file or directory';
    assert.equal(await told(open, files), image);
    assert.equal(await told(open.replace('/etcc', '/tmp/buildkit-mount13/etcc'), files), image);
  });

  it('is looked for where the engine does not say it', async () => {
    const words = 'releasing already released reference x::y';
    assert.equal(await told(words, files), build);
    assert.equal(await told(words, { ...files, 'build:/a': ['lib'] }), image);
    assert.equal(await told(words, { ...files, 'build:/a': ['lib'], 'img:/': ['etcc'] }), undefined);
  });

  it('is none in words about something else', async () => {
    assert.equal(await told('open /proc/self: no such file or directory', files), undefined);
    assert.equal(await told('no space left on device', files), undefined);
  });

  it('is left out of the container of a stop', () => {
    const scene = { mounts: mounts as Mount[] };
    const dest = (text: string): string | undefined => lostMount(scene, text)?.dest;
    assert.equal(dest('open /etcc: no such file or directory'), '/n');
    assert.equal(dest('open /tmp/buildkit-mount13/a/lib: no such file or directory'), '/w/m');
    assert.equal(dest('open /dev/tty: no such file or directory'), undefined);
    assert.equal(dest('exec: "/bin/sh": stat /bin/sh: no such file or directory'), undefined);
  });
});
