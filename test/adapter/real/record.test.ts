/** Builds that were recorded elsewhere, run again here. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { packTar } from 'modern-tar';
import { StatusResponse } from '../../../debug-adapter/buildkit/gen/control.js';
import { Refused } from '../../support/dap/client.js';
import { Session, Workspace } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const builder = engineAddress('buildkitd');
const run = promisify(execFile);

/** Runs buildx with a configuration of its own, on the engine of the tests. */
async function withBuildx(work: (buildx: (...args: string[]) => Promise<string>) => Promise<void>): Promise<void> {
  const config = mkdtempSync(join(tmpdir(), 'buildx-'));
  const env = { ...process.env, BUILDX_CONFIG: config, BUILDX_BUILDER: 'recorded' };
  const buildx = async (...args: string[]): Promise<string> =>
    (await run(process.env['DFD_TEST_BUILDX'] ?? '', args, { env })).stdout;
  try {
    await buildx('create', '--name', 'recorded', '--driver', 'remote', builder);
    await work(buildx);
  } finally {
    rmSync(config, { recursive: true });
  }
}

const failing = `FROM busybox AS test
ARG WHO=nobody
COPY hello.txt .
RUN echo "hello $WHO" && cat hello.txt && exit 7
FROM busybox
`;

/** A record as an engine elsewhere may have written it: of the sources all that is known is what it says. */
async function recorded(
  records: readonly object[],
  steps: readonly { name: string; error?: string; log?: string }[],
): Promise<Uint8Array> {
  const blobs: { header: { name: string; size: number; type: 'file' }; body: Uint8Array }[] = [];
  const blob = (mediaType: string, content: Uint8Array | object): object => {
    const body = content instanceof Uint8Array ? content : new TextEncoder().encode(JSON.stringify(content));
    const digest = createHash('sha256').update(body).digest('hex');
    blobs.push({ header: { name: `blobs/sha256/${digest}`, size: body.length, type: 'file' }, body });
    return { mediaType, digest: `sha256:${digest}`, size: body.length };
  };
  const vertexes = steps.map(({ name, error = '' }, index) => ({ digest: `sha256:${index}`, name, error }));
  const logs = steps.flatMap(({ log }, index) =>
    log === undefined ? [] : [{ vertex: `sha256:${index}`, msg: Buffer.from(log), stream: 1n }],
  );
  const progress = StatusResponse.encode(StatusResponse.fromPartial({ vertexes, logs })).finish();
  const length = Buffer.alloc(4);
  length.writeUInt32LE(progress.length);
  const layer = blob('application/vnd.buildkit.status.v0', Buffer.concat([length, progress]));
  const manifests = records.map((record) => {
    const config = blob('application/vnd.buildkit.historyrecord.v0', { Ref: 'r', ...record });
    return blob('application/vnd.oci.image.manifest.v1+json', { schemaVersion: 2, config, layers: [layer] });
  });
  const index = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, manifests }));
  return await packTar([...blobs, { header: { name: 'index.json', size: index.length, type: 'file' }, body: index }]);
}

/** What the console was told before the build began. */
function told(session: Session): string {
  return session.client
    .all('output')
    .map(({ output }) => output)
    .join('');
}

function open(
  workspace: Workspace,
  files: Readonly<Record<string, string | Uint8Array>>,
  launch: object,
): Promise<Session> {
  const other: object = { dockerfile: undefined, record: workspace.path('r.dockerbuild'), ...launch };
  return Session.open({ files, launch: { builder, ...other } });
}

