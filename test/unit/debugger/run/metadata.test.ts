import assert from 'node:assert/strict';
import { metadata } from '../../../../debug-adapter/debugger/run/finish.js';

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

describe('the file of metadata', () => {
  it('has what the engine answered, JSON as JSON, in the order of names', () => {
    const descriptor = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: 'sha256:1', size: 855 };
    const response = {
      'image.name': 'r/app:1',
      'containerimage.descriptor': base64(descriptor),
      'containerimage.digest': 'sha256:1',
      'buildx.build.provenance/linux/amd64': base64({ buildType: 'x' }),
      list: base64([{ a: 1 }]),
    };
    assert.deepEqual(Object.entries(metadata(response, 'mine/mine0/abc')), [
      ['buildx.build.provenance/linux/amd64', { buildType: 'x' }],
      ['buildx.build.ref', 'mine/mine0/abc'],
      ['containerimage.descriptor', descriptor],
      ['containerimage.digest', 'sha256:1'],
      ['image.name', 'r/app:1'],
      ['list', [{ a: 1 }]],
    ]);
  });

  it('leaves a text that only looks like base64 as it is', () => {
    const response = { a: 'abcd', b: base64(7), c: base64({}), d: '' };
    assert.deepEqual(metadata(response), response);
  });
});
