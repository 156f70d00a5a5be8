import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { dirname } from 'node:path/posix';
import type { Environment } from '../../../debug-adapter/buildkit/connect/environment.js';
import { locate } from '../../../debug-adapter/buildkit/connect/locate.js';
import { UserError } from '../../../debug-adapter/buildkit/errors.js';

function machine(files: Readonly<Record<string, unknown>>, variables: Environment['variables'] = {}): Environment {
  const texts = new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === 'string' ? content : JSON.stringify(content),
    ]),
  );
  return {
    variables,
    home: '/home/me',
    platform: 'linux',
    uid: 1000,
    readText: (path) => Promise.resolve(texts.get(path)),
    list: (folder) => {
      const inside = [...texts.keys()].filter((path) => path.startsWith(`${folder}/`));
      return Promise.resolve([...new Set(inside.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))]);
    },
  };
}

const contextFile = (name: string) =>
  `/home/me/.docker/contexts/meta/${createHash('sha256').update(name).digest('hex')}/meta.json`;
const context = (name: string, host: string) => ({
  [contextFile(name)]: { Name: name, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } },
});
const builder = (name: string, content: Readonly<Record<string, unknown>>) => ({
  [`/home/me/.docker/buildx/instances/${name}`]: { Name: name, ...content },
});
const remote = (name: string, endpoint: string, options?: Readonly<Record<string, string>>) =>
  builder(name, { Driver: 'remote', Nodes: [{ Name: `${name}0`, Endpoint: endpoint, DriverOpts: options }] });

const addresses = async (name: string | undefined, environment: Environment) =>
  (await locate(name, environment)).map(({ address, origin }) => `${address} by ${origin}`);

