import assert from 'node:assert/strict';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const heredoc = (image: string, ...lines: readonly string[]): string =>
  `FROM ${image}\nRUN <<EOF\n${lines.join('\n')}\nEOF\n`;

describe('a here-document that goes on after a command that fails', () => {
  const warningsOf = async (Dockerfile: string): Promise<readonly Record<string, unknown>[]> => {
    const launch = { builder: engineAddress('buildkitd'), noCache: true };
    await using session = await Session.open({ files: { Dockerfile }, launch });
    assert.deepEqual(await session.start(), { kind: 'ended', exitCode: 0 });
    return session.client.all('dockerfile/problem') as unknown as readonly Record<string, unknown>[];
  };

  for (const image of ['busybox', 'debian'])
    it(`is told on its line, with a fix, on ${image}`, async () => {
      const [warning, ...more] = await warningsOf(heredoc(image, 'cd /nowhere', 'nothere', 'echo done'));
      assert.deepEqual(more, []);
      const { severity, line, endLine, message, fix } = warning as Record<string, unknown> & { fix: { text: string } };
      assert.deepEqual([severity, line, endLine], ['warning', 2, 6]);
      // The engine may tell lines that were written at one moment in any order.
      assert.match(
        String(message),
        /The step is done, though one of its commands failed .*: .*(?:can't cd to \/nowhere|nothere: not found)/,
      );
      assert.match(fix.text, /^RUN <<EOF\nset -e\ncd \/nowhere\n/);
    });

  it('is not where that was foreseen, or where nothing failed', async () => {
    for (const lines of [
      ['set -e', 'echo done'],
      ['cd /nowhere || true', 'echo done'],
      ['ls /nowhere', 'echo done'],
      ['echo "/bin/sh: fine"', 'echo done'],
    ])
      assert.deepEqual(await warningsOf(heredoc('busybox', ...lines)), [], lines[0]);
    assert.deepEqual(await warningsOf('FROM busybox\nRUN cd /nowhere; echo done\n'), []);
  });
});
