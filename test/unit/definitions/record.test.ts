import assert from 'node:assert/strict';
import { deflateRawSync } from 'node:zlib';
import { readDefinition } from '../../../debug-adapter/definitions/read-definition.js';
import { placesOf } from '../../../debug-adapter/definitions/record/places.js';
import { begunAt, durationOf } from '../../../debug-adapter/definitions/record/failure.js';
import { isZip, unzip } from '../../../debug-adapter/definitions/record/zip.js';
import { Workspace } from '../../support/dap/workspace.js';

interface Where {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly state?: object;
  readonly isGiven?: boolean;
}

/** With the workspace as `/w`, which has a Dockerfile in it and one in `app`. */
async function places({ attributes = {}, state, isGiven = true }: Where): Promise<readonly unknown[]> {
  using workspace = new Workspace({ Dockerfile: '', 'app/Dockerfile': '', 'app/docker/Prod': '' });
  const localState = Object.entries(state ?? {}).map(([name, value]) => [
    name,
    String(value).replace('/w', workspace.root),
  ]);
  const build = { record: { localState: Object.fromEntries(localState) as unknown }, parts: new Map() };
  const { launch, isTyped, notes } = await placesOf(build, attributes, { path: workspace.root, isGiven });
  const { context, dockerfile } = launch;
  return [context, dockerfile, ...(isTyped ? ['typed'] : []), ...notes].map((text) =>
    text.replaceAll(workspace.root, '/w'),
  );
}

describe('the places of a recorded build', () => {
  const url = 'https://git.example/o/r.git#refs/heads/main:app';

  it('are the URL that it was built from, if no folder is named or it is another one', async () => {
    const [context, dockerfile, note] = await places({ attributes: { context: url }, isGiven: false });
    assert.deepEqual([context, dockerfile], [url, 'Dockerfile']);
    assert.match(String(note), /come from https:.* again: to build files that are here, name the folder/);
    const other = await places({ attributes: { context: url, filename: 'Other' } });
    assert.deepEqual(other.slice(0, 2), [url, 'Other']);
    assert.match(String(other[2]), /there is no \/w\/app\/Other here/);
  });

  it('are those of the folder that is named, in the place of a URL', async () => {
    const expected = ['/w/app', '/w/app/Dockerfile', `It was built from ${url}; here, /w/app is built.`];
    assert.deepEqual(await places({ attributes: { context: url } }), expected);
    const below = { context: url, filename: 'docker/Prod' };
    assert.equal((await places({ attributes: below }))[1], '/w/app/docker/Prod');
  });

  it('are where they were, on the machine that built it, unless another folder is named', async () => {
    const state = { LocalPath: '/w/app', DockerfilePath: '/w/app/docker/Prod' };
    assert.deepEqual(await places({ state }), ['/w/app', '/w/app/docker/Prod']);
    assert.deepEqual(await places({ state, isGiven: false }), ['/w/app', '/w/app/docker/Prod']);
    using other = new Workspace({ Dockerfile: '' });
    assert.deepEqual(await places({ state: { LocalPath: other.root } }), ['/w', '/w/Dockerfile']);
    const [context, , note] = await places({
      state: { LocalPath: other.root },
      attributes: { 'vcs:localdir:context': 'no' },
    });
    assert.equal(context, other.root);
    assert.match(String(note), /^There is no \/w\/no\/Dockerfile: the files are taken from where they were/);
    const elsewhere = await places({ state: { LocalPath: other.root }, isGiven: false });
    assert.deepEqual(elsewhere, [other.root, other.path()]);
  });

  it('are refused where the folder that is named is not there', async () => {
    const build = { record: {}, parts: new Map<string, Uint8Array>() };
    await assert.rejects(placesOf(build, {}, { path: '/no/such', isGiven: true }), /There is no folder \/no\/such\./);
    const cwd = { given: '/', otherwise: '/' };
    const place = { env: {}, homeDir: '/', platform: 'linux' } as const;
    await assert.rejects(readDefinition({ repository: 'app' }, cwd, place), /is where the files of a "record" are/);
  });

  it('are never outside of the folder', async () => {
    const attributes = { 'vcs:localdir:context': '../..', 'vcs:localdir:dockerfile': '../../etc', filename: 'passwd' };
    assert.deepEqual(await places({ attributes }), ['/w', '/w/passwd']);
    assert.deepEqual(await places({ attributes: { filename: '/etc/passwd' } }), ['/w', '/w/passwd']);
  });

  it('are the folder for what came through a pipe', async () => {
    assert.deepEqual(await places({ state: { LocalPath: '-' } }), ['/w', '/w/Dockerfile', 'typed']);
    const [context, dockerfile, note] = await places({
      attributes: { context: 'http://buildkit-session/abc' },
      state: { LocalPath: '-' },
    });
    assert.deepEqual([context, dockerfile], ['/w', '/w/Dockerfile']);
    assert.match(String(note), /came through a pipe/);
  });
});

describe('the times of a record', () => {
  const record = (begun: unknown, ended: unknown): Parameters<typeof begunAt>[0] => ({
    record: { CreatedAt: begun, CompletedAt: ended },
    parts: new Map(),
  });

  it('are numbers or texts, or not known', () => {
    const texts = record('2026-01-02T03:04:05Z', '2026-01-02T03:04:07Z');
    assert.equal(begunAt(texts)?.toISOString(), '2026-01-02T03:04:05.000Z');
    assert.equal(durationOf(texts), 2);
    assert.equal(begunAt(record({ seconds: 1e30 }, undefined)), undefined);
    assert.equal(begunAt(record('never', 5)), undefined);
  });
});

/** A zip as it is written to a stream: sizes are behind the file. */
function zipped(content: Buffer, method: 0 | 8): Buffer {
  const data = method === 0 ? content : deflateRawSync(content);
  const name = Buffer.from('a.dockerbuild');
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 6);
  local.writeUInt16LE(method, 8);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(method, 10);
  entry.writeUInt32LE(data.length, 20);
  entry.writeUInt32LE(content.length, 24);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(30 + name.length + data.length, 16);
  return Buffer.concat([local, name, data, entry, name, end, Buffer.from('comment')]);
}

describe('a zip', () => {
  const content = Buffer.from('text '.repeat(100));

  it('gives its files, packed or not', async () => {
    for (const method of [0, 8] as const) {
      const zip = zipped(content, method);
      assert.ok(isZip(zip));
      assert.deepEqual((await unzip(zip, 1000)).map(String), [String(content)]);
    }
  });

  it('that is cut, damaged or too large is told as that', async () => {
    const zip = zipped(content, 8);
    await assert.rejects(unzip(zip.subarray(0, 60), 1000), /only a part of it is here/);
    await assert.rejects(unzip(zip, 100), RangeError);
    await assert.rejects(unzip(zip.fill(0, 0, 4).fill(0xff, zip.length - 13, zip.length - 9), 1000), /damaged/);
  });
});