describe('looking for an engine', () => {
  it('tries the well-known sockets when nothing is chosen', async () => {
    const places = await locate(undefined, machine({}));
    assert.deepEqual(
      places.map(({ address, role }) => `${role} ${address}`),
      [
        'buildkit unix:///run/buildkit/buildkitd.sock',
        'buildkit unix:///run/user/1000/buildkit/buildkitd.sock',
        'docker unix:///var/run/docker.sock',
        'docker unix:///run/user/1000/docker.sock',
        'docker unix:///home/me/.docker/desktop/docker.sock',
      ],
    );
    const elsewhere = await locate(undefined, machine({}, { XDG_RUNTIME_DIR: '/run/mine' }));
    assert.equal(elsewhere[1]?.address, 'unix:///run/mine/buildkit/buildkitd.sock');
    const windows = await locate(undefined, { ...machine({}), platform: 'win32' });
    assert.equal(windows[0]?.address, 'npipe:////./pipe/buildkitd');
  });

  it('prefers BUILDKIT_HOST, then the builder in use, then the context in use, then DOCKER_HOST', async () => {
    const files = {
      ...remote('mine', 'tcp://build:1234'),
      ...context('desk', 'unix:///desk.sock'),
      '/home/me/.docker/config.json': { currentContext: 'desk' },
      '/home/me/.docker/buildx/current': { Key: 'desk', Name: 'mine', Global: false },
    };
    assert.deepEqual(await addresses(undefined, machine(files, { BUILDKIT_HOST: 'tcp://first:1' })), [
      'tcp://first:1 by BUILDKIT_HOST',
    ]);
    assert.deepEqual(await addresses(undefined, machine(files)), ['tcp://build:1234 by buildx builder "mine"']);
    // The builder was chosen for another context.
    assert.deepEqual(await addresses(undefined, machine(files, { DOCKER_HOST: 'unix:///d.sock' })), [
      'unix:///d.sock by DOCKER_HOST',
    ]);
    assert.deepEqual(await addresses(undefined, machine({ ...files, '/home/me/.docker/buildx/current': {} })), [
      'unix:///desk.sock by docker context "desk"',
    ]);
    assert.deepEqual(await addresses(undefined, machine(files, { BUILDX_BUILDER: 'mine', DOCKER_HOST: 'unix:///d' })), [
      'tcp://build:1234 by buildx builder "mine"',
    ]);
  });

  it('knows the default builder of an endpoint', async () => {
    const hash = createHash('sha256').update('unix:///var/run/docker.sock').digest('hex').slice(0, 20);
    const files = { ...remote('mine', 'tcp://build:1234'), [`/home/me/.docker/buildx/defaults/${hash}`]: 'mine' };
    assert.deepEqual(await addresses(undefined, machine(files)), ['tcp://build:1234 by buildx builder "mine"']);
  });

  it('takes a name as a builder first and then as a context', async () => {
    const files = { ...remote('both', 'tcp://b:1'), ...context('both', 'unix:///c'), ...context('only', 'unix:///o') };
    assert.deepEqual(await addresses('both', machine(files)), ['tcp://b:1 by buildx builder "both"']);
    assert.deepEqual(await addresses('only', machine(files)), ['unix:///o by docker context "only"']);
    assert.deepEqual(await addresses('default', machine(files)), [
      'unix:///var/run/docker.sock by its well-known socket',
    ]);
  });

  it('knows what buildx calls the node of a builder, and of no other engine', async () => {
    const node = async (name: string, files: object): Promise<string | undefined> =>
      (await locate(name, machine({ ...files })))[0]?.node;
    const nodes = [{ Name: 'here0', Endpoint: 'tcp://b:1' }];
    const named = { '/home/me/.docker/buildx/instances/here': { Name: 'Here', Driver: 'remote', Nodes: nodes } };
    assert.equal(await node('here', named), 'Here/here0');
    assert.equal(await node('only', context('only', 'unix:///o')), undefined);
    assert.equal(await node('tcp://b:1', named), undefined);
  });

  it('finds the certificates of builders, contexts, DOCKER_HOST and addresses', async () => {
    const options = { cacert: '/ca', cert: '/c', key: '/k', servername: 'n' };
    assert.deepEqual((await locate('r', machine(remote('r', 'tcp://b:1', options))))[0]?.tls, {
      ca: '/ca',
      cert: '/c',
      key: '/k',
      servername: 'n',
    });
    const folder = `/home/me/.docker/contexts/tls/${createHash('sha256').update('x').digest('hex')}/docker`;
    const withContext = machine({ ...context('x', 'tcp://b:2376'), [`${folder}/ca.pem`]: '' });
    assert.deepEqual((await locate('x', withContext))[0]?.tls, {
      ca: `${folder}/ca.pem`,
      cert: undefined,
      key: undefined,
      trustAll: false,
    });
    const host = { DOCKER_HOST: 'tcp://d:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    assert.deepEqual((await locate(undefined, machine({}, host)))[0]?.tls, {
      ca: '/certs/ca.pem',
      cert: '/certs/cert.pem',
      key: '/certs/key.pem',
      trustAll: false,
    });
    const byFolder = machine(
      { '/tls/ca.crt': '', '/tls/tls.crt': '', '/tls/tls.key': '' },
      { BUILDKIT_TLS_DIR: '/tls' },
    );
    assert.deepEqual((await locate('tcp://b:1', byFolder))[0]?.tls, {
      ca: '/tls/ca.crt',
      cert: '/tls/tls.crt',
      key: '/tls/tls.key',
      servername: undefined,
    });
  });

  it('reaches builders in containers through their Docker Engine', async () => {
    const node = { Name: 'c0', Endpoint: 'desk' };
    const files = {
      ...builder('c', { Driver: 'docker-container', Nodes: [node] }),
      ...context('desk', 'unix:///desk'),
    };
    const [place] = await locate('c', machine(files));
    assert.equal(place?.address, 'docker-container://buildx_buildkit_c0');
    assert.equal(place.docker?.address, 'unix:///desk');
    const [byHand] = await locate('docker-container://box?context=desk', machine(files));
    assert.equal(byHand?.docker?.address, 'unix:///desk');
  });

  it('reads another folder when DOCKER_CONFIG says so', async () => {
    const files = { '/cfg/buildx/instances/x': { Name: 'x', Driver: 'remote', Nodes: [{ Endpoint: 'tcp://x:1' }] } };
    assert.equal(dirname('/cfg/x'), '/cfg');
    assert.deepEqual(await addresses('x', machine(files, { DOCKER_CONFIG: '/cfg' })), [
      'tcp://x:1 by buildx builder "x"',
    ]);
  });

  async function refusal(name: string | undefined, environment: Environment): Promise<UserError> {
    try {
      await locate(name, environment);
    } catch (error) {
      if (error instanceof UserError) return error;
      throw error;
    }
    throw new assert.AssertionError({ message: 'found something' });
  }

  it('names the nearest when there is no such name', async () => {
    const files = { ...remote('builder-one', 'tcp://b:1'), ...context('desktop-linux', 'unix:///o') };
    assert.match((await refusal('bilder-one', machine(files))).hint, /"builder-one"/);
    assert.match((await refusal('desktop-linxu', machine(files))).hint, /"desktop-linux"/);
    const none = await refusal('zzz', machine(files));
    assert.equal(none.code, 'builder-unknown');
    assert.match(none.hint, /builder-one, desktop-linux, default/);
    const gone = await refusal(undefined, machine(files, { DOCKER_CONTEXT: 'gone' }));
    assert.equal(gone.code, 'builder-unknown');
  });

  it('says which builders cannot be reached yet, and which files are broken', async () => {
    const pods = builder('k', { Driver: 'kubernetes', Nodes: [{ Name: 'k0' }] });
    assert.equal((await refusal('k', machine(pods))).code, 'builder-unsupported');
    const broken = machine({ '/home/me/.docker/config.json': '{' });
    assert.equal((await refusal(undefined, broken)).code, 'config-unreadable');
  });
});
