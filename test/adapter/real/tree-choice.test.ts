/** Commands of the console that look into a file system that the user names. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const Dockerfile = `FROM busybox AS base
RUN echo one > /one

FROM base AS failed
RUN echo two > /two && rm /one

FROM base AS app
COPY --from=failed /two /copied
WORKDIR /app
RUN echo first > first && echo kept > kept
# @stop fails
RUN --mount=type=cache,target=/cache echo c > /cache/c; rm kept && echo late > late && exit 3
`;

async function open(builder: string): Promise<Session> {
  const session = await Session.open({ files: { Dockerfile }, launch: { builder, toolbox: 'busybox' } });
  await session.start();
  return session;
}

describe('commands that name a file system', () => {
  for (const kind of ['buildkitd', 'buildkitd-0.26', 'buildkitd-old', 'docker29', 'docker20'] as const) {
    describe(`on ${kind}`, () => {
      const builder = engineAddress(kind);

      it('find what commands wrote, and what other states have', async () => {
        await using session = await open(builder);
        await session.evaluate('echo x > /app/by-hand');
        assert.equal(await session.evaluate(':find by-hand'), '(none)');
        assert.equal(await session.evaluate(':find by-hand --in=container'), '/app/by-hand');
        assert.equal(await session.evaluate(':find --in=container by-* .'), '/app/by-hand');
        assert.equal(await session.evaluate(':find c /cache --in=container'), '/cache/c');
        assert.equal(await session.evaluate(':find kept --in=initial'), '/app/kept');
        assert.equal(await session.evaluate(':find one / --in=2'), '/one');
        assert.equal(await session.evaluate(':find one --in=stage:failed'), '(none)');
        assert.equal(await session.evaluate(':find Dockerfile --in=context'), '/Dockerfile');
        await assert.rejects(
          session.evaluate(':find x --in=nowhere'),
          /no file system "nowhere"[^]* There are: .*stage:base/,
        );
      });

      it('blame nobody for what was done in the container, and instructions for the rest', async () => {
        await using session = await open(builder);
        const byNone = 'in the container of this stop, by no instruction.';
        await session.evaluate('echo x > /app/by-hand; echo more >> /app/first; rm /copied; echo a > /cache/a');
        assert.equal(await session.evaluate(':blame by-hand'), `/app/by-hand was created ${byNone}`);
        assert.equal(await session.evaluate(':blame first --in=container'), `/app/first was changed ${byNone}`);
        assert.equal(await session.evaluate(':blame /copied --in=container'), `/copied was deleted ${byNone}`);
        assert.equal(
          await session.evaluate(':blame /cache/a'),
          '/cache/a lies in /cache, which is mounted: no instruction wrote it into the image.',
        );
        const line = /^\/app\/first was created by RUN echo first .* \(line 10\)\.$/;
        assert.match(await session.evaluate(':blame first'), line, 'of the state, which commands do not change');
        await session.evaluate(':reset');
        assert.match(await session.evaluate(':blame first --in=container'), line, 'of a fresh container');
        assert.match(await session.evaluate(':blame /one --in=stage:failed'), /deleted by RUN echo two .*\(line 5\)/);
        assert.match(await session.evaluate(':blame /one --in=base'), /created by RUN echo one .*\(line 2\)/);
        await assert.rejects(session.evaluate(':blame first --in=context'), /no instruction wrote it/);
      });

      it('answer nothing for what is not there, however it is looked for', async () => {
        await using session = await open(builder);
        const tree = (await session.evaluate(':state')).split(':')[0] ?? '';
        for (let index = 0; index < 8; index++) {
          const path = `/app/none ${index}`;
          await assert.rejects(session.client.request('dockerfile/stat', { tree, path }), /There is no \/app\/none/);
        }
      });

      it('save from the file system that is named', async () => {
        await using session = await open(builder);
        const { root } = session.workspace;
        await session.evaluate('echo other > /app/first');
        await session.evaluate(':save first state');
        await session.evaluate(':save first --in=container commands');
        assert.equal(readFileSync(`${root}/state`, 'utf8'), 'first\n');
        assert.equal(readFileSync(`${root}/commands`, 'utf8'), 'other\n');
        await assert.rejects(session.evaluate(':save first early --in=8'), /There is no \/app\/first/);
        assert.ok(!existsSync(`${root}/early`));
      });

      it('compare what a container has with its state, and stages that are named like a state', async () => {
        await using session = await open(builder);
        const [state] = (await session.evaluate(':state')).split(':');
        await session.evaluate('echo longer > /app/first');
        const changed = await session.evaluate(`:diff ${state} container`);
        assert.deepEqual(changed.split('\n').slice(1), ['M /app/first  6 to 7 bytes']);
        const stages = await session.evaluate(':diff stage:base stage:failed');
        assert.match(stages, /^stage base → stage failed: .*\nD \/one {2}4 B\nA \/two {2}4 B$/);
        const base = await session.evaluate(':diff base stage:failed');
        assert.match(base, /^base → stage failed: .*\nD \/one {2}4 B\nA \/two {2}4 B$/);
        assert.match(await session.evaluate(':diff stage:0 stage:base'), /^stage 0 → stage base: nothing changed/);
        await assert.rejects(session.evaluate(':diff stage:base stage:app'), /\(line 12\) has not run yet/);
        await assert.rejects(session.evaluate(':diff stage:nowhere'), /no file system "stage:nowhere"/);
        assert.match(await session.evaluate(':help diff'), /stage:base is the stage of that name/);
      });
    });
  }
});
