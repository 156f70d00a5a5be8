import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Gateway } from '../../../../debug-adapter/buildkit/api.js';
import type { BuildSettings } from '../../../../debug-adapter/debugger/api.js';
import type { Program } from '../../../../debug-adapter/debugger/program/program.js';
import { readListing } from '../../../../debug-adapter/debugger/trees/shell-files.js';
import { contextOf } from '../../../../debug-adapter/debugger/trees/context.js';

describe('what a shell tells of a folder', () => {
  const [file, link] = ['81a4 3 0 0 1', 'a1ff 3 7 8 2'];
  const read = (text: string): readonly (readonly [string, string, string | undefined])[] =>
    readListing(Buffer.from(text)).map(({ name, type, linkTarget }) => [name, type, linkTarget]);

  it('is read in batches, each link with its target', () => {
    assert.deepEqual(read(`3\na\0b\0c\0${link}\n${file}\n${link}\nx\n\0y z\n\0` + `1\nd\0${file}\n`), [
      ['a', 'link', 'x'],
      ['b', 'file', undefined],
      ['c', 'link', 'y z'],
      ['d', 'file', undefined],
    ]);
  });

  it('may hold the ends of lines in names and targets', () => {
    assert.deepEqual(read(`2\nnew\nline\0b\0${link}\n${link}\none\ntwo\n\n\0end\n\0` + `1\nc\0${link}\n.\n\0`), [
      ['new\nline', 'link', 'one\ntwo\n'],
      ['b', 'link', 'end'],
      ['c', 'link', '.'],
    ]);
  });

  it('goes on after a link that cannot be read', () => {
    assert.deepEqual(read(`2\na\0b\0${link}\n${link}\n\0there\n\0`), [
      ['a', 'link', ''],
      ['b', 'link', 'there'],
    ]);
  });
});

describe('the build context as a tree', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dap-context-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is looked at again after a look that failed', async () => {
    for (const name of ['kept.txt', 'left.out']) writeFileSync(join(folder, name), '');
    const answers = ['[', '["*.out"]'];
    const attrs = {
      get 'local.excludepatterns'() {
        return answers.shift() ?? '["*"]';
      },
    };
    const op = { op: { $case: 'source', value: { identifier: 'local://context', attrs } } };
    const files = contextOf({
      program: { llb: { vertices: new Map([['a', { op }]]) } } as unknown as Program,
      settings: { context: { kind: 'folder', path: folder } } as BuildSettings,
      gateway: {} as Gateway,
    });
    const { signal } = new AbortController();
    await assert.rejects(files.list('/', signal), SyntaxError);
    for (const _ of [1, 2]) {
      const listed = await files.list('/', signal);
      assert.deepEqual(
        listed.map(({ name }) => name),
        ['kept.txt'],
      );
    }
    assert.deepEqual(answers, [], 'what was read is kept');
  });
});
