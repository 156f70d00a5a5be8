import assert from 'node:assert/strict';
import { zipSync } from 'fflate';
import { readDefinition } from '../../../debug-adapter/definitions/read-definition.js';
import { placesOf } from '../../../debug-adapter/definitions/record/places.js';
import { begunAt, durationOf } from '../../../debug-adapter/definitions/record/failure.js';
import { Workspace } from '../../support/dap/workspace.js';

interface Where {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly state?: object;
  readonly isGiven?: boolean;
}

/** With the workspace as `/w`, which has a Dockerfile in it and one in `app`. */
async function places({ attributes = {}, state, isGiven = true }: Where): Promise<readonly unknown[]> {
  using workspace = new Workspace({ Dockerfile: '', 'app/Dockerfile': '', 'app/docker/Prod': '' });
  const localState = Object.entries(state ?? {}).map(([name, value]) => [
    name,
    String(value).replace('/w', workspace.root),
  ]);
  const build = { record: { localState: Object.fromEntries(localState) as unknown }, parts: new Map() };
  const { launch, isTyped, notes } = await placesOf(build, attributes, { path: workspace.root, isGiven });
  const { context, dockerfile } = launch;
  return [context, dockerfile, ...(isTyped ? ['typed'] : []), ...notes].map((text) =>
    text.replaceAll(workspace.root, '/w'),
  );
}

describe('the places of a recorded build', () => {
  const url = 'https://git.example/o/r.git#refs/heads/main:app';

  it('are the URL that it was built from, if no folder is named or it is another one', async () => {
    const [context, dockerfile, note] = await places({ attributes: { context: url }, isGiven: false });
    assert.deepEqual([context, dockerfile], [url, 'Dockerfile']);
    assert.match(String(note), /come from https:.* again: to build files that are here, name the folder/);
    const other = await places({ attributes: { context: url, filename: 'Other' } });
    assert.deepEqual(other.slice(0, 2), [url, 'Other']);
    assert.match(String(other[2]), /there is no \/w\/app\/Other here/);
  });

  it('are those of the folder that is named, in the place of a URL', async () => {
    const expected = ['/w/app', '/w/app/Dockerfile', `It was built from ${url}; here, /w/app is built.`];
    assert.deepEqual(await places({ attributes: { context: url } }), expected);
    const below = { context: url, filename: 'docker/Prod' };
    assert.equal((await places({ attributes: below }))[1], '/w/app/docker/Prod');
  });

  it('are where they were, on the machine that built it, unless another folder is named', async () => {
    const state = { LocalPath: '/w/app', DockerfilePath: '/w/app/docker/Prod' };
    assert.deepEqual(await places({ state }), ['/w/app', '/w/app/docker/Prod']);
    assert.deepEqual(await places({ state, isGiven: false }), ['/w/app', '/w/app/docker/Prod']);
    using other = new Workspace({ Dockerfile: '' });
    assert.deepEqual(await places({ state: { LocalPath: other.root } }), ['/w', '/w/Dockerfile']);
    const [context, , note] = await places({
      state: { LocalPath: other.root },
      attributes: { 'vcs:localdir:context': 'no' },
    });
    assert.equal(context, other.root);
    assert.match(String(note), /^There is no \/w\/no\/Dockerfile: the files are taken from where they were/);
    const elsewhere = await places({ state: { LocalPath: other.root }, isGiven: false });
    assert.deepEqual(elsewhere, [other.root, other.path()]);
  });

  it('are refused where the folder that is named is not there', async () => {
    const build = { record: {}, parts: new Map<string, Uint8Array>() };
    await assert.rejects(placesOf(build, {}, { path: '/no/such', isGiven: true }), /There is no folder \/no\/such\./);
    const cwd = { given: '/', otherwise: '/' };
    const place = { env: {}, homeDir: '/', platform: 'linux' } as const;
    await assert.rejects(readDefinition({ repository: 'app' }, cwd, place), /is where the files of a "record" are/);
  });

  it('are never outside of the folder', async () => {
    const attributes = { 'vcs:localdir:context': '../..', 'vcs:localdir:dockerfile': '../../etc', filename: 'passwd' };
    assert.deepEqual(await places({ attributes }), ['/w', '/w/passwd']);
    assert.deepEqual(await places({ attributes: { filename: '/etc/passwd' } }), ['/w', '/w/passwd']);
  });

  it('are the folder for what came through a pipe', async () => {
    assert.deepEqual(await places({ state: { LocalPath: '-' } }), ['/w', '/w/Dockerfile', 'typed']);
    const [context, dockerfile, note] = await places({
      attributes: { context: 'http://buildkit-session/abc' },
      state: { LocalPath: '-' },
    });
    assert.deepEqual([context, dockerfile], ['/w', '/w/Dockerfile']);
    assert.match(String(note), /came through a pipe/);
  });
});

describe('the times of a record', () => {
  const record = (begun: unknown, ended: unknown): Parameters<typeof begunAt>[0] => ({
    record: { CreatedAt: begun, CompletedAt: ended },
    parts: new Map(),
  });

  it('are numbers or texts, or not known', () => {
    const texts = record('2026-01-02T03:04:05Z', '2026-01-02T03:04:07Z');
    assert.equal(begunAt(texts)?.toISOString(), '2026-01-02T03:04:05.000Z');
    assert.equal(durationOf(texts), 2);
    assert.equal(begunAt(record({ seconds: 1e30 }, undefined)), undefined);
    assert.equal(begunAt(record('never', 5)), undefined);
  });
});

describe('a record in a zip', () => {
  const zipped = (files: Readonly<Record<string, Uint8Array>>): Uint8Array => zipSync({ ...files });
  const refusal = async (content: Uint8Array): Promise<string> => {
    using workspace = new Workspace({ 'r.zip': content });
    const place = { env: {}, homeDir: workspace.root, platform: 'linux' };
    const cwd = { given: undefined, otherwise: workspace.root };
    return await readDefinition({ record: workspace.path('r.zip') }, cwd, place).then(
      () => 'taken',
      (error: unknown) => String(error),
    );
  };

  it('that is none, is cut or damaged is told as that', async () => {
    const zip = zipped({ 'a.dockerbuild': Buffer.from('text '.repeat(100)) });
    assert.match(await refusal(zip), /is no build record: /);
    assert.match(await refusal(zip.subarray(0, 60)), /is no build record: invalid zip data/);
    assert.match(await refusal(zipped({})), /is no build record: /);
  });
});
