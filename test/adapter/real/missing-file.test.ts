import assert from 'node:assert/strict';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

interface Problem {
  readonly hint?: string;
  readonly fix?: { readonly title: string; readonly line: number; readonly endLine: number; readonly text: string };
}

/** What is said of a command that fails. */
async function problemOf(files: Readonly<Record<string, string>>): Promise<Problem> {
  await using session = await Session.open({ files, launch: { builder: engineAddress('buildkitd') } });
  await session.start();
  assert.equal(session.here.reason, 'exception');
  return session.client.all('dockerfile/problem').at(-1) as unknown as Problem;
}

const dockerfile = (...lines: readonly string[]): string => `FROM busybox\nWORKDIR /app\n${lines.join('\n')}\n`;

describe('a RUN that does not find a file of the build context', () => {
  it('says which line of which ignore file keeps it out', async () => {
    const Dockerfile = dockerfile('COPY . /app/', 'RUN cat conf/a.conf');
    const { hint, fix } = await problemOf({ Dockerfile, 'conf/a.conf': 'x', '.dockerignore': '# none\n**/*.conf\n' });
    assert.match(hint ?? '', /^conf\/a\.conf is in the build context, but \S+\.dockerignore:2 \("\*\*\/\*\.conf"\)/);
    assert.match(hint ?? '', /keeps it out, so COPY \. \/app\/ \(line 3\) does not bring it/);
    assert.deepEqual([fix?.text, fix?.line, fix?.endLine], ['!conf/a.conf', 3, 2]);
  });

  it('says which COPY brings it too late', async () => {
    const Dockerfile = dockerfile('RUN cat package.json', 'COPY *.json ./', 'RUN true');
    const { hint, fix } = await problemOf({ Dockerfile, 'package.json': '{}' });
    const words = 'package.json is in the build context, but COPY *.json ./ (line 4) brings it only after this step.';
    assert.equal(hint, `${words} Copy it before: COPY package.json ./`);
    assert.deepEqual([fix?.text, fix?.line, fix?.endLine], ['COPY package.json ./', 3, 2]);
  });

  it('says that nothing copies it, and how', async () => {
    const Dockerfile = dockerfile('COPY other ./', 'RUN ls lib/code');
    const { hint, fix } = await problemOf({ Dockerfile, other: 'x', 'lib/code/a.js': 'x' });
    const words = 'lib/code is in the build context, but nothing copies it into this stage.';
    assert.equal(hint, `${words} Copy it before this step: COPY lib/code ./lib/code`);
    assert.equal(fix?.text, 'COPY lib/code ./lib/code');
  });

  it('knows what the stage below it copies, and what is copied elsewhere', async () => {
    const files = { 'deep/src/a': 'x', 'deep/src/b': 'x', '.dockerignore': 'deep/src/b' };
    const Dockerfile = 'FROM busybox AS base\nCOPY deep /opt/\nFROM base\nRUN cat /opt/src/a /opt/src/b\n';
    const { hint } = await problemOf({ ...files, Dockerfile });
    assert.match(hint ?? '', /^deep\/src\/b is in the build context, but \S+:1 \("deep\/src\/b"\) keeps it out/);
  });

  it('looks through a mount of the context', async () => {
    const Dockerfile = dockerfile('RUN --mount=type=bind,target=/src cat /src/a.conf');
    const { hint } = await problemOf({ Dockerfile, 'a.conf': 'x', '.dockerignore': '*.conf' });
    assert.match(hint ?? '', /^a\.conf is in the build context, but \S+:1 \("\*\.conf"\) keeps it out, so the mount/);
  });

  it('names what is called nearly so beside it', async () => {
    const Dockerfile = dockerfile('COPY . ./', 'RUN cat src/Main.c');
    const { hint } = await problemOf({ Dockerfile, 'src/main.c': 'x' });
    assert.equal(hint, 'There is no /app/src/Main.c, but /app/src/main.c. Is that what is meant?');
    const script = dockerfile('COPY . ./', 'RUN ./buidl.sh');
    const { hint: other } = await problemOf({ Dockerfile: script, 'build.sh': '#!/bin/sh' });
    assert.equal(other, 'There is no /app/buidl.sh, but /app/build.sh. Is that what is meant?');
  });

  it('says nothing of a file that is there, that was removed, or that the context lacks', async () => {
    const there = dockerfile('RUN echo x > a.txt', 'RUN echo "a.txt not found"; false');
    const removed = dockerfile('COPY a.txt ./', 'RUN rm a.txt', 'RUN cat a.txt');
    const lacks = dockerfile('RUN cat b.txt');
    for (const Dockerfile of [there, removed, lacks])
      assert.doesNotMatch((await problemOf({ Dockerfile, 'a.txt': 'x' })).hint ?? '', /build context/, Dockerfile);
  });
});
