import assert from 'node:assert/strict';
import type { Frame } from '../../../debug-adapter/debugger/api.js';
import { engineAddress } from '../../support/environment/engines.js';
import { standAt } from './debugger-support.js';

const signal = new AbortController().signal;

async function inConsole(frame: Frame, command: string): Promise<string> {
  let text = '';
  await frame.run(command, ({ data }) => void (text += new TextDecoder().decode(data)), signal);
  return text;
}

describe('a probe', () => {
  const builder = engineAddress('buildkitd');
  const Dockerfile = `FROM busybox
ENV COLOUR=red
USER 1000:1000
WORKDIR /tmp
# @stop here
RUN --mount=type=cache,target=/cache,id=probe,sharing=locked echo ran > /tmp/made
`;

  it('runs in the state before the step, as its user, and answers exit code and output', async () => {
    await using standing = await standAt('here', { Dockerfile }, { builder });
    const { frame } = standing;
    const result = await frame.probe('id -u; pwd; echo $COLOUR $DEBUG_STAGE; test -e made; exit $?', {
      env: { COLOUR: 'blue', DEBUG_STAGE: 'stage-0' },
      signal,
    });
    assert.deepEqual(result, { exitCode: 1, output: '1000\n/tmp\nblue stage-0\n' });
  });

  it('answers what a command writes to standard error too', async () => {
    await using standing = await standAt('here', { Dockerfile }, { builder });
    const { output } = await standing.frame.probe('echo wrong >&2', { signal });
    assert.equal(output, 'wrong\n');
  });

  it('leaves nothing behind and sees nothing of the console', async () => {
    await using standing = await standAt('here', { Dockerfile }, { builder });
    const { frame } = standing;
    await frame.probe('echo x > probed; test -e console', { signal });
    assert.equal(await inConsole(frame, 'ls; echo c > console'), '');
    const { exitCode } = await frame.probe('test ! -e console && test ! -e probed', { signal });
    assert.equal(exitCode, 0);
  });

  it('runs beside images without a shell, with the tools of the toolbox', async () => {
    const files = { Dockerfile: 'FROM scratch\nCOPY a.txt /data/\n# @stop here\nCMD ["x"]\n', 'a.txt': 'a' };
    await using standing = await standAt('here', files, { builder });
    const result = await standing.frame.probe('cat /data/a.txt; exit 4', { signal });
    assert.deepEqual(result, { exitCode: 4, output: 'a' });
  });

  it('is ended by its limit with words, and by its signal', async () => {
    await using standing = await standAt('here', { Dockerfile }, { builder });
    const { frame } = standing;
    await assert.rejects(frame.probe('sleep 60', { limitMs: 300, signal }), /did not end within 0.3 seconds/);
    const reason = new Error('not wanted any more');
    await assert.rejects(frame.probe('sleep 60', { signal: AbortSignal.abort(reason) }), reason);
    assert.equal((await frame.probe('true', { signal })).exitCode, 0);
  });
});
