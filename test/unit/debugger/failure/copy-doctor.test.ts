import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildSettings, FileFact } from '../../../../debug-adapter/debugger/api.js';
import { diagnoseCopy } from '../../../../debug-adapter/debugger/failure/copy-doctor.js';
import type { CopySource } from '../../../../debug-adapter/debugger/failure/copy-source.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

/** A context that the engine has fetched. */
function remoteSource(from: string | undefined, missing: string): CopySource {
  assert.equal(from, undefined);
  const names: Readonly<Record<string, string[]>> = { '/': ['src', 'Makefile'], '/src': ['main.cc'] };
  return {
    ...{ path: missing, title: 'the build context https://r.io/a.git', tree: 'context', workdir: '/', isContext: true },
    folder: undefined,
    list: (folder) => Promise.resolve((names[folder] ?? []).map((name) => ({ name, type: 'folder' }) as FileFact)),
  };
}

describe('a source outside of the build context', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outside-'));
    mkdirSync(join(folder, 'docker/deep'), { recursive: true });
    writeFileSync(join(folder, 'secret'), '');
    writeFileSync(join(folder, 'docker/secrets'), '');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const told = async (copy: string, missing: string, context: object = {}): Promise<string> => {
    const root = join(folder, 'docker');
    const settings = { context: { kind: 'folder', path: root, ...context }, dockerfile: join(root, 'Dockerfile') };
    const [instruction] = parseDockerfile(`FROM a\n${copy}\n`).instructions.slice(1);
    assert.ok(instruction !== undefined);
    const message = `failed to calculate checksum of ref a::b: "${missing}": not found`;
    const found = await diagnoseCopy(instruction, message, settings as unknown as BuildSettings, remoteSource);
    return `${found?.message ?? ''} ${found?.hint ?? ''}`.replaceAll(folder, 'P');
  };

  it('is told with its dots, and with the two ways to have it', async () => {
    assert.equal(
      await told('COPY ../secret /x', '/secret'),
      'COPY: ../secret is outside of the build context P/docker, and ".." does not lead out of it. Take P for the build context, with paths from there; or give it a name of its own: --build-context name=P, in launch.json "buildContexts": { "name": "P" }, and COPY --from=name secret.',
    );
    assert.match(await told('COPY ["a", "./../secret", "/x/"]', '/secret'), /^COPY: \.\/\.\.\/secret is outside/);
    assert.match(await told('ADD deep/../../secret /x', '/secret'), /Take P for .* COPY --from=name secret\.$/);
  });

  it('may be nowhere', async () => {
    assert.match(
      await told('COPY ../sub/nowhere /x', '/sub/nowhere'),
      /There is no P\/sub\/nowhere either\. Take P for/,
    );
  });

  it('is none that only looks like it', async () => {
    assert.match(await told('COPY deep/../secret /x', '/secret'), /has no secret\. Did you mean secrets\?$/);
    assert.match(await told('COPY ../other secret /x/', '/secret'), /has no secret\. Did you mean secrets\?$/);
  });

  it('has no folder to take where the context is remote', async () => {
    const remote = { kind: 'remote', url: 'https://r.io/a.git' };
    assert.equal(
      await told('COPY ../secret /x', '/secret', remote),
      'COPY: ../secret is outside of the build context https://r.io/a.git, and ".." does not lead out of it. Paths are relative to the root of the context.',
    );
    const none = 'COPY: the build context https://r.io/a.git has no';
    assert.equal(
      await told('COPY src/main.c /x', '/src/main.c', remote),
      `${none} src/main.c. Did you mean src/main.cc?`,
    );
    assert.equal(await told('COPY main.cc /x', '/main.cc', remote), `${none} main.cc. There is: src/main.cc.`);
  });
});
