import assert from 'node:assert/strict';
import { parseDockerfile } from '../../../debug-adapter/dockerfile/parse.js';
import {
  argsNameContext,
  argsNameDockerfile,
  isEmpty,
  isFolder,
  pathOf,
  withSettings,
} from '../../../extension/debug/launch-configuration.js';
import { chooseContext } from '../../../extension/files/build-context.js';
import { copySources } from '../../../extension/files/copy-sources.js';

const configuration = (more: object): Parameters<typeof isEmpty>[0] => ({
  type: 'buildkit',
  request: 'launch',
  name: 'x',
  ...more,
});

describe('launch configurations', () => {
  it('win over settings', () => {
    const settings = { builder: 'mine', toolbox: '', trace: true } as never;
    assert.deepEqual(withSettings(configuration({ builder: 'theirs' }), settings, '/t.jsonl'), {
      ...configuration({ builder: 'theirs' }),
      trace: '/t.jsonl',
    });
  });

  it('are made absolute where they are paths', () => {
    assert.equal(pathOf(configuration({ context: 'app' }), 'context', '/w'), '/w/app');
    assert.equal(pathOf(configuration({ context: '/app' }), 'context', '/w'), '/app');
    assert.equal(pathOf(configuration({ context: 7 }), 'context', '/w'), undefined);
    assert.deepEqual(['.', '../x', 'C:\\x', 'https://h/x.git', 'git@h:x', 'github.com/a/b', '-'].map(isFolder), [
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('may name their places by flags', () => {
    assert.ok(argsNameDockerfile(configuration({ args: ['-f', 'a', '.'] })));
    assert.ok(argsNameDockerfile(configuration({ args: ['--file=a'] })));
    assert.ok(!argsNameDockerfile(configuration({ args: ['--filed', '.'] })));
    assert.ok(argsNameContext(configuration({ args: ['--pull', '.'] })));
    assert.ok(argsNameContext(configuration({ args: ['https://host/x.git'] })));
    assert.ok(!argsNameContext(configuration({ args: ['-f', './Dockerfile'] })));
    assert.ok(!argsNameContext(configuration({})));
  });

  it('are empty when VS Code has made them up', () => {
    assert.ok(isEmpty({} as never));
    assert.ok(!isEmpty(configuration({})));
  });
});

describe('what a Dockerfile takes from its context', () => {
  it('is named by COPY and ADD, as far as it tells folders apart', () => {
    const text = [
      'FROM busybox AS base',
      'COPY package.json ./src/*.c /app/',
      'COPY ["with blank.txt", "/"]',
      'COPY --from=base /etc/passwd /',
      'COPY $NAME . ../up /x/',
      'ADD https://host/a.tar /',
      'ADD package.json /again/',
    ].join('\n');
    assert.deepEqual(copySources(parseDockerfile(text)), ['package.json', 'src', 'with blank.txt']);
  });
});

describe('the build context', () => {
  const choose = async (sources: readonly string[], files: readonly string[], top?: string): Promise<string> =>
    await chooseContext({
      dockerfile: '/w/services/api/Dockerfile',
      workspaceFolder: top,
      sources,
      exists: (path) => Promise.resolve(files.includes(path)),
    });

  it('is the folder that has most of what is copied', async () => {
    const files = ['/w/services/api/main.c', '/w/services/api/lib', '/w/lib'];
    assert.equal(await choose(['main.c', 'lib'], files, '/w'), '/w/services/api');
    assert.equal(await choose(['lib'], files, '/w'), '/w');
    assert.equal(await choose(['lib'], ['/w/services/lib'], '/w'), '/w/services');
  });

  it('is where a .dockerignore is when nothing is named, else what is open', async () => {
    assert.equal(await choose([], ['/w/services/.dockerignore'], '/w'), '/w/services');
    assert.equal(await choose([], [], '/w'), '/w');
    assert.equal(await choose([], []), '/w/services/api');
    assert.equal(await choose([], [], '/elsewhere'), '/w/services/api');
  });
});
