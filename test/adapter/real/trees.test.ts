import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { goldens, Session } from '../../support/dap/index.js';
import { engineAddress, type EngineKind } from '../../support/environment/engines.js';

const Dockerfile = `FROM busybox AS tools
RUN mkdir /tools && echo one > /tools/first && echo two > /tools/second
RUN echo three > /tools/third && rm /tools/first && chmod 700 /tools

FROM tools AS app
COPY src /app/
WORKDIR /app
RUN echo before > /app/before
# @stop fails
RUN --mount=type=cache,target=/cache \\
    echo kept > /cache/kept; echo new > added && echo other > one.txt && rm two.txt && mkdir reports \\
    && echo '<xml/>' > reports/junit.xml && ln -s one.txt link && touch -d '2020-01-02' before \\
    && chmod 750 reports && rm -r /tools && exit 3
`;

const files = {
  Dockerfile,
  'src/one.txt': 'one\n',
  'src/two.txt': 'two\n',
  'src/kept out.log': 'x',
  '.dockerignore': '**/*.log\n',
};

const asked = [
  ...[
    ':diff',
    ':diff stage',
    ':diff base 6',
    ':diff 2 3',
    ':diff tools',
    ':diff nowhere',
    ':diff 10',
    ':diff 3',
    ':diff 6',
    ':diff 1',
    ':diff 12',
  ],
  ...[':blame /app/added', ':blame two.txt', ':blame one.txt', ':blame before', ':blame /tools/third', ':blame /tools'],
  ...[':blame /tools/first', ':blame /bin/sh', ':blame /nowhere', ':blame'],
  ...[':find *.txt', ':find JUNIT /app', ':find first', ':find'],
];

/** What a user types, and what comes of it. */
async function transcriptOf(session: Session, commands: readonly string[]): Promise<string> {
  let text = '';
  for (const command of commands) {
    const answer = await session.evaluate(command).catch((error: unknown) => String(error));
    text += `> ${command}\n${answer}\n\n`;
  }
  return text;
}

async function open(builder: string, more: object = {}): Promise<Session> {
  const session = await Session.open({ files, launch: { builder, toolbox: 'busybox', ...more } });
  await session.start();
  return session;
}

describe('the files of a stop', () => {
  const golden = goldens(new URL('./transcripts/trees/', import.meta.url));
  const kinds = ['buildkitd', 'buildkitd-0.26', 'buildkitd-old', 'docker29', 'docker20'] as const;
  for (const kind of kinds) {
    describe(`on ${kind}`, () => {
      const builder = engineAddress(kind);
      it('shows what changed, and which instruction it was', async () => {
        await using session = await open(builder);
        golden(kind === 'docker20' ? 'failed-docker20' : 'failed', await transcriptOf(session, asked));
        if (kind !== 'docker20') await session.evaluate(':state initial');
        const earlier = [':blame two.txt', ':blame /tools/first', ':blame /tools/second', ':find third'];
        golden('initial', await transcriptOf(session, earlier));
      });
      savesAndEdits(kind, builder);
    });
  }
});

