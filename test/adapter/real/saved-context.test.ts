import assert from 'node:assert/strict';
import { renameSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const files = {
  Dockerfile: 'FROM busybox\nCOPY src Dockerfile /src/\nRUN true\nRUN false\n',
  '.dockerignore': 'src/kept-out\n',
  'src/deep/word': 'one',
  'src/word': 'one',
  other: 'not of the build',
};

describe('files of the build context', () => {
  it('that are saved while the build stands are told in one line at each stop', async () => {
    await using session = await Session.open({
      launch: { builder: engineAddress('buildkitd') },
      files,
      breakpoints: [3],
    });
    const { workspace } = session;
    const told = (): readonly string[] => session.output().match(/^.* of the build context .*$/gm) ?? [];
    const one = async (count: number): Promise<string> =>
      await session.client.wait(`line ${count}`, () => told()[count - 1]);
    await session.start();
    // Nothing is watched before a stop has lasted a while.
    await sleep(600);
    workspace.write('other', 'another');
    workspace.write('src/kept-out', 'not sent');
    workspace.edit('RUN true', 'RUN true && true');
    await sleep(600);
    assert.deepEqual(told(), [], 'what the engine is not given, and the Dockerfile');
    workspace.write('src/deep/.word.swp', 'two');
    renameSync(workspace.path('src/deep/.word.swp'), workspace.path('src/deep/word'));
    workspace.write('src/new', 'two');
    const [first, rest] = ['src/deep/word (and 1 more file) of the build context were saved', /: :apply .*, Restart /];
    assert.ok((await one(1)).startsWith(first), told().join('\n'));
    assert.match(await one(1), rest);
    workspace.write('src/word', 'two');
    await sleep(600);
    assert.equal(told().length, 1, 'once at each stop');
    await session.go('next');
    assert.match(await one(2), /^src\/word of the build context was saved:/);
    await session.evaluate(':apply');
    await session.outcome();
    await sleep(600);
    rmSync(workspace.path('src/new'));
    assert.match(await one(3), /^src\/new of the build context was deleted:/);
  });
});
