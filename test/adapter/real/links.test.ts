import assert from 'node:assert/strict';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const files = {
  Dockerfile: `FROM busybox
RUN mkdir -p /a/deep /c && echo one > /a/1 && ln -s /a /to && ln -s to/deep /through && ln -s /loop /loop \\
    && ln -s /a/1 /a/link && ln -s nowhere /dangling
RUN echo two > /a/deep/2; mv /c /c2; exit 9
`,
};

describe('links that lead out of what is mounted', () => {
  for (const kind of ['buildkitd', 'buildkitd-0.26', 'docker29'] as const)
    it(`are followed in every state, on ${kind}`, async () => {
      await using session = await Session.open({ files, launch: { builder: engineAddress(kind), toolbox: 'busybox' } });
      await session.start();
      const { client } = session;
      for (const tree of ['initial', 'failed', 'container']) {
        // As editors ask, in pages, and as others do.
        for (const more of [{}, { start: 0, count: 200 }]) {
          const list = (path: string) => client.request('dockerfile/files', { tree, path, ...more });
          assert.deepEqual(
            (await list('/to')).files.map(({ name }) => name),
            ['1', 'deep', 'link'],
            tree,
          );
          const deep = (await list('/through')).files.map(({ name }) => name);
          assert.deepEqual(deep, tree === 'initial' ? [] : ['2'], tree);
          for (const path of ['/nope', '/dangling', '/loop', '/a/1', '/to/nope'])
            await assert.rejects(list(path), /There is no|holds no files|too many links/, `${tree} ${path}`);
          if (tree !== 'initial') await assert.rejects(list('/c'), /There is no \/c/);
        }
        const stat = await client.request('dockerfile/stat', { tree, path: '/to/1' });
        assert.equal(stat.type, 'file');
        const { data } = await client.request('dockerfile/readFile', { tree, path: '/to/link', offset: 0, length: 9 });
        assert.equal(Buffer.from(data, 'base64').toString(), 'one\n', tree);
      }
      assert.match(await session.evaluate(':find 2 /through'), /2/);
      await session.evaluate(':save /to/1 kept');
      const { root } = session.workspace;
      assert.equal(readFileSync(`${root}/kept`, 'utf8'), 'one\n');
      // What is asked for by a link is what it leads to; a link that leads nowhere is saved as such.
      for (const [what, to] of [
        ['/a/link', 'file'],
        ['/to', 'folder'],
        ['/dangling', 'link'],
      ] as const)
        await session.evaluate(`:save ${what} ${to}`);
      assert.equal(readFileSync(`${root}/file`, 'utf8'), 'one\n');
      assert.ok(lstatSync(`${root}/file`).isFile());
      assert.equal(readFileSync(`${root}/folder/deep/2`, 'utf8'), 'two\n');
      assert.ok(lstatSync(`${root}/folder/link`).isSymbolicLink());
      assert.equal(readlinkSync(`${root}/link`), 'nowhere');
    });
});

describe('a step that failed', () => {
  it('is not stepped over: whoever steps quickly keeps the failure', async () => {
    await using session = await Session.open({ files, launch: { builder: engineAddress('buildkitd') } });
    await session.start();
    for (const command of ['next', 'stepOut'] as const)
      await assert.rejects(session.client.request(command, { threadId: 1 }), /The step failed: nothing follows it/);
    assert.equal(session.here.line, 4);
    assert.equal((await session.go('continue')).kind, 'ended');
  });
});
