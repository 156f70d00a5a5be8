import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Refused, Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const secret = 'hush-hush-4711';
const files = {
  Dockerfile: 'FROM busybox\nCOPY token.txt /\nRUN --mount=type=secret,id=token cat /run/secrets/token && exit 3\n',
  'token.txt': secret,
};

describe('a trace', () => {
  const builder = engineAddress('buildkitd');
  const open = (trace: string): Promise<Session> =>
    Session.open({ files, launch: { builder, trace, secrets: ['id=token,src=token.txt'], noCache: true } });

  it('tells of every message and call, and of no secret', async () => {
    await using session = await open('log/trace.jsonl');
    await session.start();
    await session.evaluate('cat /run/secrets/token');
    const path = join(session.workspace.root, 'log/trace.jsonl');
    const text = readFileSync(path, 'utf8');
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const has = (wanted: Record<string, unknown>): void =>
      assert.ok(
        lines.some((line) => Object.entries(wanted).every(([key, value]) => line[key] === value)),
        `${JSON.stringify(wanted)} in\n${text}`,
      );
    has({ at: 'start', node: process.version });
    has({ at: 'editor', type: 'request', command: 'configurationDone' });
    has({ at: 'adapter', type: 'event', event: 'stopped' });
    has({ at: 'engine', method: '/moby.buildkit.v1.Control/Solve' });
    has({ at: 'engine', method: '/moby.buildkit.v1.frontend.LLBBridge/ExecProcess' });
    has({ at: 'session', method: '/moby.filesync.v1.FileSync/DiffCopy' });
    has({ at: 'session', code: 0 });
    assert.ok(
      lines.some(({ at, code, error }) => at === 'engine' && code === 2 && String(error).includes('exit code: 3')),
    );
    assert.ok(lines.every(({ ms }) => typeof ms === 'number'));
    assert.ok(!text.includes(secret), 'no secret is in it');
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it('that cannot be written is refused with words', async () => {
    await using session = await open('Dockerfile/trace.jsonl');
    await assert.rejects(session.start(), (error: Error) => {
      assert.ok(error instanceof Refused);
      assert.match(error.message, /"trace" cannot be written.*Name another file/);
      return true;
    });
    assert.ok(existsSync(session.workspace.path()));
  });
});
