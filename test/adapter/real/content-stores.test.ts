import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refused, Session, type SessionOptions } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const builder = engineAddress('buildkitd');
const another = engineAddress('buildkitd-0.26');
const unique = (): string => `${process.pid}-${Date.now()}-${Math.random()}`;

/** A session that has come to its first stop or to its end. */
async function started(options: SessionOptions): Promise<{ session: Session; exitCode: number | undefined }> {
  const session = await Session.open(options);
  const outcome = await session.start();
  return { session, exitCode: outcome.kind === 'ended' ? outcome.exitCode : undefined };
}

/** Builds to the end; answers what the console shows. */
async function build(files: SessionOptions['files'], launch: object): Promise<string> {
  const { session, exitCode } = await started({ files, launch: { builder, ...launch } });
  await using _ = session;
  assert.equal(exitCode, 0, session.output());
  return session.output();
}

/** The index of an OCI layout. */
function indexOf(folder: string): readonly { readonly annotations: Readonly<Record<string, string>> }[] {
  return (JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { manifests: never[] }).manifests;
}

describe('folders of blobs', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dockerfile-debugger-blobs-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('bring the cache of one engine to another, by its tag', async () => {
    const files = { Dockerfile: `FROM busybox\nRUN echo ${unique()} > /made\nRUN cp /made /copied\n` };
    const cache = join(folder, 'Übrige – 残り');
    await build(files, { cacheTo: [`type=local,dest=${cache},tag=mine,mode=max`] });
    assert.deepEqual(
      indexOf(cache).map(({ annotations }) => annotations['org.opencontainers.image.ref.name']),
      ['mine'],
    );
    const { session, exitCode } = await started({
      files,
      launch: { builder: another, cacheFrom: [`type=local,src=${cache},tag=mine`] },
    });
    await using _ = session;
    assert.equal(exitCode, 0);
    const last = new Map(session.client.all('dockerfile/step').map(({ line, status }) => [line, status]));
    assert.deepEqual([last.get(2), last.get(3)], ['cached', 'cached']);
  });

  it('are not there after a build that failed, where they were not before', async () => {
    const [cache, image, there] = ['deep/cache', 'deep/image', 'there'].map((name) => join(folder, name));
    mkdirSync(there ?? '');
    const { session, exitCode } = await started({
      files: { Dockerfile: 'FROM busybox\nRUN false\n' },
      launch: {
        builder,
        noDebug: true,
        cacheTo: [`type=local,dest=${cache}`, `type=local,dest=${there}`],
        outputs: [`type=oci,tar=false,dest=${image}`, `type=local,dest=${join(folder, 'deep/files')}`],
      },
    });
    await using _ = session;
    assert.equal(exitCode, 1);
    assert.deepEqual(readdirSync(folder), ['there']);
  });

  it('lose what earlier builds left in a cache, with reset', async () => {
    const cache = join(folder, 'cache');
    const make = async (more: string): Promise<void> => {
      const Dockerfile = `FROM busybox\nRUN echo ${unique()} > /made\n`;
      await build({ Dockerfile }, { cacheTo: [`type=local,dest=${cache}${more}`] });
    };
    const blobs = (): readonly string[] => readdirSync(join(cache, 'blobs', 'sha256'));
    await make('');
    const first = blobs();
    await make('');
    assert.ok(first.every((blob) => blobs().includes(blob)));
    await make(',tag=kept');
    for (const blob of blobs()) utimesSync(join(cache, 'blobs', 'sha256', blob), 0, 0);
    await make(',reset=1');
    // Two caches of a base and a layer each: two layers, two configs and two manifests beside the base.
    assert.equal(blobs().length, first.length * 2 - 1);
  });

  it('keep with reset what another build has written, or found there, and not named yet', async () => {
    const cache = join(folder, 'cache');
    const Dockerfile = `FROM busybox\nRUN echo ${unique()} > /made\n`;
    await build({ Dockerfile }, { cacheTo: [`type=local,dest=${cache}`] });
    const place = join(cache, 'blobs', 'sha256');
    const first = readdirSync(place);
    // As it is for whoever looks between the last blob and the name: nothing leads to them.
    writeFileSync(join(cache, 'index.json'), '');
    for (const blob of first) utimesSync(join(place, blob), 0, 0);
    await build({ Dockerfile }, { cacheTo: [`type=local,dest=${cache},tag=again`] });
    writeFileSync(join(cache, 'index.json'), '');
    await build(
      { Dockerfile: `FROM busybox\nRUN echo ${unique()} > /made\n` },
      { cacheTo: [`type=local,dest=${cache},reset=1`] },
    );
    assert.deepEqual(
      first.filter((blob) => !readdirSync(place).includes(blob)),
      [],
    );
  });

  it('may be a cache and an image in one, and keep both', async () => {
    const both = join(folder, 'both');
    const launch = {
      cacheTo: [`type=local,dest=${both},tag=cache,reset=true`],
      outputs: [`type=oci,tar=false,dest=${both}`],
      tags: ['example.com/base:1'],
    };
    await build({ Dockerfile: `FROM busybox\nRUN echo ${unique()} > /made\n` }, launch);
    assert.equal(indexOf(both).length, 2);
    await build(
      { Dockerfile: 'FROM base\nRUN test -s /made\n' },
      { buildContexts: { base: `oci-layout://${both}:1` } },
    );
  });

  it('may hold no cache yet: the build goes on, and fills one for the next', async () => {
    const files = { Dockerfile: `FROM busybox\nRUN echo ${unique()}\n` };
    const cache = join(folder, 'cache');
    const launch = { cacheFrom: [`type=local,src=${cache}`], cacheTo: [`type=local,dest=${cache}`] };
    assert.match(await build(files, launch), /goes on without the cache in .*cache: there is no index\.json/);
    assert.doesNotMatch(await build(files, launch), /without the cache/);
    const other = { cacheFrom: [`type=local,src=${cache},tag=other`] };
    assert.match(await build(files, other), /without the cache in .*cache: it holds no "other" yet/);
  });

  it('are images for other builds, which see what the folder holds at each restart', async () => {
    const layout = join(folder, 'layout');
    const makeBase = (mood: string): Promise<string> =>
      build(
        { Dockerfile: `FROM busybox\nENV MOOD=${mood}\nRUN echo ${mood} > /mood\n` },
        { outputs: [`type=oci,tar=false,dest=${layout}`], tags: ['example.com/base:1', 'base:latest'] },
      );
    await makeBase('grumpy');
    assert.deepEqual(
      indexOf(layout).map(({ annotations }) => annotations['io.containerd.image.name']),
      ['example.com/base:1', 'docker.io/library/base:latest'],
    );
    const { session } = await started({
      files: { Dockerfile: 'FROM base\nRUN test $(cat /mood) = merry\n' },
      launch: { builder, buildContexts: { base: `oci-layout://${layout}:1` } },
    });
    await using _ = session;
    assert.equal(session.here.reason, 'exception');
    assert.equal((await session.variable('Environment', 'MOOD')).value, 'grumpy');
    assert.equal((await session.evaluate('cat /mood')).trim(), 'grumpy');
    await makeBase('merry');
    await session.client.request('restart');
    assert.deepEqual(await session.outcome(), { kind: 'ended', exitCode: 0 });
  });

  it('are written by one exporter at a time, and named "latest" without a name', async () => {
    const layout = join(folder, 'layout');
    await build({ Dockerfile: 'FROM busybox\n' }, { outputs: [`type=oci,tar=false,dest=${layout}`] });
    assert.deepEqual(
      indexOf(layout).map(({ annotations }) => annotations['org.opencontainers.image.ref.name']),
      ['latest'],
    );
    const outputs = [`type=oci,tar=false,dest=${layout}`, `type=docker,tar=false,dest=${layout}2`];
    await using session = await Session.open({ files: { Dockerfile: 'FROM busybox\n' }, launch: { builder, outputs } });
    await assert.rejects(
      session.launch(),
      (error) => error instanceof Refused && /one OCI layout at a time/.test(error.message),
    );
  });

  it('from which a blob is gone are named', async () => {
    const [cache, layout] = [join(folder, 'cache'), join(folder, 'layout')];
    const made = { Dockerfile: `FROM busybox\nRUN echo ${unique()} > /made\n` };
    const outputs = [`type=oci,tar=false,dest=${layout}`];
    await build(made, { cacheTo: [`type=local,dest=${cache},mode=max`], outputs });
    const blobs = (of: string): string => join(of, 'blobs', 'sha256');
    const [{ digest }] = indexOf(cache) as unknown as readonly [{ digest: string }];
    rmSync(join(blobs(cache), digest.slice('sha256:'.length)));
    assert.match(
      await build(made, { cacheFrom: [`type=local,src=${cache}`] }),
      /without the cache in .*cache: the blob sha256:\w+ is gone/,
    );
    for (const name of readdirSync(blobs(layout))) {
      const path = join(blobs(layout), name);
      if (!readFileSync(path, 'utf8').startsWith('{')) rmSync(path);
    }
    const { session } = await started({
      files: { Dockerfile: 'FROM base\nRUN cat /made\n' },
      launch: { builder: another, buildContexts: { base: `oci-layout://${layout}` } },
    });
    await using _ = session;
    const info = await session.client.request('exceptionInfo', { threadId: 1 });
    assert.match(info.description ?? '', /layout has no blob sha256:\w+/);
    assert.match(session.output(), /The image or cache in .*layout is incomplete/);
  });

  it('that cannot be made are told before the build begins', async () => {
    for (const launch of [{ cacheTo: ['type=local,dest=file'] }, { cacheTo: ['type=local,dest=file/cache'] }]) {
      await using session = await Session.open({
        files: { Dockerfile: 'FROM busybox\n', file: '' },
        launch: { builder, ...launch },
      });
      await assert.rejects(
        session.launch(),
        (error) =>
          error instanceof Refused && /file.* for the cache cannot be made: there is a file/.test(error.message),
      );
    }
  });

  it('that hold no image are told before the build begins', async () => {
    await using session = await Session.open({
      files: { Dockerfile: 'FROM base\n', 'empty/note': '' },
      launch: { builder, buildContexts: { base: 'oci-layout://empty' } },
    });
    await assert.rejects(
      session.launch(),
      (error) =>
        error instanceof Refused &&
        /context "base" cannot be taken from .*empty: there is no index\.json/.test(error.message),
    );
  });
});
