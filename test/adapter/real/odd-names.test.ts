import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Session } from '../../support/dap/index.js';
import type { FileFact } from '../../../debug-adapter/debugger/api.js';
import { engineAddress } from '../../support/environment/engines.js';
import { standAt } from './debugger-support.js';

/** What means something to a shell, a pattern, a path, a terminal, or the protocol. */
const odd = [
  ...['a b', ' lead', 'trail ', 'tab\t', 'new\nline', '-dash', '--', '-rf', '*', 'st*r', 'q?', '[br]', '[!x]', '!bang'],
  ...[
    '#hash',
    '~',
    '$HOME',
    '$(x)',
    '`x`',
    "it's",
    '"q"',
    'back\\slash',
    '\\*',
    'a|b',
    ';',
    '&',
    '<>',
    '{x}',
    'per%cent',
  ],
  ...[
    '..x',
    '...',
    '.hidden',
    'ümlaut',
    'u\u0308mlaut',
    '日本',
    '😀',
    '\u202eright',
    '\u001b[31mred',
    '\r',
    'A',
    'a',
    ':diff',
  ],
  ...['x'.repeat(200), '%2e%2e', '0', '\u00a0', 'con', 'a,b', '@', '+', '='],
];
const letters = [...' *?[]!\\\'"$-.~\n\t{}|&;<>()^%#@,=:', ...'abüß日😀'];
const generated = fc.sample(fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 12 }), {
  numRuns: 60,
  seed: 7,
});
const names = [...new Set([...odd, ...generated])].filter((name) => name !== '.' && name !== '..');

