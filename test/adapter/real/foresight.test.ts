import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const count = 30;
const steps = Array.from({ length: count }, (_, index) => `RUN echo ${index} >> /log`);
const files = { Dockerfile: ['FROM busybox', ...steps, 'RUN cat /log; exit 7', ''].join('\n') };

describe('steps that the engine hears of before they are wanted', () => {
  const open = (): Promise<Session> =>
    Session.open({
      files,
      launch: { builder: engineAddress('buildkitd'), trace: 'trace.jsonl', stopOnEntry: true, noCache: true },
    });
  /** Calls of that method so far. */
  const calls = (session: Session, method: string): number =>
    readFileSync(join(session.workspace.root, 'trace.jsonl'), 'utf8').split(`LLBBridge/${method}"`).length - 1;

  it('run when they are stepped over and not before, each once, and fail as others do', async () => {
    await using session = await open();
    await session.start();
    await wait(200);
    const told = calls(session, 'Solve');
    assert.ok(told > 4, `it was told of ${told}`);
    for (let step = 0; step < count; step++) {
      await session.go('next');
      assert.equal(session.here.line, step + 2);
    }
    assert.ok(calls(session, 'Evaluate') > count / 2, 'most of them were only asked for');
    const ran = Array.from({ length: count - 1 }, (_, index) => index).join('\n');
    assert.equal(await session.evaluate('cat /log'), ran);
    await session.go('next');
    const outcome = await session.go('next');
    assert.ok(outcome.kind === 'stopped' && outcome.reason === 'exception', JSON.stringify(outcome));
    assert.equal(outcome.line, count + 2);
    assert.equal(await session.evaluate('cat /log'), `${ran}\n${count - 1}`);
  });
});
