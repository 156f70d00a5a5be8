import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownPath, ownPathsFrom } from '../../../debug-adapter/dap/commands/own-paths.js';

describe('paths of this machine', () => {
  const root = mkdtempSync(join(tmpdir(), 'own-paths-'));
  before(() => {
    mkdirSync(join(root, 'out/re ports'), { recursive: true });
    for (const name of ['other', '.hidden', 'out/a']) writeFileSync(join(root, name), '');
    symlinkSync('out', join(root, 'olink'));
  });
  after(() => rmSync(root, { recursive: true }));

  it('start where relative paths start, or at home', () => {
    assert.equal(ownPath('/w', 'a/../b'), '/w/b');
    assert.equal(ownPath('/w', '/a'), '/a');
    assert.equal(ownPath('/w', '~/a'), join(homedir(), 'a'));
    assert.equal(ownPath('/w', '~'), homedir());
    assert.equal(ownPath('/w', './~x'), '/w/~x');
    assert.throws(() => ownPath('/w', '~root/a'), /that of "root" is not known/);
  });

  it('go on with what is there', async () => {
    assert.deepEqual(await ownPathsFrom(root, 'o'), ['olink/', 'other', 'out/']);
    assert.deepEqual(await ownPathsFrom(root, ''), ['olink/', 'other', 'out/']);
    assert.deepEqual(await ownPathsFrom(root, '.'), ['.hidden']);
    assert.deepEqual(await ownPathsFrom(root, './out/'), ['./out/a', './out/re ports/']);
    assert.deepEqual(await ownPathsFrom('/', `${root}/out/r`), [`${root}/out/re ports/`]);
    assert.deepEqual(await ownPathsFrom(root, 'no/such'), []);
    assert.deepEqual(await ownPathsFrom(root, '~nobody/a'), []);
  });
});
