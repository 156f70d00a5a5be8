import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const count = 5000;
const make = `mkdir /many; i=0; while [ $i -lt ${count} ]; do echo $i > /many/$i.xml; i=$((i+1)); done; exit 3`;

describe('a build that is left while files are rescued', () => {
  it('waits for what is under way, and begins nothing more', async () => {
    await using session = await Session.open({
      files: { Dockerfile: `FROM busybox\nRUN ${make}\n` },
      launch: { builder: engineAddress('buildkitd'), rescue: ['/many/*.xml'], rescueTo: 'kept', noCache: true },
    });
    await session.launch();
    const folder = `${session.workspace.root}/kept/many`;
    while (!existsSync(folder)) await wait(5);
    const begin = performance.now();
    await session.client.request('terminate', {});
    const outcome = await session.outcome();
    assert.ok(performance.now() - begin < 2000, `${performance.now() - begin} ms`);
    assert.equal(outcome.kind, 'ended');
    const kept = readdirSync(folder).length;
    assert.ok(kept < count, 'it was cut off');
    await wait(200);
    assert.equal(readdirSync(folder).length, kept);
    assert.match(session.output(), /The build was left before everything was rescued\.\n$/);
    assert.doesNotMatch(session.output(), /Not rescued/);
  });
});
