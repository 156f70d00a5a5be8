import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobStore } from '../../../../debug-adapter/buildkit/session/content/store.js';
import { removeUnreferenced } from '../../../../debug-adapter/buildkit/session/content/prune.js';

const oci = (kind: string): string => `application/vnd.oci.image.${kind}`;

describe('a cache that is emptied', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dockerfile-debugger-prune-'));
    mkdirSync(join(folder, 'blobs', 'sha256'), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Writes a blob; answers what refers to it. */
  const blob = (mediaType: string, content: string): object => {
    const hex = createHash('sha256').update(content).digest('hex');
    writeFileSync(join(folder, 'blobs', 'sha256', hex), content);
    return { mediaType, digest: `sha256:${hex}`, size: content.length };
  };
  const index = (...manifests: readonly object[]): void =>
    writeFileSync(join(folder, 'index.json'), JSON.stringify({ manifests }));
  const blobs = (): number => readdirSync(join(folder, 'blobs', 'sha256')).length;
  /** All blobs have been there for long. */
  const age = (): void => {
    for (const hex of readdirSync(join(folder, 'blobs', 'sha256')))
      utimesSync(join(folder, 'blobs', 'sha256', hex), 0, 0);
  };

  it('keeps what its index leads to, through indexes, and what is no blob', async () => {
    const [shared, config] = [blob(oci('layer.v1.tar+gzip'), 'layer'), blob(oci('config.v1+json'), '{}')];
    const manifest = blob(oci('manifest.v1+json'), JSON.stringify({ layers: [shared], config }));
    const nested = blob(oci('index.v1+json'), JSON.stringify({ manifests: [manifest] }));
    blob(oci('layer.v1.tar+gzip'), 'old');
    blob(oci('manifest.v1+json'), JSON.stringify({ layers: [shared] }));
    for (const place of ['blobs', join('blobs', 'sha256')]) writeFileSync(join(folder, place, '.DS_Store'), '');
    index(nested);
    age();
    await removeUnreferenced(folder);
    assert.equal(blobs(), 5);
  });

  it('keeps what is younger than an hour: another build may be about to name it', async () => {
    blob(oci('layer.v1.tar+gzip'), 'old');
    age();
    blob(oci('layer.v1.tar+gzip'), 'just written');
    index();
    await removeUnreferenced(folder);
    assert.equal(blobs(), 1);
  });

  it('loses nothing that another build is told is there at that moment', async () => {
    const store = new BlobStore(folder);
    index();
    const lost: string[] = [];
    for (let round = 0; round < 20; round++) {
      const old = Array.from({ length: 20 }, (_, each) => blob(oci('layer.v1.tar+gzip'), `${round} ${each}`));
      age();
      const pruned = removeUnreferenced(folder);
      const claimed: string[] = [];
      for (const { digest } of old as { digest: string }[]) if (await store.claim(digest)) claimed.push(digest);
      await pruned;
      for (const digest of claimed)
        if (!existsSync(join(folder, 'blobs', 'sha256', digest.slice(7)))) lost.push(digest);
    }
    assert.deepEqual(lost, []);
  });

  it('loses what builds left that ended before a blob was complete', async () => {
    index();
    const [old, young] = ['.incoming-old', '.incoming-young'].map((name) => join(folder, name)) as [string, string];
    for (const path of [old, young]) writeFileSync(path, '');
    utimesSync(old, 0, 0);
    await removeUnreferenced(folder);
    assert.deepEqual(readdirSync(folder).sort(), ['.incoming-young', 'blobs', 'index.json']);
  });

  it('loses nothing when it cannot be told what belongs to it', async () => {
    const layer = blob(oci('layer.v1.tar+gzip'), 'layer');
    const large = blob(oci('manifest.v1+json'), JSON.stringify({ layers: [layer], more: ' '.repeat(4 << 20) }));
    const missing = { mediaType: oci('manifest.v1+json'), digest: `sha256:${'a'.repeat(64)}` };
    const untyped = { digest: `sha256:${'b'.repeat(64)}` };
    const outside = { mediaType: oci('manifest.v1+json'), digest: 'sha256:../../../index.json' };
    for (const entry of [large, missing, untyped, outside, blob(oci('index.v1+json'), '{')]) {
      index(entry);
      age();
      const before = blobs();
      await assert.rejects(removeUnreferenced(folder));
      assert.equal(blobs(), before);
    }
  });
});
