import assert from 'node:assert/strict';
import type { BuildSettings } from '../../../../debug-adapter/debugger/api.js';
import { defaultProvenance, engineSettings } from '../../../../debug-adapter/debugger/sources/engine-settings.js';

const containerd = { 'org.mobyproject.buildkit.worker.snapshotter': 'overlayfs' };

async function adapt(
  settings: object,
  engine: {
    readonly kind?: string;
    readonly version?: string;
    readonly labels?: object;
    readonly known?: Promise<void>;
  } = {},
  takesOci = true,
): Promise<BuildSettings> {
  const { kind = 'buildkitd', version, labels = {}, known } = engine;
  const given = {
    ...{ frontendAttrs: {}, exporters: [], exportTargets: {}, tags: ['app:1'], platforms: [] },
    ...{ cacheImports: [], cacheExports: [], layouts: {}, contentStores: {} },
    ...settings,
  };
  const asked = { endpoint: { address: 'there', kind }, version, labels, known };
  return await engineSettings(given as never, asked as never, {
    findImageStore: () => Promise.resolve({ address: 'docker', takesOci, load: () => Promise.resolve('') }),
    say: () => undefined,
  });
}

describe('settings for an engine', () => {
  const attests = (value: string): object => ({ frontendAttrs: { 'attest:provenance': value } });

  it('leave out what an engine cannot attest, unless it was asked for', async () => {
    for (const engine of [{}, { kind: 'docker', version: 'v0.20.0' }]) {
      assert.deepEqual((await adapt(attests(defaultProvenance), engine)).frontendAttrs, {});
      await assert.rejects(adapt(attests('mode=max'), engine), /there cannot make attestations \(provenance\)/);
      await assert.rejects(adapt({ frontendAttrs: { 'attest:sbom': '' } }, engine), /\(sbom\)/);
    }
    for (const engine of [{ version: 'v0.11.0' }, { kind: 'docker', labels: containerd }]) {
      assert.deepEqual(await adapt(attests('mode=max'), engine).then((each) => each.frontendAttrs), {
        'attest:provenance': 'mode=max',
      });
    }
  });

  it('wait for what the engine says of itself only where it matters', async () => {
    const cases: [settings: object, kind: string, waits: boolean][] = [
      [{}, 'buildkitd', false],
      [{ frontendAttrs: { 'add-hosts': 'a=1.2.3.4' } }, 'buildkitd', false],
      [{}, 'docker', true],
      [attests(defaultProvenance), 'buildkitd', true],
      [{ frontendAttrs: { 'add-hosts': 'a=host-gateway' } }, 'buildkitd', true],
    ];
    for (const [settings, kind, waits] of cases) {
      const known = Promise.reject(new Error('not yet'));
      const adapted = adapt(settings, { kind, known });
      if (waits) await assert.rejects(adapted, /not yet/);
      else await adapted;
      await known.catch(() => undefined);
    }
  });

  it('name the exporter as the engine does', async () => {
    const image = { exporters: [{ type: 'image', attrs: { name: 'a' } }], load: true };
    const inside = await adapt(image, { kind: 'docker', labels: containerd });
    assert.deepEqual(inside.exporters, [{ type: 'moby', attrs: { 'prefer-image-digest': 'true', name: 'a' } }]);
    const beside = await adapt(image, {}, false);
    assert.deepEqual(beside.exporters[1], { type: 'docker', attrs: { name: 'app:1' } });
    assert.equal(beside.exportTargets[1]?.kind, 'stream');
    assert.equal((await adapt(image, {})).exporters[1]?.type, 'oci');
  });

  it('refuse several platforms where only one can be loaded', async () => {
    const two = { load: true, platforms: ['linux/amd64', 'linux/arm64'] };
    await assert.rejects(adapt(two, {}, false), /docker takes images of one platform only/);
    assert.equal((await adapt(two)).exporters.length, 1);
  });

  it('put the address of the host for every host-gateway', async () => {
    const hosts = { frontendAttrs: { 'add-hosts': 'a=host-gateway,b=10.0.0.1,c=host-gateway' } };
    const labels = { 'org.mobyproject.buildkit.worker.moby.host-gateway-ip': '172.17.0.1' };
    const { frontendAttrs } = await adapt(hosts, { labels });
    assert.equal(frontendAttrs['add-hosts'], 'a=172.17.0.1,b=10.0.0.1,c=172.17.0.1');
    await assert.rejects(adapt(hosts), /does not tell the address of its host/);
  });
});
