import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';
import { mark as newMark, processesWith, within } from '../../support/processes.js';

describe('after disconnect', () => {
  for (const [what, command] of [
    ['a command at a stop', 'sleep'],
    ['a shell', ':shell'],
  ] as const) {
    it(`nothing of ${what} is left in the engine`, async () => {
      const mark = newMark();
      const files = { Dockerfile: 'FROM busybox\nRUN exit 3\n' };
      await using session = await Session.open({ files, launch: { builder: engineAddress('buildkitd') } });
      await session.start();
      if (command === ':shell') {
        await session.evaluate(command);
        const terminal = await session.client.wait('a terminal', () => session.client.terminals[0]);
        terminal.type(`sleep ${mark}\n`);
      } else {
        await session.evaluate(`sleep ${mark} > /dev/null 2>&1 &`);
      }
      await within(20_000, 'the process runs', () => processesWith(mark) > 0);
      await session.client.end();
      await within(5000, 'the process is gone', () => processesWith(mark) === 0);
    });
  }

  it('a running step is cancelled', async () => {
    const mark = newMark();
    const files = { Dockerfile: `FROM busybox\nRUN sleep ${mark}\n` };
    await using session = await Session.open({ files, launch: { builder: engineAddress('buildkitd') } });
    await session.launch();
    await within(20_000, 'the step runs', () => processesWith(mark) > 0);
    await session.client.end();
    await within(5000, 'the step is gone', () => processesWith(mark) === 0);
  });
});
