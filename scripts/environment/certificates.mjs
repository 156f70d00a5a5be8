// Certificates for mutual TLS on 127.0.0.1, made when an engine starts and worth nothing elsewhere.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { program } from './debian.mjs';
import { run } from './process.mjs';

const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Makes `ca.pem`, and `server`, `client` and `stranger` (of another authority), each with `.pem` and `-key.pem`. */
export async function makeCertificates(say, folder) {
  const openssl = await program(say, 'openssl');
  await mkdir(folder, { recursive: true });
  const path = (name) => join(folder, name);
  const authority = (name) =>
    run(openssl, [
      'req',
      '-x509',
      ...key,
      '-days',
      '30',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      path(`${name}-key.pem`),
      '-out',
      path(`${name}.pem`),
    ]);
  const signed = async (name, issuer, extension) => {
    const request = await run(openssl, ['req', ...key, '-subj', `/CN=${name}`, '-keyout', path(`${name}-key.pem`)]);
    await writeFile(path(`${name}.ext`), extension);
    const args = [
      '-CA',
      path(`${issuer}.pem`),
      '-CAkey',
      path(`${issuer}-key.pem`),
      '-days',
      '30',
      '-extfile',
      path(`${name}.ext`),
    ];
    await run(
      openssl,
      ['x509', '-req', ...args, '-set_serial', `0x${Buffer.from(name).toString('hex')}`, '-out', path(`${name}.pem`)],
      { input: request },
    );
  };
  await Promise.all([authority('ca'), authority('other-ca')]);
  await Promise.all([
    signed('server', 'ca', 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth\n'),
    signed('client', 'ca', 'extendedKeyUsage=clientAuth\n'),
    signed('stranger', 'other-ca', 'extendedKeyUsage=clientAuth\n'),
  ]);
}
