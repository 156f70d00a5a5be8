import assert from 'node:assert/strict';
import type { LlbVertex } from '../../../debug-adapter/buildkit/llb.js';
import { Op } from '../../../debug-adapter/buildkit/gen/ops.js';
import { unheededPins } from '../../../debug-adapter/debugger/run/unheeded-pins.js';

const recorded = 'docker.io/library/busybox:latest@sha256:aa';
const pins = new Map([['docker.io/library/busybox:latest', recorded]]);

function told(...images: string[]): string | undefined {
  const vertices = images.map((image): [string, LlbVertex] => {
    const op = Op.fromPartial({ op: { $case: 'source', value: { identifier: `docker-image://${image}` } } });
    const plain = { inputs: [], name: '', command: '', locations: [], platform: undefined, metadata: undefined };
    return [image, { digest: image, op, ...plain }];
  });
  return unheededPins([{ llb: { vertices: new Map(vertices) } }], pins);
}

describe('images that a record pins', () => {
  it('are not told of where the engine takes them, nor are others', () => {
    assert.equal(told(recorded, 'docker.io/library/alpine:latest@sha256:bb'), undefined);
  });

  it('are told of where the engine takes those of today, also as old engines name them', () => {
    const expected = /takes the images of today, not the recorded ones, for docker\.io\/library\/busybox:latest:/;
    assert.match(told('docker.io/library/busybox:latest@sha256:bb') ?? '', expected);
    assert.match(told('docker.io/library/busybox@sha256:bb') ?? '', expected);
    assert.match(told('docker.io/library/busybox:latest') ?? '', expected);
    assert.equal(told('docker.io/library/busybox@sha256:aa'), undefined);
  });
});
