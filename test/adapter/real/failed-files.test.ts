import assert from 'node:assert/strict';
import { engineAddress, type EngineKind } from '../../support/environment/engines.js';
import { standAt, type Standing } from './debugger-support.js';

const signal = new AbortController().signal;

/** By name: type, size of files, mode, target. */
async function look({ frame }: Standing, folder: string): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const files = await frame.files.list(folder, signal);
  const rows = files.map(({ name, type, size, mode, linkTarget }) => {
    const target = linkTarget === undefined ? [] : [linkTarget];
    return [
      name,
      [type, ...(type === 'file' ? [size] : []), ...(type === 'link' ? [] : [mode.toString(8)]), ...target],
    ];
  });
  return Object.fromEntries(rows) as Record<string, readonly unknown[]>;
}

function filesOf(kind: EngineKind): void {
  const builder = engineAddress(kind);
  const Dockerfile = `FROM busybox
RUN mkdir /data && chmod 711 /data && echo secret > /data/kept && chmod 600 /data/kept
COPY make.sh /
USER 1000:1000
RUN sh /make.sh
`;
  const make = `cd /tmp
for name in 'a b' "it's" -n '*' '$(x)' 'ünï' .hidden 'new
line'; do echo x > "./$name"; done
ln -s /nowhere gone; ln -s .hidden link; mkdir -m 2750 folder; mkfifo pipe; chmod 4755 .hidden
mkdir many; for i in $(seq 1 450); do : > many/$i; done; seq 1 100000 > long; exit 7
`;
  const files = { Dockerfile, 'make.sh': make };

  it('lists what is there, whatever its name', async () => {
    await using standing = await standAt(undefined, files, { builder });
    assert.equal(standing.stop.state, 'failed');
    assert.deepEqual(await look(standing, '/tmp'), {
      'a b': ['file', 2, '644'],
      "it's": ['file', 2, '644'],
      '-n': ['file', 2, '644'],
      '*': ['file', 2, '644'],
      '$(x)': ['file', 2, '644'],
      ünï: ['file', 2, '644'],
      'new\nline': ['file', 2, '644'],
      '.hidden': ['file', 2, '4755'],
      gone: ['link', '/nowhere'],
      link: ['link', '.hidden'],
      folder: ['folder', '2750'],
      pipe: ['other', '644'],
      many: ['folder', '755'],
      long: ['file', 588_895, '644'],
    });
    assert.equal((await standing.frame.files.list('/tmp/many', signal)).length, 450);
    assert.deepEqual(await look(standing, '/tmp/folder'), {});
    const names = Object.keys(await look(standing, '/'));
    assert.ok(names.includes('data') && !names.some((name) => name.startsWith('.dbg')), names.join());
  });

  it('reads pieces of files, also those that the user of the step may not read', async () => {
    await using standing = await standAt(undefined, files, { builder });
    const read = async (path: string, offset: number, length: number): Promise<string> =>
      Buffer.from(await standing.frame.files.read(path, { offset, length }, signal)).toString();
    assert.equal(await read('/data/kept', 0, 100), 'secret\n');
    assert.equal(await read('/tmp/long', 588_888, 100), '100000\n');
    assert.equal(await read('/tmp/long', 2, 5), '2\n3\n4');
    assert.equal(await read("/tmp/it's", 0, 9), 'x\n');
    await assert.rejects(read('/tmp/none', 0, 1));
    await assert.rejects(standing.frame.files.list('/tmp/none', signal));
  });
}

describe('files of a failed step', () => {
  for (const kind of ['buildkitd', 'buildkitd-0.26', 'buildkitd-old', 'docker29'] as const) {
    describe(kind, () => filesOf(kind));
  }
});
