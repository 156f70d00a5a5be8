import assert from 'node:assert/strict';
import { NoEngineError } from '../../../debug-adapter/buildkit/connect/docker.js';
import { explainFailure } from '../../../debug-adapter/buildkit/connect/failures.js';
import { routeTo } from '../../../debug-adapter/buildkit/connect/routes.js';
import { EngineError, UserError } from '../../../debug-adapter/buildkit/errors.js';
import { WrongProtocolError } from '../../../debug-adapter/buildkit/http2/client.js';

const system = (code: string, message = code) => Object.assign(new Error(message), { code });
const docker = { address: 'unix:///var/run/docker.sock', origin: 'DOCKER_HOST' };
const tcp = { address: 'tcp://host:1234', origin: '"builder"' };

describe('what is said when an engine cannot be reached', () => {
  for (const [name, tried, error, code, words] of [
    ['no right to the socket', docker, system('EACCES'), 'engine-unreachable', /usermod -aG docker/],
    ['no socket', tcp, system('ENOENT'), 'engine-unreachable', /Start buildkitd/],
    ['no Docker', docker, system('ENOENT'), 'engine-unreachable', /Start Docker/],
    ['nobody listens', tcp, system('ECONNREFUSED'), 'engine-unreachable', /nothing listens/],
    ['no such host', tcp, system('ENOTFOUND'), 'engine-unreachable', /not known/],
    ['TLS is wanted', tcp, new WrongProtocolError('tls', ''), 'engine-unreachable', /wants TLS.*BUILDKIT_TLS_DIR/s],
    [
      'TLS is wanted, said in words',
      tcp,
      new NoEngineError(400, 'Client sent an HTTP request to an HTTPS server.'),
      'engine-unreachable',
      /wants TLS/,
    ],
    [
      'TLS is not spoken',
      tcp,
      system('ERR_SSL_WRONG_VERSION_NUMBER'),
      'engine-unreachable',
      /leave the certificates out/,
    ],
    [
      'a stranger',
      tcp,
      new WrongProtocolError('http/1', 'HTTP/1.1 400 Bad Request'),
      'engine-unreachable',
      /something else/,
    ],
    ['an unknown authority', tcp, system('SELF_SIGNED_CERT_IN_CHAIN'), 'engine-unreachable', /ca\.pem/],
    [
      'no certificate of ours',
      tcp,
      system('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'),
      'engine-unreachable',
      /key\.pem/,
    ],
    ['another name', tcp, system('ERR_TLS_CERT_ALTNAME_INVALID'), 'engine-unreachable', /SERVERNAME/],
    [
      'no BuildKit',
      tcp,
      new EngineError('Control.ListWorkers', 12, 'unknown service', { sources: [] }),
      'engine-too-old',
      /0\.8/,
    ],
  ] as const) {
    it(name, () => {
      const explained = explainFailure(tried, error);
      assert.ok(explained instanceof UserError);
      assert.equal(explained.code, code);
      assert.match(`${explained.message} ${explained.hint}`, words);
      assert.ok(explained.message.includes(tried.address) && explained.message.includes(tried.origin));
      assert.equal(explained.cause, error);
    });
  }

  it('keeps what was said already', () => {
    const said = new UserError('builder-unknown', 'x');
    assert.equal(explainFailure(tcp, said), said);
  });

  it('lists the ways that exist', () => {
    assert.throws(
      () => routeTo({ address: 'ftp://x', origin: '"builder"', role: 'unknown' }),
      (error) =>
        error instanceof UserError && error.code === 'address-unsupported' && error.hint.includes('kube-pod://'),
    );
    assert.throws(
      () => routeTo({ address: 'tcp://a b', origin: '"builder"', role: 'unknown' }),
      (error) => error instanceof UserError && error.code === 'address-invalid',
    );
  });
});
