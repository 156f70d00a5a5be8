import assert from 'node:assert/strict';
import { StatusResponse } from '../../../../debug-adapter/buildkit/gen/control.js';
import { createTwins, type Twins } from '../../../../debug-adapter/debugger/progress/twins.js';

const started = { seconds: 1n, nanos: 0 };
const news = (...vertexes: object[]): StatusResponse => StatusResponse.fromPartial({ vertexes });

/** Ours are a and b. */
function begin(): Twins {
  const twins = createTwins();
  twins.own(['a', 'b']);
  twins.translate(news({ digest: 'a', name: '[build 1/2] RUN one' }, { digest: 'b', name: '[build 2/2] RUN two' }));
  return twins;
}

describe('vertices of another build', () => {
  it('stand in for ours of the same name, with all that is said of them', async () => {
    const twins = begin();
    const told = twins.translate(
      StatusResponse.fromPartial({
        vertexes: [{ digest: 'x', name: '[build 2/2] RUN two', inputs: ['a'], started }],
        logs: [{ vertex: 'x', stream: 1n, msg: Buffer.from('hi') }],
      }),
    );
    assert.deepEqual(
      told.vertexes.map(({ digest, inputs }) => [digest, inputs]),
      [['b', ['a']]],
    );
    assert.equal(told.logs[0]?.vertex, 'b');
    assert.equal(await twins.ours('x'), 'b');
    assert.equal(await twins.ours('a'), 'a');
  });

  it('may have another name for the stage', async () => {
    const twins = begin();
    twins.translate(news({ digest: 'x', name: '[stage-0 5/7] RUN one', started }));
    assert.equal(await twins.ours('x'), 'a');
  });

  it('are left alone when ours has begun itself, or several could be meant', async () => {
    const twins = begin();
    twins.translate(news({ digest: 'a', name: '[build 1/2] RUN one', started }));
    twins.translate(news({ digest: 'x', name: '[build 1/2] RUN one', started }));
    assert.equal(await twins.ours('x'), 'x');
    const several = createTwins();
    several.own(['c', 'd']);
    several.translate(news({ digest: 'c', name: '[c 1/2] RUN same' }, { digest: 'd', name: '[d 1/2] RUN same' }));
    several.translate(news({ digest: 'x', name: '[e 1/2] RUN same', started }));
    assert.equal(await several.ours('x'), 'x');
  });

  it('may be named by an error before progress tells of them', async () => {
    const twins = begin();
    const ours = twins.ours('x');
    twins.translate(news({ digest: 'x', name: '[build 2/2] RUN two', started }));
    assert.equal(await ours, 'b');
  });
});
