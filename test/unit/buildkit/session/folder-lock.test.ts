import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { withLock } from '../../../../debug-adapter/buildkit/session/content/folder-lock.js';

describe('a lock in a folder', () => {
  let folder = '';
  let lock = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dockerfile-debugger-lock-'));
    lock = join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is held by one at a time, and gone after work that fails, too', async () => {
    let [inside, most] = [0, 0];
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await setTimeout(3);
      inside--;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(lock, work)));
    assert.equal(most, 1);
    await assert.rejects(
      withLock(lock, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.deepEqual(readdirSync(folder), []);
  });

  it('that was left behind is taken, by one of all who wait', async () => {
    writeFileSync(lock, '');
    utimesSync(lock, 1, 1);
    let [inside, most] = [0, 0];
    await Promise.all(
      Array.from({ length: 8 }, () =>
        withLock(lock, async () => {
          most = Math.max(most, ++inside);
          await setTimeout(3);
          inside--;
        }),
      ),
    );
    assert.equal(most, 1);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('is waited for while somebody touches it', async () => {
    writeFileSync(lock, '');
    let taken = false;
    const waiting = withLock(lock, () => Promise.resolve(void (taken = true)));
    await setTimeout(100);
    assert.equal(taken, false);
    rmSync(lock);
    await waiting;
    assert.equal(taken, true);
  });

  it('is touched by long work', async function () {
    this.timeout(5000);
    await withLock(lock, async () => {
      utimesSync(lock, 1, 1);
      for (let tries = 0; tries < 40 && statSync(lock).mtimeMs < 2000; tries++) await setTimeout(50);
      assert.ok(statSync(lock).mtimeMs > 2000);
    });
    assert.equal(existsSync(lock), false);
  });

  it('that was taken from one who slept stays with the other', async () => {
    await withLock(lock, () => {
      rmSync(lock);
      writeFileSync(lock, '');
      return Promise.resolve();
    });
    assert.equal(existsSync(lock), true);
  });
});
