import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolders, removeMade } from '../../../debug-adapter/buildkit/make-folders.js';
import { receiveFolder } from '../../../debug-adapter/buildkit/session/file-sync/receive-folder.js';
import type { Call } from '../../../debug-adapter/buildkit/session/rpc-server.js';

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

  it('that were made go again, as far as nothing is in them', () => {
    mkdirSync(join(top, 'old'));
    const made = makeFolders(join(top, 'old', 'a', 'b'));
    assert.deepEqual(made, [join(top, 'old', 'a'), join(top, 'old', 'a', 'b')]);
    writeFileSync(join(top, 'old', 'a', 'kept'), '');
    removeMade(made);
    assert.deepEqual(
      [existsSync(join(top, 'old', 'a', 'kept')), existsSync(join(top, 'old', 'a', 'b'))],
      [true, false],
    );
    const others = makeFolders(join(top, 'old', 'c', 'd'));
    removeMade(makeFolders(join(top, 'old')));
    removeMade(others);
    assert.deepEqual([existsSync(join(top, 'old')), existsSync(join(top, 'old', 'c'))], [true, false]);
  });

  it('for an export that breaks off are not left empty, and one that was there stays', async () => {
    const messages = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('broken off')) }) };
    const call = { messages } as unknown as Call;
    mkdirSync(join(top, 'old'));
    for (const path of [join(top, 'new', 'out'), join(top, 'old')])
      await assert.rejects(receiveFolder(call, { path, mirror: false }), /broken off/);
    assert.deepEqual([existsSync(join(top, 'new')), existsSync(join(top, 'old'))], [false, true]);
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