describe('a build record', () => {
  it('of buildx is run again with its arguments, on the files that are here', async () => {
    using workspace = new Workspace({ Dockerfile: failing, 'hello.txt': 'file\n' });
    await withBuildx(async (buildx) => {
      const args = ['--build-arg', 'WHO=you', '--target', 'test', workspace.root];
      await assert.rejects(buildx('build', '--metadata-file', workspace.path('md.json'), ...args), /exit code: 7/);
      const refs = (await buildx('history', 'ls', '--no-trunc')).split('\n');
      const own = refs.find((line) => line.includes(workspace.root.split('/').at(-1) ?? ''))?.split(/\s+/)[0] ?? '';
      await buildx('history', 'export', '--output', workspace.path('r.dockerbuild'), own);
    });
    await using session = await open(workspace, {}, {});
    await session.start();
    assert.equal(session.here.line, 4);
    assert.equal(session.here.frames[0]?.source?.path, workspace.path());
    assert.equal(await session.evaluate('echo "$WHO"; cat hello.txt'), 'you\nfile');
    const story =
      /It failed on \S+ \S+ UTC, in \S+ s on line 4 of its Dockerfile: \[test 3\/3\] RUN [^]*exit code: 7\n {2}\| hello you\n {2}\| file\n/;
    assert.match(told(session), story);
    assert.doesNotMatch(told(session), /they differ/);
    workspace.edit('exit 7', 'true');
    await session.client.request('restart', {});
    assert.deepEqual(await session.outcome(), { kind: 'ended', exitCode: 0 });
  });

  it('from elsewhere is run on the sources that are here, with the images that it had', async () => {
    const musl = await digestOf('busybox:musl');
    using workspace = new Workspace({});
    const record = {
      FrontendAttrs: {
        'build-arg:WHO': 'ci',
        'label:a': 'b',
        filename: 'Dockerfile',
        'vcs:localdir:context': 'app',
        'vcs:localdir:dockerfile': 'app/docker',
        'vcs:revision': 'abc123',
        'vcs:source': 'https://git.example/app.git',
        'context:assets': 'local:assets',
      },
      error: { code: 2, message: 'process "/bin/sh -c false" did not complete successfully: exit code: 1' },
      localState: { LocalPath: '/nowhere/app', DockerfilePath: '/nowhere/app/docker/Dockerfile' },
      DefaultPlatform: 'linux/amd64',
    };
    const from = { name: `[1/2] FROM docker.io/library/busybox:latest@${musl}` };
    const failed = { name: '[2/2] RUN false', error: 'exit code: 1', log: 'first\nlast\n' };
    // As GitHub gives it for download.
    const inZip = zipSync({ 'app.dockerbuild': gzipSync(await recorded([record], [from, failed])) });
    workspace.write('r.dockerbuild', inZip);
    const files = {
      'app/docker/Dockerfile': 'FROM busybox\nARG WHO\nCOPY f /\nRUN test "$WHO" = here\n',
      'app/f': 'f',
    };
    await using session = await open(workspace, files, {});
    await session.start();
    assert.equal(session.here.line, 4);
    assert.equal(await session.evaluate('echo $WHO'), 'ci');
    const texts = session.client.all('dockerfile/step').map(({ text }) => text ?? '');
    assert.match(told(session), /\[2\/2\] RUN false\n[^]*\| first\n {2}\| last\n/);
    assert.match(told(session), /revision abc123 of https:\/\/git\.example\/app\.git/);
    assert.match(told(session), /named context assets came from the machine/);
    assert.ok(
      session.client.all('output').some(({ output }) => output.includes(`@${musl}`)),
      texts.join('\n'),
    );
    const isMusl = await session.evaluate('test -e /lib || echo static');
    assert.equal(isMusl, 'static', 'the image is the recorded one');
  });

  it('of several builds is run again for the one that failed, and not for those that were cancelled then', async () => {
    const canceled = { FrontendAttrs: { target: 'one' }, error: { code: 1, message: 'context canceled' } };
    const failed = { FrontendAttrs: { target: 'two' }, error: { code: 2, message: '\x1b[2Jexit\x07 code: 1' } };
    using workspace = new Workspace({});
    const files = { Dockerfile: 'FROM busybox AS one\nRUN true\nFROM busybox AS two\nRUN false\n' };
    workspace.write('r.dockerbuild', await recorded([failed, canceled], []));
    {
      await using session = await open(workspace, files, {});
      await session.start();
      assert.equal(session.here.line, 4);
      assert.match(told(session), /It failed: exit code: 1\n[^]*has 2 builds: this is the last one that failed\./);
    }
    workspace.write('r.dockerbuild', await recorded([canceled], []));
    await using session = await open(workspace, files, {});
    assert.deepEqual(await session.start(), { kind: 'ended', exitCode: 0 });
    assert.match(told(session), /It was cancelled: context canceled\n/);
  });

  it('whose Dockerfile is not here says what failed, and how to name the folder that has it', async () => {
    const error = { code: 2, message: 'exit code: 1' };
    using workspace = new Workspace({});
    workspace.write('r.dockerbuild', await recorded([{ FrontendAttrs: { filename: 'App.Dockerfile' }, error }], []));
    await using session = await open(workspace, {}, {});
    const expected =
      /It failed: exit code: 1\nIt cannot be built again here: there is no Dockerfile at .*App\.Dockerfile\. Set "repository"/;
    await assert.rejects(session.start(), (error: unknown) => error instanceof Refused && expected.test(error.message));
  });

  it('that is none is told as that', async () => {
    using workspace = new Workspace({ 'r.dockerbuild': 'FROM busybox\n', 'empty.dockerbuild': await packTar([]) });
    for (const [name, expected] of [
      ['r.dockerbuild', /is no build record: .*Records are written by/],
      ['empty.dockerbuild', /is no build record: it has no index\.json, so it is something else/],
      ['none.dockerbuild', /The build record cannot be read: ENOENT/],
    ] as const) {
      await using session = await open(workspace, {}, { record: workspace.path(name) });
      await assert.rejects(
        session.start(),
        (error: unknown) => error instanceof Refused && expected.test(error.message),
      );
    }
  });
});

/** Of an image in the registry of the tests. */
async function digestOf(image: string): Promise<string> {
  await using session = await Session.open({
    files: { Dockerfile: `FROM ${image}\nRUN false\n` },
    launch: { builder },
  });
  await session.start();
  const [, digest] = /@(sha256:[0-9a-f]{64})/.exec(told(session)) ?? [];
  assert.ok(digest, told(session));
  return digest;
}
