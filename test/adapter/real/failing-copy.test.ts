import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { goldens, Session } from '../../support/dap/index.js';
import { Workspace } from '../../support/dap/workspace.js';
import { engineAddress } from '../../support/environment/engines.js';

describe('a failing COPY', () => {
  const golden = goldens(new URL('./transcripts/failing-copy/', import.meta.url));
  const launch = { builder: engineAddress('buildkitd'), noCache: true };

  it('names the source that the context lacks, and a shell sees the state before', async () => {
    const Dockerfile = 'FROM busybox\nRUN echo there > /before\n# @stop copy\nCOPY src/main.c /src/\n';
    await using session = await Session.open({ files: { Dockerfile, 'src/main.cc': 'x' }, launch });
    await session.start();
    assert.deepEqual([session.here.reason, session.here.line], ['exception', session.workspace.line('copy')]);
    const info = await session.client.request('exceptionInfo', { threadId: session.here.threadId });
    assert.equal(info.exceptionId, 'copy-source-not-found');
    assert.match(info.description ?? '', /src\/main\.c/);
    assert.match(JSON.stringify(info), /Did you mean src\/main\.cc/);
    assert.equal(await session.evaluate('cat /before'), 'there');
  });

  it('leaves steps that never came to an end without a result', async () => {
    const Dockerfile = 'FROM busybox\nRUN sleep 30\nRUN echo never > /x\nWORKDIR /w\nCOPY missing /m\n';
    await using session = await Session.open({ files: { Dockerfile }, launch });
    await session.start();
    assert.equal(session.here.line, 5);
    const told = session.client.all('dockerfile/step').map(({ line, status }) => `${line} ${status}`);
    assert.ok(told.includes('5 failed'), told.join());
    assert.deepEqual(
      told.filter((each) => /^[234] (?:cached|done)$/.test(each)),
      [],
      'the engine calls them cached, and has only begun the first of them',
    );
    if (told.includes('2 running') && !told.includes('2 waiting'))
      await session.client.next('dockerfile/step', ({ line, status }) => line === 2 && status === 'waiting');
  });

  it('names the ignore rule with its file and line', async () => {
    const files = {
      Dockerfile: 'FROM busybox\nCOPY secret.txt /\n',
      'secret.txt': 'x',
      '.dockerignore': '# nothing here\n*.md\n*.txt\n',
    };
    await using session = await Session.open({ files, launch });
    await session.start();
    const info = await session.client.request('exceptionInfo', { threadId: session.here.threadId });
    assert.equal(info.exceptionId, 'copy-source-ignored');
    assert.match(JSON.stringify(info), /\.dockerignore:3 \(\\"\*\.txt\\"\)/);
    golden('ignored', session.transcript());
  });

  it('says which stage lacks the file, and where it has one of that name', async () => {
    const Dockerfile =
      'FROM busybox AS build\nRUN mkdir /out\nRUN mkdir /srv && touch /srv/app\nFROM busybox\nCOPY --from=build /out/app /app\n';
    await using session = await Session.open({ files: { Dockerfile }, launch });
    await session.start();
    assert.equal(session.here.line, 5);
    const info = await session.client.request('exceptionInfo', { threadId: session.here.threadId });
    assert.match(info.description ?? '', /the stage build has no \/out\/app/);
    assert.match(JSON.stringify(info), /There is: \/srv\/app\./);
    assert.match(await session.evaluate('ls /'), /bin/);
  });

  it('says what a context has that the engine fetches', async () => {
    using content = new Workspace({ 'src/main.cc': 'x' });
    const archive = execFileSync('tar', ['-C', content.root, '-cz', 'src']);
    const server = createServer((_, response) => response.end(archive));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    try {
      const { port } = server.address() as AddressInfo;
      const context = `http://127.0.0.1:${port}/context.tar.gz`;
      const files = { Dockerfile: 'FROM busybox\nCOPY src/main.c /src/\n' };
      await using session = await Session.open({ files, launch: { ...launch, context } });
      await session.start();
      const told = session.output();
      assert.ok(
        told.includes(`COPY: the build context ${context} has no src/main.c.\nDid you mean src/main.cc?`),
        told,
      );
    } finally {
      server.close();
    }
  });
});
