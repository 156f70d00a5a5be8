import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { createServer as createHttp } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createServer as createTls } from 'node:tls';
import type { AddressInfo, Server } from 'node:net';
import { connectEngine } from '../../../debug-adapter/buildkit/engine.js';
import type { TlsFiles } from '../../../debug-adapter/buildkit/connect/place.js';
import { systemEnvironment } from '../../../debug-adapter/buildkit/connect/environment.js';
import { resolveEndpoint } from '../../../debug-adapter/buildkit/connect/resolve.js';
import { UserError } from '../../../debug-adapter/buildkit/errors.js';
import { certificates, engineAddress } from '../../support/environment/engines.js';
import type { Kind } from './engine-support.js';

async function versionAt(address: string, tls?: TlsFiles) {
  const endpoint = await resolveEndpoint(address, systemEnvironment(), tls === undefined ? {} : { tls });
  await using engine = await connectEngine(endpoint);
  assert.ok(engine.platforms.some((platform) => /^linux\//.test(platform)));
  return { kind: endpoint.kind, version: engine.version };
}

async function refusal(address: string, tls?: TlsFiles): Promise<string> {
  try {
    await versionAt(address, tls);
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return `${error.code}: ${error.message} ${error.hint}`;
  }
  throw new Error('it was reached');
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('reaching engines', () => {
  for (const [kind, expected] of [
    ['buildkitd', { kind: 'buildkitd', version: /^v0\.(?:3[4-9]|[4-9]\d)/ }],
    ['buildkitd-tcp', { kind: 'buildkitd', version: /^v0\./ }],
    ['buildkitd-old', { kind: 'buildkitd', version: /^v0\.1[13]/ }],
    ['docker29', { kind: 'docker', version: /^v0\./ }],
    ['docker20', { kind: 'docker', version: undefined }],
  ] satisfies [Kind, unknown][]) {
    it(kind, async () => {
      const found = await versionAt(engineAddress(kind));
      assert.equal(found.kind, expected.kind);
      if (expected.version === undefined) assert.equal(found.version, undefined);
      else assert.match(found.version ?? '', expected.version);
    });
  }

  it('with certificates on both sides', async () => {
    const { ca, cert, key } = certificates();
    assert.match((await versionAt(engineAddress('buildkitd-tls'), { ca, cert, key })).version ?? '', /^v0/);
  });

  it('that want TLS, but get none, no certificate, or a stranger’s', async () => {
    const address = engineAddress('buildkitd-tls');
    const { ca, strangerCert, strangerKey } = certificates();
    assert.match(
      await refusal(address),
      /^engine-unreachable: .*closed the connection.*If it wants TLS: give the certificates/,
    );
    assert.match(await refusal(address, { ca }), /did not accept our certificate/);
    assert.match(
      await refusal(address, { ca, cert: strangerCert, key: strangerKey }),
      /did not accept our certificate/,
    );
  });

  it('whose authority is not known', async () => {
    const { cert, key } = certificates();
    assert.match(await refusal(engineAddress('buildkitd-tls'), { cert, key }), /authority that you trust/);
  });

  it('whose name is another', async () => {
    const files = { ...certificates(), servername: 'other.example' };
    assert.match(await refusal(engineAddress('buildkitd-tls'), files), /BUILDKIT_TLS_SERVERNAME/);
  });

  it('that speak no TLS', async () => {
    const { ca } = certificates();
    assert.match(await refusal(engineAddress('buildkitd-tcp'), { ca }), /leave the certificates out|TLS/);
  });

  it('that are none', async () => {
    const web = createHttp((_, answer) => answer.end('hello'));
    assert.match(await refusal(await listening(web)), /something else answers/);
    web.close();
    const mute = createServer((socket) => void socket.end('220 mail ready\r\n'));
    assert.match(await refusal(await listening(mute)), /^engine-unreachable: /);
    mute.close();
    const { cert, key } = certificates();
    const [certPem, keyPem] = await Promise.all([readFile(cert), readFile(key)]);
    const secured = createTls({ cert: certPem, key: keyPem }, (socket) => void socket.end('hi'));
    assert.match(await refusal(await listening(secured)), /^engine-unreachable: /);
    secured.close();
  });

  it('that are not there', async () => {
    assert.match(await refusal('unix:///no/such.sock'), /^engine-unreachable: .*no such socket/);
    assert.match(await refusal('tcp://127.0.0.1:1'), /nothing listens/);
    assert.match(await refusal('tcp://no-such-host.invalid:1234'), /host/);
  });
});
