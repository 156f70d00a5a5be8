/** What ends with which connection. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { resolveEndpoint } from '../../../debug-adapter/buildkit/connect/resolve.js';
import { connectEngine } from '../../../debug-adapter/buildkit/engine.js';
import { engineAddress } from '../../support/environment/engines.js';
import { failureOf, unique } from './engine-support.js';

/** An engine whose connections can be cut, in the order in which they were made: control, session. */
async function cuttable() {
  const endpoint = await resolveEndpoint(engineAddress('buildkitd'));
  const connections: Duplex[] = [];
  const dial = async () => {
    const connection = await endpoint.dial({});
    connections.push(connection);
    return connection;
  };
  const engine = await connectEngine({ ...endpoint, dial });
  const folder = await mkdtemp(join(tmpdir(), 'cut-'));
  await writeFile(join(folder, 'Dockerfile'), `FROM busybox\nRUN sleep 60 && : ${unique()}\n`);
  const locals = { dockerfile: { root: folder }, context: { root: folder } };
  const more = { secrets: [], ssh: [], exports: {}, sharedKey: folder, dockerConfig: folder };
  const session = await engine.openSession({ locals, ...more });
  const build = await engine.startBuild({
    ref: unique(),
    sessionId: session.id,
    frontendAttrs: {},
    exporters: [],
    cacheImports: [],
    cacheExports: [],
    entitlements: [],
  });
  return {
    engine,
    session,
    build,
    cut: (at: number) => connections[at]?.destroy(),
    [Symbol.asyncDispose]: async () => {
      await engine[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

const solve = { frontend: 'dockerfile.v0', opts: {} };

describe('a lost connection', () => {
  it('of the control ends the build and the engine', async () => {
    await using it = await cuttable();
    const result = await it.build.gateway.solveFrontend(solve);
    const running = failureOf(it.build.gateway.evaluate(result.refs.get('')?.id ?? ''));
    it.cut(0);
    assert.equal((await failureOf(it.build.done)).code, 14);
    assert.equal((await running).code, 14);
    await it.engine.closed;
    for await (const _ of it.build.status) assert.ok(_, 'the stream ends');
    assert.equal((await failureOf(it.build.gateway.solveFrontend(solve))).code, 14);
  });

  it('of the session is told', async () => {
    await using it = await cuttable();
    it.cut(1);
    await it.session.closed;
    await it.build.cancel();
  });

  it('after the end leaves nothing that keeps the process', async () => {
    const it = await cuttable();
    await it.build.cancel();
    await it[Symbol.asyncDispose]();
    assert.equal(await it.engine.closed, undefined, 'closed on purpose');
    await it.session.closed;
    assert.equal((await failureOf(it.build.done)).code, 1);
  });
});
