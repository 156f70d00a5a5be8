import assert from 'node:assert/strict';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

describe('commands at a failed step', () => {
  const open = async (run: string, launch: object = {}): Promise<Session> => {
    const session = await Session.open({
      files: { Dockerfile: `FROM busybox\nRUN ${run} exit 3\n` },
      launch: { builder: engineAddress('buildkitd'), ...launch },
    });
    await session.start();
    return session;
  };
  const devices = async (run: string, launch?: object): Promise<readonly string[]> => {
    await using session = await open(run, launch);
    return (await session.evaluate('ls /sys/class/net')).split(/\s+/);
  };
  const capabilities = async (run: string, launch?: object): Promise<bigint> => {
    await using session = await open(run, launch);
    const said = await session.evaluate('grep CapEff /proc/self/status');
    return BigInt(`0x${said.split(/\s+/)[1] ?? ''}`);
  };

  it('have the network that the step had', async () => {
    assert.deepEqual(await devices('--network=none'), ['lo']);
    const host = await devices('--network=host', { allow: ['network.host'] });
    assert.ok(host.length > 1, host.join(' '));
  });

  it('have the rights that the step had', async () => {
    const allow = { allow: ['security.insecure'] };
    const [sandbox, insecure] = [await capabilities(''), await capabilities('--security=insecure', allow)];
    assert.ok(insecure > sandbox, `${insecure} ${sandbox}`);
  });
});
