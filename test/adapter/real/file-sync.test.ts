import assert from 'node:assert/strict';
import { chmod, link, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import type { Engine } from '../../../debug-adapter/buildkit/api.js';
import { connectTo, failureOf, type Kind } from './engine-support.js';
import { build, files, folder, listing, reference, referenceError } from './file-sync-support.js';
import { Choice, copies, ignoreText, plant } from './file-sync-trees.js';

const copyAll = 'FROM scratch\nCOPY . /\n';

for (const kind of ['buildkitd', 'buildkitd-old', 'docker20', 'docker29'] satisfies Kind[]) {
  describe(`a context on ${kind}`, () => {
    let engine: Engine;
    before(async () => {
      engine = await connectTo(kind);
    });
    after(() => engine?.[Symbol.asyncDispose]());

    it('arrives as it is: names, modes, times, links, empty folders', async () => {
      await using context = await folder();
      await files(context.path, { 'a/b.txt': 'hello', 'a/ü, 😀': 'x', '\uffee': '1', '😀': '2' });
      await mkdir(context.at('empty'), { mode: 0o700 });
      await writeFile(context.at('run'), '#!', { mode: 0o755 });
      await chmod(context.at('run'), 0o6755);
      await utimes(context.at('run'), 1, 1_600_000_000);
      await symlink('../../etc/passwd', context.at('out'));
      await link(context.at('run'), context.at('run2'));
      await writeFile(context.at('large'), Buffer.alloc(5_000_000, 'abc'));
      const found = await listing(engine, { context: context.path, dockerfile: copyAll });
      assert.deepEqual(
        [...found.keys()],
        ['a/', 'a/b.txt', 'a/ü, 😀', 'empty/', 'large', 'out', 'run', 'run2', '\uffee', '😀'],
      );
      assert.match(found.get('run') ?? '', /^file 6755 0:0 2 1600000000 /);
      assert.match(found.get('out') ?? '', /^symlink 777 0:0 0 [\d.]+ \.\.\/\.\.\/etc\/passwd/);
      assert.match(found.get('empty/') ?? '', /^directory 700 /);
      assert.match(found.get('large') ?? '', /^file \d+ 0:0 5000000 /);
    });

    it('leaves out what .dockerignore names, and sends only what COPY wants', async () => {
      await using context = await folder();
      await files(context.path, {
        '.dockerignore': 'secret\n**/*.log\n!keep.log\nlib/**\n!lib/a, b.js\n',
        'secret/key': 's',
        'x.log': 'l',
        'keep.log': 'k',
        'lib/a, b.js': '1',
        'lib/c.js': '2',
      });
      const found = await listing(engine, { context: context.path, dockerfile: copyAll });
      assert.deepEqual([...found.keys()], ['.dockerignore', 'keep.log', 'lib/', 'lib/a, b.js']);
      let sent = 0;
      const onTransfer = ({ name, files: count }: { name: string; files: number }) => {
        if (name === 'context') sent = Math.max(sent, count);
      };
      const some = await listing(engine, {
        context: context.path,
        dockerfile: 'FROM scratch\nCOPY ["lib/a, b.js", "keep.log", "/dst/"]\n',
        session: { onTransfer },
      });
      assert.deepEqual(
        [...some.keys()].filter((name) => !name.endsWith('/')),
        ['dst/a, b.js', 'dst/keep.log'],
      );
      assert.ok(sent <= 2, `${sent} files were sent`);
    });
  });
}

describe('a context, beside the engine’s own client', () => {
  let engine: Engine;
  before(async () => {
    engine = await connectTo('buildkitd');
  });
  after(() => engine?.[Symbol.asyncDispose]());

  for (const seed of [1, 2, 3, 5, 8, 13, 21, 34, 55, 89]) {
    it(`is the same, whatever is in it (${seed})`, async () => {
      const choice = new Choice(seed);
      await using context = await folder();
      const tree = await plant(context.path, choice);
      if (choice.below(4) > 0) await writeFile(context.at('.dockerignore'), ignoreText(tree, choice));
      const request = { context: context.path, dockerfile: `FROM scratch\n${copies(tree, choice)}` };
      const wanted = await reference(request);
      if (typeof wanted !== 'string') assert.deepEqual(await listing(engine, request), wanted);
      else await assert.rejects(listing(engine, request));
    });
  }

  it('follows links to what they lead to, within the context', async () => {
    await using context = await folder();
    await files(context.path, { 'real/data.txt': 'x', 'real/other': 'y', 'far/deep/file': 'z' });
    await symlink('real', context.at('alias'));
    await symlink('/far/deep', context.at('real/absolute'));
    await symlink('../../../../../far', context.at('above'));
    for (const source of ['alias/data.txt', 'alias/absolute/file', 'above/deep/fil*', 'alias']) {
      const request = { context: context.path, dockerfile: `FROM scratch\nCOPY ${source} /dst/\n` };
      const found = await listing(engine, request);
      assert.deepEqual(found, await reference(request));
      assert.ok(found.size > 1, source);
    }
    // Of two sources through one link the second is not followed. A debugger must not build what a build would not.
    const twice = {
      context: context.path,
      dockerfile: 'FROM scratch\nCOPY alias/data.txt alias/absolute/file /dst/\n',
    };
    const { message } = await failureOf(listing(engine, twice));
    assert.match(message, /"\/alias\/data.txt": not found/);
    assert.match(await referenceError(twice), /"\/alias\/data.txt": not found/);
  });

  it('is refused with the same words for patterns that are none', async () => {
    await using context = await folder();
    await files(context.path, { '.dockerignore': 'a\n[\n', a: '' });
    const request = { context: context.path, dockerfile: copyAll };
    const { message } = await failureOf(listing(engine, request));
    assert.match(message, /syntax error in pattern/);
    assert.match(await referenceError(request), /syntax error in pattern/);
  });
});

describe('a context that cannot be read', () => {
  let engine: Engine;
  before(async () => {
    // Not the socket: whoever reads there without root's rights may not enter its folder.
    engine = await connectTo('buildkitd-tcp');
  });
  after(() => engine?.[Symbol.asyncDispose]());

  it('names the file in the build’s error', async function () {
    // Root may read everything, so somebody else reads.
    if (process.getuid?.() !== 0) this.skip();
    await using context = await folder();
    await chmod(context.path, 0o755);
    await files(context.path, { 'ok.txt': '', 'private.key': 'secret' });
    await chmod(context.at('private.key'), 0);
    const { message } = await asNobody(() => failureOf(build(engine, { context: context.path, dockerfile: copyAll })));
    assert.match(message, /cannot read "private\.key": permission denied; make it readable or exclude it/);
    await writeFile(context.at('.dockerignore'), 'private.key\n');
    await asNobody(() => build(engine, { context: context.path, dockerfile: copyAll }));
  });

  it('names the folder, unless it is excluded', async function () {
    if (process.getuid?.() !== 0) this.skip();
    await using context = await folder();
    await chmod(context.path, 0o755);
    await files(context.path, { 'a.txt': '', 'data/x': '' });
    await chmod(context.at('data'), 0);
    const { message } = await asNobody(() => failureOf(build(engine, { context: context.path, dockerfile: copyAll })));
    assert.match(message, /cannot read "data": permission denied/);
    await writeFile(context.at('.dockerignore'), 'data\n!data/x/y\n');
    await asNobody(() => build(engine, { context: context.path, dockerfile: copyAll }));
  });

  it('and a folder that is not served are plain errors', async () => {
    await using context = await folder();
    const gone = { locals: { context: { root: context.at('gone') }, dockerfile: { root: context.path } } };
    await files(context.path, { Dockerfile: copyAll });
    const { message } = await failureOf(build(engine, { context: '', dockerfile: '', session: gone }));
    assert.match(message, /there is no folder .*gone/);
  });
});

/** Root gives up its rights for a while; sockets that are open stay so. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
