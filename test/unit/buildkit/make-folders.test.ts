import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolders } from '../../../debug-adapter/buildkit/make-folders.js';

describe('folders', () => {
  let top = '';
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'dockerfile-debugger-folders-'));
  });
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  it('are made with those above them, and may be there already', () => {
    const deep = join(top, 'a', 'b', 'c');
    makeFolders(deep, 0o700);
    makeFolders(deep);
    makeFolders('/');
    assert.equal(statSync(join(top, 'a')).mode & 0o777, 0o700);
    symlinkSync(deep, join(top, 'link'));
    makeFolders(join(top, 'link', 'd'));
    assert.ok(statSync(join(deep, 'd')).isDirectory());
  });

  it('are refused where there is a file, and where nothing can be made', () => {
    writeFileSync(join(top, 'file'), '');
    symlinkSync(join(top, 'nowhere'), join(top, 'dangling'));
    for (const name of ['file', 'dangling']) assert.throws(() => makeFolders(join(top, name)), { code: 'EEXIST' });
    assert.throws(() => makeFolders(join(top, 'file', 'x')), { code: 'ENOTDIR' });
    // Node's own way never comes back from there.
    if (process.platform === 'linux') assert.throws(() => makeFolders('/proc/nothing/x'), { code: 'ENOENT' });
  });
});
