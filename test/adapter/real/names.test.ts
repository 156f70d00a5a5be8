import assert from 'node:assert/strict';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const files = {
  Dockerfile: `ARG BASE=busybox
ARG UNSEEN=1
FROM \${BASE}
RUN --mount=type=secret,id=token,env=TOKEN --mount=type=secret,id=token test -n "$TOKEN"; exit 3
`,
  'token.txt': 'hush-4711',
};

describe('names that have no value at a step', () => {
  it('are told with what is known of them', async () => {
    const launch = { builder: engineAddress('buildkitd'), secrets: ['id=token,src=token.txt'] };
    await using session = await Session.open({ files, launch });
    await session.start();
    const hover = async (expression: string, line: number): Promise<string> => {
      const frameId = session.here.frames[0]?.id ?? 0;
      const source = { path: session.workspace.path() };
      const asked = { expression, context: 'hover', frameId, line, source };
      return (await session.client.request('evaluate', asked)).result;
    };
    assert.equal(await hover('${BASE}', 3), 'busybox  (default of line 1)');
    assert.equal(await hover('$BASE', 1), 'busybox  (default of line 1)');
    const outside =
      'UNSEEN is declared before FROM and not in scope here: "ARG UNSEEN" in this stage would take it. There: 1';
    assert.ok((await hover('$UNSEEN', 4)).startsWith(outside));
    await assert.rejects(session.evaluate('$UNSEEN'), new RegExp(outside));
    const secret = /TOKEN holds a secret: the command has it, and it is shown nowhere\./;
    assert.match(await hover('$TOKEN', 4), secret);
    await assert.rejects(session.evaluate('$TOKEN'), secret);
    await assert.rejects(
      session.evaluate(':save /run/secrets/token kept'),
      /holds a secret: it is shown and saved nowhere/,
    );
    await assert.rejects(session.evaluate('$NOWHERE'), /NOWHERE is not set here/);
  });
});
