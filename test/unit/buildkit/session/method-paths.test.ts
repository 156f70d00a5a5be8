import assert from 'node:assert/strict';
import type { SessionOptions } from '../../../../debug-adapter/buildkit/api.js';
import { methodPaths } from '../../../../debug-adapter/buildkit/session/method-paths.js';
import { openServices } from '../../../../debug-adapter/buildkit/session/services.js';

describe('the methods of a session', () => {
  it('are announced by the paths at which they are served, and only those that there is something for', async () => {
    const none = { exports: {}, ssh: [] } as unknown as SessionOptions;
    const all = {
      exports: { 0: { kind: 'folder', path: '/none' } },
      ssh: [{ id: 'default', paths: [] }],
      contentStores: { cache: '/none' },
    } as unknown as SessionOptions;
    const services = openServices(all);
    assert.deepEqual([...services.methods.keys()].sort(), [...methodPaths(all)].sort());
    await services.close();
    assert.equal(methodPaths(none).length, 4);
    assert.ok(methodPaths(none).every((path) => services.methods.has(path)));
  });
});
