import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Descriptor,
  hasBlob,
  readSingle,
  readTag,
  writeNames,
} from '../../../../debug-adapter/buildkit/session/content/index-file.js';

const refName = 'org.opencontainers.image.ref.name';
const imageName = 'io.containerd.image.name';

describe('the index of an OCI layout', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dockerfile-debugger-index-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const manifest = (letter: string): Descriptor => ({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: `sha256:${letter.repeat(64)}`,
    size: 7,
  });
  const names = (): readonly unknown[] => {
    const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { manifests: Descriptor[] };
    return index.manifests.map(({ digest, annotations = {} }) => [
      digest.at(-1),
      annotations[refName],
      annotations[imageName],
    ]);
  };

  it('gives a name to one manifest at a time, and keeps the others', async () => {
    await writeNames(folder, [{ tag: 'latest' }], manifest('a'));
    await writeNames(folder, [{ name: 'localhost:5000/app' }, { name: 'example.com/app:2@sha256:0' }], manifest('b'));
    await writeNames(folder, [{ tag: 'latest' }, { tag: '2' }], manifest('c'));
    assert.deepEqual(names(), [
      ['b', 'localhost:5000/app', 'localhost:5000/app'],
      ['b', '2', 'example.com/app:2@sha256:0'],
      ['c', 'latest', undefined],
      ['c', '2', undefined],
    ]);
  });

  it('keeps the names that many give at one time', async () => {
    const tags = Array.from({ length: 20 }, (_, index) => `t${index}`);
    await Promise.all(tags.map((tag) => writeNames(folder, [{ tag }], manifest('a'))));
    assert.deepEqual(
      names()
        .map((name) => (name as string[])[1])
        .sort(),
      [...tags].sort(),
    );
  });

  it('finds a manifest by its image name first, then by its tag', async () => {
    await writeNames(folder, [{ name: 'example.com/app:1' }], manifest('a'));
    assert.equal((await readSingle(folder))?.digest, manifest('a').digest);
    await writeNames(folder, [{ tag: 'example.com/app:1' }], manifest('b'));
    assert.equal((await readTag(folder, 'example.com/app:1'))?.digest, manifest('a').digest);
    assert.equal((await readTag(folder, '1'))?.digest, manifest('a').digest);
    assert.equal(await readTag(folder, '2'), undefined);
    assert.equal(await readSingle(folder), undefined);
  });

  it('is told when it is not there or is none', async () => {
    await assert.rejects(readTag(folder, 'x'), /^Error: there is no index\.json\.$/);
    writeFileSync(join(folder, 'index.json'), '{"manifests": 1}');
    assert.equal(await readTag(folder, 'x'), undefined);
    writeFileSync(join(folder, 'index.json'), '{');
    await assert.rejects(readTag(folder, 'x'), /its index\.json is no JSON \(/);
    await assert.rejects(writeNames(folder, [{ tag: 'x' }], manifest('a')), /its index\.json is no JSON \(/);
    assert.deepEqual(readdirSync(folder).sort(), ['index.json']);
  });

  it('keeps its own fields, takes an empty file for none, and digests only for what they are', async () => {
    writeFileSync(join(folder, 'index.json'), '\n');
    assert.equal(await readTag(folder, 'x'), undefined);
    await writeNames(folder, [{ tag: 'x' }], manifest('a'));
    const path = join(folder, 'index.json');
    const index = JSON.parse(readFileSync(path, 'utf8')) as { manifests: object[] };
    const foreign = { ...manifest('b'), digest: 'sha256:../../etc', annotations: { [refName]: 'y' } };
    const own = { annotations: { of: 'it' }, manifests: [...index.manifests, foreign] };
    writeFileSync(path, JSON.stringify(own));
    assert.equal(await readTag(folder, 'y'), undefined);
    await writeNames(folder, [{ tag: 'z' }], manifest('c'));
    const after = JSON.parse(readFileSync(path, 'utf8')) as { annotations: unknown };
    assert.deepEqual(after.annotations, own.annotations);
    assert.deepEqual(
      names().map((name) => (name as string[])[1]),
      ['x', 'y', 'z'],
    );
  });

  it('knows which blobs are there', async () => {
    const { digest } = manifest('a');
    assert.equal(await hasBlob(folder, digest), false);
    mkdirSync(join(folder, 'blobs', 'sha256'), { recursive: true });
    writeFileSync(join(folder, 'blobs', 'sha256', 'a'.repeat(64)), '');
    assert.equal(await hasBlob(folder, digest), true);
    assert.equal(await hasBlob(folder, '../index.json'), false);
  });
});
