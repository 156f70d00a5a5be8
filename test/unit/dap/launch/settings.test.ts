import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseLaunch } from '../../../../debug-adapter/dap/launch/parse-launch.js';
import { buildSettings } from '../../../../debug-adapter/dap/launch/settings.js';
import type { BuildSettings } from '../../../../debug-adapter/debugger/api.js';
import { UserError } from '../../../../debug-adapter/debugger/errors.js';

let folder: string;
let env: Record<string, string>;

function settings(args: object): Promise<BuildSettings> {
  const { launch } = parseLaunch(args, { cwd: folder });
  return buildSettings(launch, { env, homeDir: join(folder, 'home'), now: () => 0 });
}

async function refuse(args: object, code: string, words: RegExp): Promise<void> {
  await assert.rejects(settings(args), (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.code, code);
    assert.match(`${error.message} ${error.hint}`, words);
    return true;
  });
}

async function attributes(args: object): Promise<Readonly<Record<string, string>>> {
  return (await settings(args)).frontendAttrs;
}

describe('build settings', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dap-settings-'));
    env = {};
    for (const name of ['app', 'app/sub', 'empty', 'assets', 'dev', 'lower']) mkdirSync(join(folder, name));
    for (const name of ['app/Dockerfile', 'dev/Dockerfile.dev', 'dev/Containerfile', 'lower/dockerfile', 'note.txt']) {
      writeFileSync(join(folder, name), 'FROM scratch\n');
    }
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('find the Dockerfile and its context', async () => {
    const at = async (args: object): Promise<unknown[]> => {
      const { dockerfile, context } = await settings(args);
      return [
        dockerfile.slice(folder.length),
        context.kind === 'folder' ? context.path.slice(folder.length) : context.url,
      ];
    };
    assert.deepEqual(await at({ context: 'app' }), ['/app/Dockerfile', '/app']);
    assert.deepEqual(await at({ cwd: 'app' }), ['/app/Dockerfile', '/app']);
    assert.deepEqual(await at({ dockerfile: 'dev/Dockerfile.dev' }), ['/dev/Dockerfile.dev', '/dev']);
    assert.deepEqual(await at({ dockerfile: 'dev/Dockerfile.dev', context: '.' }), ['/dev/Dockerfile.dev', '']);
    assert.deepEqual(await at({ context: 'lower' }), ['/lower/dockerfile', '/lower']);
  });

  it('look at once whether the files that name the result can be written', async () => {
    const app = { context: 'app' };
    await refuse({ ...app, iidFile: 'no/id' }, 'result-file', /no\/id cannot be written: .*no does not exist\. Make/);
    await refuse(
      { ...app, args: ['--metadata-file', 'note.txt/m'] },
      'result-file',
      /note\.txt is no folder.*--metadata/,
    );
    await refuse({ ...app, iidFile: 'dev' }, 'result-file', /dev: it is a folder/);
    for (const iidFile of ['id', 'dev/id', 'out/id', 'out/deep/id'])
      assert.equal((await settings({ ...app, iidFile, outputs: ['out'] })).iidFile, join(folder, iidFile));
    await refuse({ ...app, iidFile: 'output/id', outputs: ['out'] }, 'result-file', /output does not exist/);
  });

  it('say what is missing and what is nearby', async () => {
    await refuse(
      { context: 'dev' },
      'dockerfile-not-found',
      /dev has .*Containerfile.*Dockerfile\.dev|Dockerfile\.dev.*Containerfile/,
    );
    await refuse(
      { context: 'app', dockerfile: 'Dockerfile' },
      'dockerfile-not-found',
      /There is .*app.Dockerfile: set "dockerfile"/,
    );
    await refuse({ context: 'empty' }, 'dockerfile-not-found', /relative paths start at "cwd"/);
    await refuse({ dockerfile: 'app' }, 'dockerfile-not-found', /is a folder, not a Dockerfile/);
    await refuse({ context: 'apps' }, 'context-not-found', /apps does not exist.*has: .*app/);
    await refuse({ context: 'note.txt' }, 'context-not-a-folder', /is a file/);
    await refuse({ context: 'app/Dockerfile' }, 'context-not-a-folder', /Set "dockerfile" to it/);
  });

  it('leave remote contexts to the engine', async () => {
    const remote = await settings({ context: 'https://example.com/a.git', dockerfile: 'x/D' });
    assert.deepEqual(remote.context, { kind: 'remote', url: 'https://example.com/a.git' });
    assert.deepEqual([remote.dockerfile, remote.dockerfileIsLocal], ['x/D', false]);
    const local = await settings({ context: 'https://example.com/a.git', dockerfile: join(folder, 'app/Dockerfile') });
    assert.equal(local.dockerfileIsLocal, true);
  });

  it('take values from the environment', async () => {
    env = { A: 'from env', DOCKER_DEFAULT_PLATFORM: 'arm64' };
    const found = await settings({ context: 'app', buildArgs: { A: null, B: null, C: 'c' } });
    assert.deepEqual(found.buildArgs, { A: 'from env', C: 'c' });
    assert.deepEqual(found.platforms, ['linux/arm64']);
  });

  it("take proxies from docker's config.json", async () => {
    mkdirSync(join(folder, 'home/.docker'), { recursive: true });
    const proxies = { default: { httpProxy: 'http://p:1', noProxy: 'x' } };
    writeFileSync(join(folder, 'home/.docker/config.json'), JSON.stringify({ proxies }));
    const { buildArgs } = await settings({ context: 'app', buildArgs: { NO_PROXY: 'mine' } });
    assert.deepEqual(buildArgs, {
      HTTP_PROXY: 'http://p:1',
      http_proxy: 'http://p:1',
      NO_PROXY: 'mine',
      no_proxy: 'x',
    });
  });

  it('tell the frontend what the command line would', async () => {
    assert.deepEqual(
      await attributes({
        ...{ context: 'app', labels: { a: 'b' }, noCache: ['x', 'y'], pull: true, network: 'host', shmSize: '64m' },
        ...{
          addHosts: ['db:10.0.0.7', 'six=[::1]', 'up:host-gateway'],
          ulimits: ['nofile=1024', 'core=0:-1'],
          cgroupParent: 'c',
        },
        ...{
          buildContexts: {
            assets: 'assets',
            context: 'app',
            img: 'docker-image://busybox',
            git: 'https://e.com/a.git',
          },
        },
        ...{ provenance: 'mode=max', sbom: true, buildArgs: { BUILDKIT_MULTI_PLATFORM: '1' } },
      }),
      {
        'label:a': 'b',
        'no-cache': 'x,y',
        'image-resolve-mode': 'pull',
        'force-network-mode': 'host',
        'shm-size': '67108864',
        'add-hosts': 'db=10.0.0.7,six=::1,up=host-gateway',
        ulimit: 'nofile=1024:1024,core=0:-1',
        'cgroup-parent': 'c',
        'frontend.caps': 'moby.buildkit.frontend.contexts+forward',
        'context:assets': 'local:assets',
        'context:context': 'local:_context',
        'context:img': 'docker-image://busybox',
        'context:git': 'https://e.com/a.git',
        'multi-platform': 'true',
        'attest:provenance': 'type=provenance,mode=max',
        'attest:sbom': 'type=sbom',
      },
    );
    assert.deepEqual(await attributes({ context: 'app', noCache: true, provenance: false, sbom: 'false' }), {
      'no-cache': '',
    });
    const host = await settings({ context: 'app', network: 'host', allow: ['security.insecure'] });
    assert.deepEqual(host.entitlements, ['security.insecure', 'network.host']);
    assert.deepEqual(Object.keys((await settings({ context: 'app', buildContexts: { context: 'assets' } })).locals), [
      '_context',
    ]);
  });

  it('find images in folders, whose names may have colons and at signs', async () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    mkdirSync(join(folder, 'a@b:c d'));
    const layout = async (text: string): Promise<unknown> => {
      const { layouts, frontendAttrs } = await settings({ context: 'app', buildContexts: { x: text } });
      assert.deepEqual(frontendAttrs, { 'frontend.caps': 'moby.buildkit.frontend.contexts+forward' });
      return layouts['x'];
    };
    const path = join(folder, 'assets');
    assert.deepEqual(await layout('oci-layout://assets'), { path, tag: 'latest', digest: undefined });
    assert.deepEqual(await layout('oci-layout://assets:1.2'), { path, tag: '1.2', digest: undefined });
    assert.deepEqual(await layout(`oci-layout://assets@${digest}`), { path, tag: undefined, digest });
    assert.deepEqual(await layout(`oci-layout://${path}:v1@${digest}`), { path, tag: 'v1', digest });
    const odd = join(folder, 'a@b:c d');
    assert.deepEqual(await layout('oci-layout://a@b:c d'), { path: odd, tag: 'latest', digest: undefined });
  });

  it('refuse values that make no sense', async () => {
    const cases: [object, string, RegExp][] = [
      [{ addHosts: ['db'] }, 'add-host', /HOST:IP/],
      [{ ulimits: ['nofiles=1'] }, 'ulimit', /NAME=SOFT/],
      [{ shmSize: '64 apples' }, 'size', /no size/],
      [{ platforms: ['linux/a b'] }, 'platform', /no platform/],
      [{ buildContexts: { a: 'nope' } }, 'context-not-found', /the build context "a", does not exist/],
      [{ buildContexts: { a: 'oci-layout://x' } }, 'context-not-found', /x, the build context "a", does not exist/],
      [{ buildContexts: { a: '' } }, 'context-empty', /"a" names no place/],
      [{ buildContexts: { Lay: 'app' } }, 'context-name', /"Lay" is no name.*"lay"/s],
      [{ outputs: ['type=oci,tar=maybe,dest=x'] }, 'output-tar', /tar=maybe/],
      [{ buildContexts: { a: 'target:x' } }, 'context-unsupported', /target of a bake file.*oci-layout/s],
      [{ attests: ['sbom'] }, 'attest', /names no type/],
      [{ attests: ['type=sbom,x'] }, 'attest', /"x" is no value of --attest\..*generator=IMAGE/s],
      [{ sbom: 'maybe' }, 'attest', /"maybe" is no value of --sbom\..*true, false, .*generator=IMAGE/s],
      [{ provenance: 'maybe' }, 'attest', /"maybe" is no value of --provenance\..*true, false, .*mode=max/s],
      [{ provenance: 'ture' }, 'attest', /Did you mean true\?/],
      [{ provenance: 'max' }, 'attest', /Did you mean mode=max\?/],
      [{ provenance: 'mode=mx' }, 'attest', /mode=mx of --provenance is no mode\..*Did you mean mode=max\?/s],
      [{ sbom: 'disabled=maybe' }, 'attest', /disabled=maybe of --sbom is neither true nor false/],
      [{ annotations: ['x'] }, 'annotation', /KEY=VALUE/],
      [{ annotations: ['image:a=b'] }, 'annotation', /Places are/],
      [{ outputs: ['type=zip'] }, 'output-type', /no output type "zip"/],
      [{ outputs: ['type=local'] }, 'output-destination', /needs a destination/],
      [{ outputs: ['type=tar,dest=app'] }, 'output-destination', /is a folder; type=tar writes a file/],
      [{ outputs: ['-'] }, 'output-destination', /Standard output/],
      [{ push: true }, 'tag-missing', /needs a name/],
      [{ cacheFrom: ['src=x,mode=max'] }, 'cache-type', /names no type/],
      [{ cacheFrom: ['type=local,dest=x'] }, 'cache-attribute', /--cache-from.*type=local has no "src"/],
      [{ cacheTo: ['type=local,src=x'] }, 'cache-attribute', /has no "dest".*type=local,dest=cache/s],
      [{ cacheTo: ['type=registry'] }, 'cache-attribute', /has no "ref".*example\.com/s],
      [{ cacheTo: ['type=local,dest=x,reset=maybe'] }, 'cache-attribute', /reset=maybe of --cache-to is neither/],
      [{ outputs: ['type=oci,tar=false,dest=-'] }, 'output-destination', /destination that is a folder/],
      [{ secrets: ['src=x'] }, 'secret-field', /no id/],
      [{ secrets: ['id=a,file=x'] }, 'secret-field', /no field "file"/],
      [{ secrets: ['id=a,src=nope'] }, 'secret-not-found', /nope of the secret "a" cannot be read/],
      [{ secrets: ['id=a,env=NOPE'] }, 'secret-not-found', /NOPE of the secret "a" is not set/],
      [{ secrets: ['"id=a'] }, 'flag-value', /quotes/],
      [{ ssh: ['default'] }, 'ssh-agent-missing', /SSH_AUTH_SOCK/],
    ];
    for (const [args, code, words] of cases) await refuse({ context: 'app', ...args }, code, words);
  });

  it('never show what may be secret', async () => {
    const secret = 'hunter2';
    const cases = [
      { cacheTo: [`secret_access_key=${secret},mode=max`] },
      { cacheTo: [`"type=s3,secret_access_key=${secret}`] },
      { secrets: [`id=a,value=${secret}`] },
      { buildArgs: { A: secret }, addHosts: ['x'] },
    ];
    for (const args of cases) {
      await assert.rejects(settings({ context: 'app', ...args }), (error) => {
        assert.ok(error instanceof UserError);
        return !`${error.message} ${error.hint}`.includes(secret);
      });
    }
  });

  it('read secrets and ssh without looking at their values', async () => {
    env = { TOKEN: 'very secret', SSH_AUTH_SOCK: '/agent' };
    const { secrets, ssh } = await settings({
      context: 'app',
      secrets: [
        'id=a,src=note.txt',
        'id=TOKEN',
        'id=b,env=TOKEN',
        'type=env,id=c,src=TOKEN',
        'id=note.txt',
        'id=a,source=app/Dockerfile',
      ],
      ssh: ['default', 'key=note.txt,app/Dockerfile'],
    });
    assert.deepEqual(secrets, [
      { id: 'a', kind: 'file', path: join(folder, 'app/Dockerfile') },
      { id: 'TOKEN', kind: 'env', variable: 'TOKEN' },
      { id: 'b', kind: 'env', variable: 'TOKEN' },
      { id: 'c', kind: 'env', variable: 'TOKEN' },
      { id: 'note.txt', kind: 'file', path: join(folder, 'note.txt') },
    ]);
    assert.deepEqual(ssh, [
      { id: 'default', paths: [] },
      { id: 'key', paths: [join(folder, 'note.txt'), join(folder, 'app/Dockerfile')] },
    ]);
  });

  it('export what the command line would', async () => {
    const outputs = async (args: object): Promise<unknown[]> => {
      const { exporters, exportTargets, load, layoutOutput } = await settings({ context: 'app', ...args });
      return [exporters, exportTargets, load, ...(layoutOutput === undefined ? [] : [layoutOutput])];
    };
    assert.deepEqual(await outputs({}), [[], {}, false]);
    assert.deepEqual(await outputs({ load: true }), [[], {}, true]);
    assert.deepEqual(await outputs({ outputs: ['type=docker'] }), [[], {}, true]);
    assert.deepEqual(await outputs({ outputs: ['out'] }), [
      [{ type: 'local', attrs: {} }],
      { 0: { kind: 'folder', path: join(folder, 'out') } },
      false,
    ]);
    assert.deepEqual(
      await outputs({ outputs: ['type=cacheonly', 'type=oci,dest=a.tar,compression=zstd'], tags: ['x:1', 'y'] }),
      [
        [{ type: 'oci', attrs: { compression: 'zstd', name: 'x:1,y' } }],
        { 0: { kind: 'file', path: join(folder, 'a.tar') } },
        false,
      ],
    );
    assert.deepEqual(await outputs({ outputs: ['type=docker,tar=false,dest=layout'], tags: ['x'] }), [
      [{ type: 'docker', attrs: { tar: 'false', name: 'x' } }],
      {},
      false,
      join(folder, 'layout'),
    ]);
    assert.deepEqual(await outputs({ push: true, tags: ['x'] }), [
      [{ type: 'image', attrs: { push: 'true', name: 'x' } }],
      {},
      false,
    ]);
    assert.deepEqual(await outputs({ outputs: ['type=image,name=z', 'type=registry'], push: true, tags: ['x'] }), [
      [
        { type: 'image', attrs: { push: 'true', name: 'x' } },
        { type: 'image', attrs: { push: 'true', name: 'x' } },
      ],
      {},
      false,
    ]);
    assert.deepEqual(
      await outputs({ outputs: ['type=image,name=z'], annotations: ['a=b', 'index,manifest[linux/amd64]:c=d=e'] }),
      [
        [
          {
            type: 'image',
            attrs: {
              name: 'z',
              'annotation.a': 'b',
              'annotation-index.c': 'd=e',
              'annotation-manifest[linux/amd64].c': 'd=e',
            },
          },
        ],
        {},
        false,
      ],
    );
  });

  it('take every name that an engine takes', async () => {
    const hex = 'a'.repeat(64);
    const tags = [
      ...['app', 'app:1', 'app:V1.0_x-y', 'team/app', 'a/b/c/d:1', 'a.b/c', 'a_b', 'a__b', 'a--b', 'a---b:1', '1/2:3'],
      ...['localhost/app', 'localhost:5000/x', 'localhost:5000/x:1', 'LOCALHOST:5000/x', 'Team/app', 'app:1-'],
      ...['registry.example.com/app', 'registry.example.com:443/a/b:tag', '127.0.0.1:5000/app', '[::1]:5000/app:1'],
      ...['[2001:db8::1]/app', `app@sha256:${hex}`, `app:1@sha256:${hex}`, `localhost:5000/a@sha256:${hex}`],
      ...['app:5000', `app:${'x'.repeat(128)}`, `registry.example.com/${'x'.repeat(255)}:1`],
    ];
    for (const tag of tags) assert.deepEqual((await settings({ context: 'app', tags: [tag] })).tags, [tag]);
  });

  it('refuse a name that no engine takes, and say which to write', async () => {
    const cases: readonly (readonly [tag: string, words: RegExp])[] = [
      ['', /^A tag is empty\. .*"registry\.example\.com\/team\/app:1\.0"/],
      ['  ', /^A tag is empty/],
      ['App:V1', /^The tag "App:V1" has upper case letters in its repository\. Write "app:V1"\.$/],
      ['localhost:5000/App', /upper case .* Write "localhost:5000\/app"\.$/],
      ['team/App', /upper case .* Write "team\/app"\.$/],
      ['my app:1', /^The tag "my app:1" has a space in it\. Write "my-app:1"\.$/],
      [' app:1', /has a space in it\. Write "app:1"\.$/],
      ['app:', /^The tag "app:" ends with ":", and nothing follows\. Write "app"\.$/],
      ['a:b:c', /^The tag "a:b:c" has more than one ":TAG"\. A name is /],
      ['localhost:5000/a:b:c', /more than one ":TAG"/],
      ['https://registry.example.com/app', /begins with https:\/\/.* Write "registry\.example\.com\/app"\.$/],
      ['a:1,b:2', /^The tag "a:1,b:2" /],
      ['app:.1', /is no name of an image\. A name is /],
      ['-app', /is no name of an image/],
      ['app-', /is no name of an image/],
      ['a___b', /is no name of an image/],
      ['a..b', /is no name of an image/],
      ['a//b', /is no name of an image/],
      ['/app', /is no name of an image/],
      ['app/', /is no name of an image/],
      ['app@sha256:12', /is no name of an image/],
      ['a'.repeat(64), /looks like the id of an image/],
      [`app:${'x'.repeat(129)}`, /more than 128 letters after its ":"/],
      [`registry.example.com/${'x'.repeat(256)}`, /too long\. .* 255 /],
    ];
    for (const [tag, words] of cases) await refuse({ context: 'app', tags: ['fine:1', tag] }, 'tag', words);
    await refuse({ args: ['-t', 'App', 'app'] }, 'tag', /Write "app"\.$/);
  });

  it('cache where the command line would', async () => {
    env = { AWS_ACCESS_KEY_ID: 'k' };
    const { cacheImports, cacheExports } = await settings({
      context: 'app',
      cacheFrom: ['a/b:c,d', 'type=local,src=cache', 'type=gha', 'type=s3,bucket=b'],
      cacheTo: ['type=local,dest=cache,mode=max'],
      buildArgs: { BUILDKIT_INLINE_CACHE: '1' },
    });
    assert.deepEqual(cacheImports, [
      { type: 'registry', attrs: { ref: 'a/b:c' } },
      { type: 'registry', attrs: { ref: 'd' } },
      { type: 'local', attrs: { src: join(folder, 'cache') } },
      { type: 's3', attrs: { access_key_id: 'k', bucket: 'b' } },
    ]);
    assert.deepEqual(cacheExports, [
      { type: 'local', attrs: { dest: join(folder, 'cache'), mode: 'max' } },
      { type: 'inline', attrs: {} },
    ]);
  });

  it('spell platforms the usual way', async () => {
    const { platforms } = await settings({
      context: 'app',
      platforms: [
        'amd64',
        'linux/aarch64',
        'linux/arm64/v8',
        'linux/arm',
        'arm/v6',
        'linux/386',
        'windows/amd64',
        'local',
        'linux/x86_64',
        'Windows(10.0.17763+Win32k)/AMD64',
        'linux',
        'linux/foo',
      ],
    });
    assert.deepEqual(platforms, [
      'linux/amd64',
      'linux/arm64',
      'linux/arm/v7',
      'linux/arm/v6',
      'linux/386',
      'windows/amd64',
      'windows(10.0.17763+Win32k)/amd64',
      'linux',
      'linux/foo',
    ]);
  });

  it('refuse what can be no platform, and say which was meant', async () => {
    const cases: readonly (readonly [platform: string, words: RegExp])[] = [
      ['bogus', /^"bogus" is no platform\. Usual platforms are linux\/amd64, linux\/arm64, /],
      ['lnux', /^"lnux" is no platform\. Usual platforms are /],
      ['am64', /^"am64" is no platform\. Did you mean linux\/amd64\?$/],
      ['linux/', /no platform/],
      ['/amd64', /no platform/],
      ['linux/arm/v7/x', /no platform/],
      ['windows(10/amd64', /no platform/],
    ];
    for (const [platform, words] of cases) await refuse({ context: 'app', platforms: [platform] }, 'platform', words);
  });
});