describe('files with odd names', () => {
  for (const kind of ['buildkitd', 'buildkitd-0.26'] as const) {
    it(`are listed, found one by one, read, saved and compared on ${kind}`, async () => {
      const files = {
        Dockerfile:
          'FROM busybox\nCOPY src /odd/\nRUN for f in /odd/* /odd/.[!.]* /odd/..?*; do echo more >> "$f"; done; exit 1\n',
        ...Object.fromEntries(names.map((name) => [`src/${name}`, `this is ${name}`])),
      };
      await using session = await Session.open({ files, launch: { builder: engineAddress(kind), toolbox: 'busybox' } });
      await session.start();
      const { client } = session;
      for (const [tree, end] of [
        ['initial', ''],
        ['failed', 'more\n'],
        ['context', ''],
      ] as const) {
        const folder = tree === 'context' ? '/src' : '/odd';
        const { files: listed, total } = await client.request('dockerfile/files', { tree, path: folder });
        assert.equal(total, names.length);
        assert.deepEqual(listed.map(({ name }) => name).sort(), [...names].sort(), tree);
        // Without requests for files of a container each question is a process.
        const asked = kind === 'buildkitd' ? names : names.filter((_, index) => index % 4 === 0);
        for (const name of asked) {
          const at = { tree, path: `${folder}/${name}` };
          const stat = await client.request('dockerfile/stat', at);
          assert.deepEqual([stat.name, stat.type], [name, 'file']);
          const { data } = await client.request('dockerfile/readFile', { ...at, offset: 0, length: 1000 });
          assert.equal(Buffer.from(data, 'base64').toString(), `this is ${name}${end}`, tree);
        }
      }
      const saved = await client.request('dockerfile/save', { tree: 'failed', path: '/odd', to: 'saved' });
      assert.deepEqual([saved.files, saved.skipped], [names.length, []]);
      for (const name of names)
        assert.equal(readFileSync(`${session.workspace.root}/saved/${name}`, 'utf8'), `this is ${name}more\n`);
      assert.match(await session.evaluate(":blame '/odd/a b'"), /^\/odd\/a b was changed by RUN/);
      const { changes } = await client.request('dockerfile/changes', {});
      assert.deepEqual(
        changes.map(({ path, kind: what }) => `${what} ${path}`).sort(),
        names.map((name) => `changed /odd/${name}`).sort(),
      );
    });
  }

  for (const kind of ['buildkitd', 'buildkitd-0.26', 'docker29'] as const) {
    it(`and odd kinds are told, and of a large file only the piece is read, on ${kind}`, async () => {
      const make = [
        `mkdir /odd && cd /odd && ln -s "$(printf 'two\\nlines\\n\\n.')" broken && ln -s loop loop && ln -s . self && ln -s /nowhere gone && ln -s /odd/shut/in away`,
        'mkfifo pipe && mknod null c 1 3 && mkdir -m 0 shut && echo x > shut/in && chmod 0 shut/in',
        'truncate -s 1G large && printf end >> large && exit 1',
      ];
      const files = { Dockerfile: `FROM busybox\nRUN ${make.join(' && ')}\n` };
      await using session = await Session.open({ files, launch: { builder: engineAddress(kind), toolbox: 'busybox' } });
      await session.start();
      const { client } = session;
      const at = (path: string): { tree: string; path: string } => ({ tree: 'failed', path });
      const { files: listed } = await client.request('dockerfile/files', at('/odd'));
      assert.deepEqual(
        listed.map(({ name, type, linkTarget }) => [name, type, linkTarget ?? '']),
        [
          ...[
            ['away', 'link', '/odd/shut/in'],
            ['broken', 'link', 'two\nlines\n\n.'],
            ['gone', 'link', '/nowhere'],
            ['large', 'file', ''],
            ['loop', 'link', 'loop'],
            ['null', 'other', ''],
          ],
          ...[
            ['pipe', 'other', ''],
            ['self', 'link', '.'],
            ['shut', 'folder', ''],
          ],
        ],
      );
      const read = (path: string, offset: number): Promise<string> =>
        client
          .request('dockerfile/readFile', { ...at(path), offset, length: 100 })
          .then(({ data }) => Buffer.from(data, 'base64').toString());
      assert.equal(await read('/odd/shut/in', 0), 'x\n', 'the debugger may read what its user may not');
      assert.equal(await read('/odd/self/self/shut/in', 0), 'x\n');
      for (const path of ['loop', 'null', 'pipe', 'shut', 'gone'])
        await assert.rejects(read(`/odd/${path}`, 0), /cannot be read|There is no/, path);
      assert.equal(await read('/odd/away', 0), 'x\n', 'an absolute link leads to its place in the image');
      assert.equal(await read('/odd/large', 2 ** 30), 'end');
      const peak =
        Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${client.wire.process.pid ?? 0}/status`, 'utf8'))?.[1]) / 1024;
      assert.ok(peak < 300, `${peak} MB`);
    });
  }

  it('that are no text at all do not hide the others', async () => {
    const make = String.raw`mkdir /odd && cd /odd && touch good "$(printf 'b\377d')" && exit 1`;
    const files = { Dockerfile: `FROM busybox\nRUN ${make}\n` };
    await using session = await Session.open({
      files,
      launch: { builder: engineAddress('buildkitd'), toolbox: 'busybox' },
    });
    await session.start();
    const { files: listed } = await session.client.request('dockerfile/files', { tree: 'failed', path: '/odd' });
    assert.equal(listed.length, 2);
    assert.ok(listed.some(({ name }) => name === 'good'));
    assert.match(await session.evaluate(':diff'), /2 added|3 added/);
  });

  it('lead nowhere outside of where they are saved', async () => {
    const make = String.raw`mkdir -p /odd/sub && ln -s /etc /odd/sub/way && ln -s ../../../../tmp/out /odd/up && exit 1`;
    const files = { Dockerfile: `FROM busybox\nRUN ${make}\n` };
    await using session = await Session.open({ files, launch: { builder: engineAddress('buildkitd') } });
    await session.start();
    assert.match(await session.evaluate(':save /odd here'), /2 files/);
    await assert.rejects(session.evaluate(':save /odd/sub/way/../../../nowhere x'), /There is no \/nowhere/);
    assert.ok(!existsSync(`${session.workspace.root}/x`));
  });
});

describe('large folders', () => {
  const make = [
    'mkdir /many && cd /many && i=0; while [ $i -lt 20000 ]; do echo $i > "f $i"; i=$((i+1)); done',
    `ln -s 'f 1' ./-dash && ln 'f 19999' hard && ln -s /nowhere .gone && mkdir '*' && printf x > "$(printf 'new\\nline')"`,
    'echo x > ü && echo x > 😀 && chmod 4711 ü',
  ];
  const files = {
    Dockerfile: `FROM busybox\nRUN ${make.join(' && ')}\nRUN echo more >> "/many/f 7"; rm "/many/f 8"; exit 3\n`,
  };
  for (const kind of ['buildkitd', 'buildkitd-0.26', 'docker29'] as const) {
    const launch = { builder: engineAddress(kind), toolbox: 'busybox' };
    it(`have each name on one page, in order, on ${kind}`, async () => {
      await using session = await Session.open({ files, launch });
      await session.start();
      for (const [tree, count] of [
        ['initial', 20_007],
        ['failed', 20_006],
        ['container', 20_006],
      ] as const) {
        const seen: string[] = [];
        for (;;) {
          const at = { tree, path: '/many', start: seen.length, count: 6000 };
          const page = await session.client.request('dockerfile/files', at);
          assert.equal(page.total, count, tree);
          seen.push(...page.files.map(({ name }) => name));
          if (page.files.length < 6000) break;
        }
        assert.equal(new Set(seen).size, count, tree);
        assert.deepEqual(seen, [...seen].sort(), tree);
      }
    });

    it(`are told in the same words by a process of the toolbox on ${kind}`, async () => {
      await using standing = await standAt(undefined, files, launch);
      const signal = AbortSignal.timeout(60_000);
      for (const tree of ['initial', 'failed']) {
        const state = standing.frame.trees.files(tree);
        const listed = await state.list('/many', signal);
        const byName = [...listed].sort((a, b) => (a.name < b.name ? -1 : 1));
        // By a shell, times are told in seconds.
        const coarse = kind === 'buildkitd-0.26' && tree === 'failed' ? 1000 : 1;
        const rounded = (files: readonly FileFact[]): readonly FileFact[] =>
          files.map((file) => ({ ...file, modified: Math.floor((file.modified ?? 0) / coarse) }));
        for (const count of [1, 4, 20_000]) {
          const first = await state.first?.('/many', count, signal);
          assert.equal(first?.total, listed.length, tree);
          assert.deepEqual(rounded(first.files), rounded(byName.slice(0, count)), `${tree} ${count}`);
        }
        assert.equal(await state.first?.('/many', 30_000, signal), undefined, 'one has an order of its own');
        await assert.rejects(async () => await state.first?.('/bin/../nowhere', 10, signal));
      }
    });
  }
});

describe('names that are no text', () => {
  const make = `mkdir /a && touch "/a/$(printf 'bad\\377x')" /a/good && ln -s good /a/link`;
  const files = { Dockerfile: `FROM busybox\nRUN ${make}\nRUN touch /a/more; exit 3\n` };
  for (const kind of ['buildkitd', 'docker29'] as const)
    it(`do not hide the others of their folder on ${kind}`, async () => {
      await using session = await Session.open({ files, launch: { builder: engineAddress(kind), toolbox: 'busybox' } });
      await session.start();
      for (const [tree, more] of [
        ['initial', []],
        ['failed', ['more']],
      ] as const) {
        const { files: found } = await session.client.request('dockerfile/files', { tree, path: '/a' });
        assert.deepEqual(found.map(({ name }) => name).sort(), ['bad\ufffdx', 'good', 'link', ...more].sort(), tree);
        assert.equal(found.find(({ name }) => name === 'link')?.linkTarget, 'good');
      }
      if (kind !== 'docker29') return;
      const inContainer = session.client.request('dockerfile/files', { tree: 'container', path: '/a' });
      await assert.rejects(inContainer, /\/a cannot be listed: .*not UTF-8.*ls -b \/a/);
    });
});
