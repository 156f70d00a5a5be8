import assert from 'node:assert/strict';
import type { LaunchArguments } from '../../../debug-adapter/contract.js';
import { Refused, Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const Dockerfile =
  'FROM busybox\nENV A=1\nWORKDIR /app\nRUN echo made > before\n# @stop fails\nRUN echo half > left; echo told; exit 3\n';

for (const kind of ['docker29', 'docker20'] as const) {
  describe(`a failing RUN on ${kind}`, () => {
    it('stops on its line with exit code and output, and commands run as the step', async () => {
      await using session = await Session.open({ files: { Dockerfile }, launch: { builder: engineAddress(kind) } });
      await session.start();
      assert.deepEqual([session.here.reason, session.here.line], ['exception', session.workspace.line('fails')]);
      const info = JSON.stringify(await session.client.request('exceptionInfo', { threadId: session.here.threadId }));
      for (const word of [/exit code 3/, /told/]) assert.match(info, word);
      assert.equal(await session.evaluate('cat before; pwd; echo $A'), 'made\n/app\n1');
      if (kind === 'docker20') {
        assert.match(info, /does not keep what a failed step leaves/);
        assert.match(await session.evaluate('ls'), /^before$/m);
      } else {
        assert.equal(await session.evaluate('cat left'), 'half');
      }
    });

    it('opens a shell in a terminal', async () => {
      await using session = await Session.open({ files: { Dockerfile }, launch: { builder: engineAddress(kind) } });
      await session.start();
      await session.evaluate(':shell');
      const terminal = await session.client.wait('a terminal', () => session.client.terminals[0]);
      terminal.type('cat before; pwd; exit 5\n');
      await terminal.seen(/made\s+\/app/);
      await terminal.seen(/\[exit 5\]/);
    });
  });
}

describe('what Docker Engine 20.10 has never heard of', () => {
  const cases: readonly (readonly [Partial<LaunchArguments>, RegExp])[] = [
    [{ cacheTo: ['type=local,dest=cache'] }, /cannot write a cache of type=local\. .*containerd image store/],
    [{ outputs: ['type=oci,dest=image.tar'] }, /cannot export type=oci\. .*containerd image store/],
    [{ buildContexts: { other: '.' } }, /cannot build with named contexts .*Docker Engine 23/],
  ];
  for (const [launch, words] of cases) {
    it(`is told: ${Object.keys(launch).join()}`, async () => {
      const builder = engineAddress('docker20');
      await using session = await Session.open({ files: { Dockerfile }, launch: { builder, ...launch } });
      await assert.rejects(session.launch(), (error) => error instanceof Refused && words.test(error.message));
    });
  }
});
