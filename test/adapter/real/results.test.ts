import assert from 'node:assert/strict';
import { request } from 'node:http';
import { Refused, Session, type SessionOptions } from '../../support/dap/index.js';
import { engineAddress, type EngineKind, registryAddress } from '../../support/environment/engines.js';

/** What a Docker Engine says about one of its images. */
async function imageOf(docker: EngineKind, name: string): Promise<{ readonly Config: { readonly Env: string[] } }> {
  const socketPath = engineAddress(docker).slice('unix://'.length);
  const path = `/images/${name}/json`;
  return await new Promise((resolve, reject) => {
    const question = request({ socketPath, path, headers: { host: 'docker' } }, (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(JSON.parse(body) as never) : reject(new Error(`${path}: ${body}`)),
      );
    });
    question.on('error', reject);
    question.end();
  });
}

/** Builds to the end. */
async function build(options: SessionOptions): Promise<string> {
  await using session = await Session.open(options);
  const outcome = await session.start();
  const console = session.client.all('output').map(({ output }) => output);
  assert.deepEqual(outcome, { kind: 'ended', exitCode: 0 }, console.join(''));
  return console.join('');
}

const unique = (): string => `${process.pid}-${Date.now()}`;

describe('the result of a build', () => {
  for (const docker of ['docker29', 'docker20'] as const) {
    for (const builder of ['buildkitd', docker] as const) {
      it(`is loaded into ${docker} when ${builder} has built it`, async () => {
        const mark = unique();
        const name = `dfd-load:${mark}`;
        const console = await build({
          files: { Dockerfile: `FROM busybox\nENV MARK=${mark}\nRUN true\n` },
          launch: { builder: engineAddress(builder), load: true, tags: [name] },
          env: { DOCKER_HOST: engineAddress(docker) },
        });
        const { Config } = await imageOf(docker, name);
        assert.ok(Config.Env.includes(`MARK=${mark}`), JSON.stringify(Config));
        if (builder === 'buildkitd') assert.match(console, /Loaded image: .*dfd-load:.*\(Docker Engine at unix:/);
      });
    }
  }

  it('cannot be loaded where there is no Docker Engine, and the build does not begin', async () => {
    await using session = await Session.open({
      files: { Dockerfile: 'FROM busybox\nRUN true\n' },
      launch: { builder: engineAddress('buildkitd'), load: true },
      env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    });
    await assert.rejects(
      session.launch(),
      (error) => error instanceof Refused && /\/nowhere\/docker\.sock.*DOCKER_HOST.*"load"/.test(error.message),
    );
  });

  it('says in the registry where it comes from, as buildx lets it, unless it is told not to', async () => {
    const pushed = async (launch: object): Promise<string> => {
      const tag = unique();
      await build({
        files: { Dockerfile: 'FROM busybox\nRUN true\n' },
        launch: {
          builder: engineAddress('buildkitd'),
          outputs: [`type=image,name=${registryAddress()}/dfd-results:${tag},push=true`],
          ...launch,
        },
      });
      const answer = await fetch(`http://${registryAddress()}/v2/dfd-results/manifests/${tag}`, {
        headers: { accept: 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json' },
      });
      return await answer.text();
    };
    assert.match(await pushed({}), /"attestation-manifest"/);
    const plain = await pushed({ provenance: false });
    assert.match(plain, /"layers"/);
    assert.doesNotMatch(plain, /attestation-manifest/);
  });
});

describe('host-gateway', () => {
  const options = (kind: EngineKind): SessionOptions => ({
    files: { Dockerfile: `FROM busybox\nRUN echo ${unique()}; grep '^[0-9a-f.:]*[[:space:]]host.test' /etc/hosts\n` },
    launch: { builder: engineAddress(kind), addHosts: ['host.test:host-gateway'] },
  });

  it('is the address that a Docker Engine tells', async () => {
    assert.match(await build(options('docker29')), /^[\d.]+\s+host\.test$/m);
  });

  it('is refused where nobody tells it', async () => {
    await using session = await Session.open(options('buildkitd'));
    await assert.rejects(
      session.launch(),
      (error) => error instanceof Refused && /host-gateway.*address itself/.test(error.message),
    );
  });
});
