import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildSettings, FileFact } from '../../../../debug-adapter/debugger/api.js';
import { diagnoseCopy } from '../../../../debug-adapter/debugger/failure/copy-doctor.js';
import { copySource, type CopySource, sourceNamed } from '../../../../debug-adapter/debugger/failure/copy-source.js';
import { findInSource } from '../../../../debug-adapter/debugger/failure/copy-source-search.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

const stages = 'FROM alpine AS build\nWORKDIR /src\nWORKDIR app\nFROM build AS more\nFROM alpine\n';

/** A source of which a list of paths is all there is. */
function source(paths: readonly string[], more: Partial<CopySource> = {}): CopySource & { readonly asked: string[] } {
  const asked: string[] = [];
  const list = (folder: string): Promise<readonly FileFact[]> => {
    asked.push(folder);
    const inside = paths.filter((path) => path.startsWith(folder === '/' ? '/' : `${folder}/`));
    const names = inside.map((path) => path.slice(folder === '/' ? 1 : folder.length + 1).split('/'));
    if (names.length === 0) return Promise.reject(new Error(`${folder}: no such file or directory`));
    const files = new Map(names.map(([name = '', ...rest]) => [name, rest.length > 0 ? 'folder' : 'file']));
    return Promise.resolve([...files].map(([name, type]) => ({ name, type }) as FileFact));
  };
  return {
    path: '/',
    title: 'the stage build',
    tree: 'stage:build',
    folder: undefined,
    workdir: '/',
    isContext: false,
    list,
    asked,
    ...more,
  };
}

describe('what COPY --from takes from', () => {
  const named = (from: string | undefined, settings: object = {}): string => {
    const known = { frontendAttrs: {}, locals: {}, ...settings } as BuildSettings;
    const { title, workdir } = sourceNamed(from, parseDockerfile(stages), known);
    return `${title} ${workdir}`;
  };

  it('is a stage by name or number, with the WORKDIR of those that it is built on', () => {
    assert.equal(named('Build'), 'the stage build /src/app');
    assert.equal(named('1'), 'the stage more /src/app');
    assert.equal(named('2'), 'stage 2 /');
  });

  it('is a named context before a stage, and else an image', () => {
    const frontendAttrs = { 'context:build': 'local:build', 'context:far': 'https://h.io/a.git' };
    const settings = { frontendAttrs, locals: { build: { root: '/assets' } } };
    assert.equal(named('build', settings), 'the build context "build" (/assets) /');
    assert.equal(named('far', settings), 'the build context "far" (https://h.io/a.git) /');
    assert.equal(named('busybox:1', settings), 'the image busybox:1 /');
    const context = { kind: 'remote', url: 'https://user:token@h.io/a.git#main' };
    assert.equal(named(undefined, { context }), 'the build context https://h.io/a.git#main /');
  });
});

describe('the path that COPY --from looked for', () => {
  const action = (src: string): object => ({ action: { $case: 'copy', value: { src } }, secondaryInput: 0n });
  const vertex = { op: { op: { $case: 'file', value: { actions: [action('/etc/x'), action('/x/')] } } }, inputs: [] };
  const pathOf = (missing: string): string => {
    const parts = { program: { dockerfile: parseDockerfile(stages) }, step: { vertices: [vertex] }, gateway: {} };
    const settings = { frontendAttrs: {}, locals: {} } as unknown as BuildSettings;
    return copySource(parts as unknown as Parameters<typeof copySource>[0], settings, 'build', missing).path;
  };

  it('is that of the instruction, also where an engine says where it would have been on its own machine', () => {
    assert.equal(pathOf('/x'), '/x');
    assert.equal(pathOf('/etc/x'), '/etc/x');
    assert.equal(pathOf('/tmp/buildkit-mount3094/etc/x'), '/etc/x');
    assert.equal(pathOf('/other'), '/other');
  });
});

describe('a file that COPY --from did not find', () => {
  const paths = ['/etc/passwd', '/etc/Group', '/opt/bin/tool', '/src/app/out', '/proc/1/status'];
  const find = async (path: string, more: Partial<CopySource> = {}): Promise<string> => {
    const found = await findInSource(source(paths, more), path);
    return `${found.hint}${found.path === undefined ? '' : ` ${found.path}`}`;
  };

  it('is found by another spelling and another case, also of a folder', async () => {
    assert.equal(await find('/etc/passwdd'), 'Did you mean /etc/passwd? /etc/passwd');
    assert.equal(await find('/etc/group'), 'Did you mean /etc/Group? /etc/Group');
    assert.equal(await find('/Opt/bin/tool'), 'Did you mean /opt/bin/tool? /opt/bin/tool');
  });

  it('is found below the WORKDIR and in another folder', async () => {
    const words = 'There is /src/app/out: paths of --from begin at the root, not at the WORKDIR. /src/app/out';
    assert.equal(await find('/out', { workdir: '/src/app' }), words);
    assert.equal(await find('/usr/local/bin/tool'), 'There is: /opt/bin/tool. /opt/bin/tool');
  });

  it('is said to be nowhere only where all was looked through', async () => {
    assert.equal(await find('/nonesuch'), 'Nothing in the stage build is called nonesuch.');
    assert.equal(await find('/status'), 'Nothing in the stage build is called status.');
    const many = source(Array.from({ length: 400 }, (_, at) => `/many/${at}/file`));
    assert.match((await findInSource(many, '/nonesuch')).hint, /":find nonesuch --in=stage:build" looks through all/);
    assert.ok(many.asked.length < 310, `${many.asked.length} folders`);
  });

  describe('in words', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'source-'));
      mkdirSync(join(folder, 'deep'));
      writeFileSync(join(folder, 'deep/Logo.png'), '');
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const told = async (copy: string, missing: string, more: Partial<CopySource> = {}) => {
      const instruction = parseDockerfile(`FROM a AS build\nFROM b\n${copy}\n`).instructions[2];
      assert.ok(instruction !== undefined);
      const settings = { dockerfile: '/Dockerfile', dockerfileIsLocal: true } as BuildSettings;
      const message = `failed to calculate checksum of ref a::b: "${missing}": not found`;
      return await diagnoseCopy(instruction, message, settings, (_, path) => source(paths, { path, ...more }));
    };

    it('says what it is, and offers the edit', async () => {
      const { message, hint, fix } = (await told('COPY --from=build /etc/passwdd /', '/etc/passwdd')) ?? {};
      assert.equal(message, 'COPY --from=build: the stage build has no /etc/passwdd.');
      assert.equal(hint, 'Did you mean /etc/passwd?');
      assert.equal(fix?.text, 'COPY --from=build /etc/passwd /');
    });

    it('edits nothing where it cannot tell which word is meant', async () => {
      assert.equal((await told('COPY --from=build etc/group /etc/group', '/etc/group'))?.fix, undefined);
    });

    it('looks into folders of this machine without the engine', async () => {
      const never = { list: assert.fail, title: 'the build context "a" (/a)', folder, isContext: true };
      const { message, hint } = (await told('COPY --from=a deep/logo.png /', '/deep/logo.png', never)) ?? {};
      assert.equal(message, 'COPY --from=a: the build context "a" (/a) has no deep/logo.png.');
      assert.equal(hint, 'Did you mean deep/Logo.png?');
    });
  });
});
