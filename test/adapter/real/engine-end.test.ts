import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { FrontendResult } from '../../../debug-adapter/buildkit/api.js';
import { engineAddress, setting } from '../../support/environment/engines.js';
import { missing } from '../../support/environment/missing.js';
import { stage, type Stage } from './engine-support.js';

const Dockerfile = 'FROM busybox\nRUN echo one > /one\n';

async function evaluated(at: Stage): Promise<FrontendResult> {
  const { result } = await at.frontend();
  for (const { id } of result.refs.values()) await at.build.gateway.evaluate(id);
  return result;
}

/** The engine's record of that build, once it is complete. */
async function recordOf(ref: string): Promise<Record<string, unknown>> {
  const buildctl =
    setting('DFD_TEST_BUILDCTL') ?? missing('buildctl', 'node scripts/environment.mjs up buildctl', 'true');
  const args = ['--addr', engineAddress('buildkitd'), 'debug', 'histories', '--format', '{{json .}}'];
  for (let attempt = 0; attempt < 50; attempt++) {
    const lines = execFileSync(buildctl, args, { encoding: 'utf8', maxBuffer: 2 ** 26 })
      .trim()
      .split('\n');
    const records = lines.map((line) => (JSON.parse(line) as { record?: Record<string, unknown> }).record);
    const found = records.find((record) => record?.['Ref'] === ref && record['CompletedAt'] !== undefined);
    if (found !== undefined) return found;
    await wait(100);
  }
  throw new Error(`There is no complete record of ${ref}.`);
}

describe('the end of a build that exports nothing', () => {
  for (const kind of ['buildkitd', 'docker29', 'docker20'] as const)
    it(`needs no more than its result, on ${kind}`, async () => {
      await using at = await stage(kind, Dockerfile);
      assert.deepEqual(await at.build.finish(await evaluated(at)), {});
    });

  it('does not wait for its record in the history, which is written all the same', async () => {
    let ref: string;
    {
      await using at = await stage('buildkitd', Dockerfile);
      await at.build.finish(await evaluated(at));
      ref = at.build.ref;
    }
    const record = await recordOf(ref);
    assert.equal(record['error'], undefined);
    assert.ok(record['logs'] !== undefined, 'its log is kept');
  });
});