function savesAndEdits(kind: EngineKind, builder: string): void {
  const state = kind === 'docker20' ? 'initial' : 'failed';

  it('saves files and folders to this machine', async () => {
    await using session = await open(builder);
    assert.match(await session.evaluate(':save /app out'), /^\/app is in \S+\/out now \(\d files, \d+ B\)\.$/);
    if (state === 'failed') {
      assert.equal(readFileSync(`${session.workspace.root}/out/reports/junit.xml`, 'utf8'), '<xml/>\n');
      assert.equal(readlinkSync(`${session.workspace.root}/out/link`), 'one.txt');
      const facts = lstatSync(`${session.workspace.root}/out/before`);
      assert.equal(facts.mtime.toISOString().slice(0, 10), '2020-01-02');
      assert.equal(lstatSync(`${session.workspace.root}/out/reports`).mode & 0o777, 0o750);
    } else assert.equal(readFileSync(`${session.workspace.root}/out/two.txt`, 'utf8'), 'two\n');
    await assert.rejects(session.evaluate(':save before out'), /out\/before is there already\. Name another place/);
  });

  it('saves into folders, and never replaces a folder of the user', async () => {
    await using session = await open(builder);
    const { root } = session.workspace;
    mkdirSync(`${root}/keep/before`, { recursive: true });
    mkdirSync(`${root}/app/mine`, { recursive: true });
    writeFileSync(`${root}/app/mine/precious`, 'mine');
    writeFileSync(`${root}/app/before`, 'old');
    assert.match(
      await session.evaluate(':save before app/mine'),
      / is in \S+\/app\/mine\/before now \(1 file, 7 B\)\.$/,
    );
    assert.match(await session.evaluate(':save before new/'), / is in \S+\/new\/before now/);
    await assert.rejects(
      session.evaluate(':save --force before keep'),
      /keep\/before is a folder: the file \/app\/before/,
    );
    await assert.rejects(session.evaluate(':save /app'), /\/app is there already\. .* --force/);
    await session.evaluate(':save --force /app');
    assert.equal(readFileSync(`${root}/app/before`, 'utf8'), 'before\n');
    assert.equal(readFileSync(`${root}/app/mine/precious`, 'utf8'), 'mine');
    await assert.rejects(session.evaluate(':save before new/before/x'), /was not saved to .*: E(NOTDIR|EXIST)/);
    await assert.rejects(session.evaluate(':save /a b c'), /"c" is one word too many/);
    await assert.rejects(session.evaluate(':save /a b'), /There is no \/a in .*quotes: :save "\/a b"/);
    await assert.rejects(session.evaluate(':find a b'), /There is no .*quotes: :find "a b"/);
  });

  it('names what a comparison cannot have, and takes the failed line for the failed state', async () => {
    await using session = await open(builder, { target: 'tools', stopAtEnd: true });
    await assert.rejects(session.evaluate(':diff app'), /echo kept .*\(line 10\) is not part of this build/);
    assert.match(await session.evaluate(':state'), /^initial: after the step/);
    await assert.rejects(session.evaluate(':diff 77'), /no file system "77"/);
    await assert.rejects(session.evaluate(':diff 2 3 3'), /"3" is one word too many/);
    if (state !== 'failed') return;
    await using failed = await open(builder);
    assert.equal(
      (await failed.evaluate(':diff 8 10')).replace(/.*\n/, ''),
      (await failed.evaluate(':diff initial failed')).replace(/.*\n/, ''),
    );
  });

  it('answers odd requests in words, and at once', async () => {
    await using session = await open(builder);
    const { client } = session;
    const at = { tree: state, path: '/app/one.txt' };
    await assert.rejects(client.request('dockerfile/files', at), /one\.txt is a file, or lies below one/);
    const folder = session.workspace.root;
    const place = (name: string): object => ({ source: { path: `${folder}/${name}` }, line: 2 });
    assert.equal((await client.request('gotoTargets', place('Dockerfile') as never)).targets.length, 1);
    assert.deepEqual((await client.request('gotoTargets', place('other.Dockerfile') as never)).targets, []);
    for (const offset of [-1, 1.5, 1e300])
      await assert.rejects(
        client.request('dockerfile/readFile', { ...at, offset, length: 4 }),
        /a whole number from 0 on/,
      );
    const page = client.request('dockerfile/files', { ...at, path: '/app', start: -1 });
    await assert.rejects(page, /a whole number from 0 on as "start"/);
    assert.match(await session.evaluate(':find ['), /^\/bin\/\[$/m);
    const root = { tree: 'container', path: '/', edit: { kind: 'delete' } } as const;
    await assert.rejects(client.request('dockerfile/edit', root), /The root of the container stays/);
    const times: number[] = [];
    for (const name of ['x', 'y', 'z']) {
      const before = performance.now();
      await assert.rejects(client.request('dockerfile/files', { ...at, path: `/app/${name}` }), /There is no \/app\//);
      times.push(performance.now() - before);
    }
    // Errors about files wait for no word about a step, which would come half a second later.
    if (kind === 'buildkitd') assert.ok(Math.min(...times) < 400, `${times.join(', ')} ms`);
    await session.evaluate('echo by hand > /made');
    assert.match(await session.evaluate(':save /made'), /^\/made is in /);
    assert.equal(readFileSync(`${session.workspace.root}/made`, 'utf8'), 'by hand\n', 'of the container of commands');
  });

  it('changes files of the container that commands see, and nothing else', async () => {
    await using session = await open(builder);
    const { client } = session;
    const at = (tree: string, path: string): { tree: string; path: string } => ({ tree, path });
    const data = Buffer.from('a\nb\n').toString('base64');
    await client.request('dockerfile/edit', {
      ...at('container', '/app/new it'),
      edit: { kind: 'write', data, offset: 0 },
    });
    await client.request('dockerfile/edit', {
      ...at('container', '/app/new it'),
      edit: { kind: 'write', data, offset: 4 },
    });
    await client.request('dockerfile/edit', { ...at('container', '/app/sub'), edit: { kind: 'folder' } });
    await client.request('dockerfile/edit', {
      ...at('container', '/app/new it'),
      edit: { kind: 'rename', to: '/app/sub/-x' },
    });
    await client.request('dockerfile/edit', { ...at('container', '/app/before'), edit: { kind: 'delete' } });
    assert.equal(await session.evaluate('cat ./sub/-x'), 'a\nb\na\nb');
    assert.match(await session.evaluate('ls before'), /No such file or directory\nexit code 1$/);
    const { files: listed } = await client.request('dockerfile/files', at('container', '/app/sub'));
    assert.deepEqual(
      listed.map(({ name, size }) => [name, size]),
      [['-x', 8]],
    );
    const before = await client.request('dockerfile/stat', at('initial', '/app/before'));
    assert.deepEqual([before.type, before.size], ['file', 7]);
    const wrong = client.request('dockerfile/edit', {
      ...at('container', '/proc/x/y'),
      edit: { kind: 'write', data, offset: 0 },
    });
    await assert.rejects(wrong, /\/proc\/x\/y was not changed: /);
    await assert.rejects(
      client.request('dockerfile/edit', { ...at(state, '/app/x'), edit: { kind: 'folder' } }),
      /never changes/,
    );
  });

  it('rescues files of the failed step, and says what it cannot', async () => {
    const rescue = ['**/junit.xml', '[', '/app/added', 'none*'];
    await using session = await open(builder, { rescue, rescueTo: 'kept' });
    const { root } = session.workspace;
    if (state === 'failed') {
      assert.equal(readFileSync(`${root}/kept/app/reports/junit.xml`, 'utf8'), '<xml/>\n');
      assert.equal(readFileSync(`${root}/kept/app/added`, 'utf8'), 'new\n');
      assert.match(session.output(), /Rescued \/app\/reports\/junit.xml: kept\/app\/reports\/junit.xml/);
      assert.match(session.output(), /The next build is sent these files too.*"kept" in \.dockerignore keeps them out/);
      assert.match(session.output(), /Not rescued: "\/app\/\[" is no pattern for files/);
    } else {
      assert.match(session.output(), /Nothing can be rescued: this engine kept nothing of the failed step/);
      assert.ok(!existsSync(`${root}/kept`));
    }
  });

  it('names its file systems, and shows what belongs to the context', async () => {
    await using session = await open(builder);
    const { client } = session;
    const { trees, changes, title } = await client.request('dockerfile/trees', {});
    const names = trees.map(({ tree }) => tree);
    assert.deepEqual(names, [...(state === 'failed' ? ['failed'] : []), 'initial', 'container', 'context']);
    assert.match(title, /^RUN echo kept .*… \(line 10\)$/);
    assert.equal(changes?.to, state);
    const { files: context } = await client.request('dockerfile/files', { tree: 'context', path: '/src' });
    assert.deepEqual(
      context.map(({ name }) => name),
      ['one.txt', 'two.txt'],
      'ignored files are not in it',
    );
    const { data } = await client.request('dockerfile/readFile', {
      tree: 'context',
      path: '/src/one.txt',
      offset: 1,
      length: 2,
    });
    assert.equal(Buffer.from(data, 'base64').toString(), 'ne');
    const lost = client.request('dockerfile/readFile', {
      tree: 'context',
      path: '/src/kept out.log',
      offset: 0,
      length: 9,
    });
    await assert.rejects(lost, /kept out by the ignore file/);
    await assert.rejects(
      client.request('dockerfile/files', { tree: 'odd', path: '/' }),
      /There is no file system "odd"/,
    );
    await assert.rejects(
      client.request('dockerfile/stat', { tree: 'initial', path: '/app/none' }),
      /There is no \/app\/none/,
    );
  });
}
