import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import type { Definition, DefinitionError } from '../../../debug-adapter/definitions/definition.js';
import { composeServices, readCompose } from '../../../debug-adapter/definitions/compose/compose.js';
import { type Files, Workspace } from '../../support/dap/workspace.js';

interface Read {
  readonly files: Files;
  readonly service?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly paths?: readonly string[];
  readonly isExact?: boolean;
}

/** With the workspace as `/w`. */
async function read({ files, service, env = {}, paths = ['.'], isExact = false }: Read): Promise<Definition> {
  using workspace = new Workspace(files);
  const request = { paths: paths.map((path) => workspace.path(path)), service, isExact };
  const definition = await readCompose(request, (name) => env[name]);
  return rooted(definition, workspace.root);
}

function rooted<T>(value: T, root: string): T {
  if (typeof value === 'string') return value.replaceAll(root, '/w') as T;
  if (Array.isArray(value)) return value.map((item: unknown) => rooted(item, root)) as T;
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, rooted<unknown>(item, root)])) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rooted<unknown>(item, root)])) as T;
}

async function refusal(given: Read): Promise<DefinitionError> {
  try {
    await read(given);
  } catch (error) {
    return error as DefinitionError;
  }
  throw new Error('It was taken.');
}

const whole = `
x-common: &common
  shm_size: 64m
services:
  db:
    image: postgres
  api:
    image: me/api:\${TAG:-dev}
    platform: linux/arm64
    build:
      <<: *common
      context: ./api
      dockerfile: docker/Dockerfile
      target: prod
      args: { VERSION: 1.5, DEBUG: true, FROM_ENV: , NOWHERE: }
      additional_contexts:
        assets: ../assets
        tools: docker-image://alpine
      labels: [a=b, c]
      secrets:
        - token
        - source: other
          target: renamed
      ssh: [default, "deploy=keys/id"]
      extra_hosts: { db: 10.0.0.1, many: [10.0.0.2, 10.0.0.3] }
      ulimits: { nproc: 5, nofile: { soft: 1, hard: 2 } }
      tags: ["me/api:1"]
      cache_from: ["type=local,src=cache"]
      cache_to: ["type=local,dest=cache"]
      network: host
      pull: true
      no_cache: false
      privileged: true
secrets:
  token: { file: "./\${TOKEN_FILE:-token.txt}" }
  other: { environment: OTHER_TOKEN }
`;

describe('a service of a Compose file', () => {
  it('is a build with all that its file says', async () => {
    const { launch, title, notes, links } = await read({
      files: { 'compose.yaml': whole },
      env: { FROM_ENV: 'here' },
      service: 'api',
    });
    assert.equal(title, 'Service api of /w/compose.yaml');
    assert.deepEqual(notes, []);
    assert.equal(links.size, 0);
    assert.deepEqual(launch, {
      context: '/w/api',
      dockerfile: '/w/api/docker/Dockerfile',
      target: 'prod',
      shmSize: '64m',
      pull: true,
      noCache: false,
      network: 'host',
      platforms: ['linux/arm64'],
      buildArgs: { VERSION: '1.5', DEBUG: 'true', FROM_ENV: 'here' },
      buildContexts: { assets: launch.buildContexts?.['assets'], tools: 'docker-image://alpine' },
      labels: { a: 'b', c: '' },
      tags: ['me/api:dev', 'me/api:1'],
      secrets: ['id=token,src=/w/token.txt', 'id=renamed,env=OTHER_TOKEN'],
      ssh: ['default', 'deploy=/w/keys/id'],
      addHosts: ['db=10.0.0.1', 'many=10.0.0.2', 'many=10.0.0.3'],
      ulimits: ['nproc=5', 'nofile=1:2'],
      cacheFrom: ['type=local,src=cache'],
      allow: ['security.insecure'],
    });
    assert.match(launch.buildContexts?.['assets'] ?? '', /assets$/);
  });

  it('may be left out where one alone is built', async () => {
    const files = { 'docker-compose.yml': 'services: { db: { image: x }, web: { build: . } }' };
    const { launch } = await read({ files });
    assert.equal(launch.dockerfile, '/w/Dockerfile');
  });

  it('takes variables of .env, and the environment before them', async () => {
    const files = {
      '.env': 'STAGE=from-file\nOTHER="of the file"\n',
      'compose.yaml': 'services: { web: { build: { context: ., target: $STAGE, args: [A=$OTHER, STAGE] } } }',
    };
    const { launch } = await read({ files, env: { STAGE: 'from-env' } });
    assert.equal(launch.target, 'from-env');
    assert.deepEqual(launch.buildArgs, { A: 'of the file', STAGE: 'from-env' });
  });

  it('is put together from the override file beside it', async () => {
    const files = {
      'compose.yaml': 'services: { web: { build: { context: app, args: { A: 1, B: 2 }, tags: [a], target: one } } }',
      'compose.override.yaml': 'services: { web: { build: { args: { B: 3, C: 4 }, tags: [b], target: two } } }',
    };
    const { launch } = await read({ files });
    assert.deepEqual([launch.buildArgs, launch.tags, launch.target], [{ A: '1', B: '3', C: '4' }, ['a', 'b'], 'two']);
    const alone = await read({ files, paths: ['compose.yaml'], isExact: true });
    assert.equal(alone.launch.target, 'one');
  });

  it('is found as docker compose finds it', async () => {
    const target = (name: string): string => `services: { web: { build: { context: app, target: ${name} } } }`;
    const files = {
      'docker-compose.yml': target('usual'),
      'docker-compose.yaml': target('later'),
      'other/a.yaml': target('a'),
      'other/b.yaml': target('b'),
      'sub/.env': 'COMPOSE_FILE=../other/b.yaml,../other/a.yaml\nCOMPOSE_PATH_SEPARATOR=","\n',
      'deep/down/x': '',
    };
    const found = async (given: Omit<Read, 'files'>): Promise<readonly unknown[]> => {
      const { launch } = await read({ files, ...given });
      return [launch.target, launch.context];
    };
    assert.deepEqual(await found({}), ['usual', '/w/app']);
    assert.deepEqual(await found({ paths: ['deep/down'] }), ['usual', '/w/app']);
    assert.deepEqual(await found({ paths: ['sub'] }), ['a', '/w/other/app']);
    const env = { COMPOSE_FILE: 'other/b.yaml' };
    assert.deepEqual(await found({ env }), ['b', '/w/other/app']);
    assert.deepEqual(await found({ env, paths: ['other/a.yaml'] }), ['a', '/w/other/app']);
  });

  it('takes variables from the files that COMPOSE_ENV_FILES names', async () => {
    const files = {
      'compose.yaml': 'services: { web: { build: { context: ., target: "$A-$B" } } }',
      '.env': 'A=usual\nB=usual\n',
      'one.env': 'A=one\nB=one\n',
      'two.env': 'B=${A}-two\n',
    };
    const { launch } = await read({ files, env: { COMPOSE_ENV_FILES: 'one.env,two.env' } });
    assert.equal(launch.target, 'one-one-two');
  });

  it('loses what a later file resets or overrides', async () => {
    const files = {
      'a.yaml': 'services: { web: { build: { context: app, args: { A: 1, B: 2 }, tags: [a], target: one } } }',
      'b.yaml':
        'services:\n  web:\n    build:\n      args: !override { C: 3 }\n      target: !reset null\n      tags: !reset []\n',
    };
    const { launch } = await read({ files, paths: ['a.yaml', 'b.yaml'] });
    assert.deepEqual([launch.buildArgs, launch.tags, launch.target], [{ C: '3' }, [], undefined]);
  });

  it('extends services of its file and of others, whose paths start at their own', async () => {
    const files = {
      'compose.yaml': `
services:
  base: { build: { context: ., args: { A: base, B: base } } }
  web: { extends: base, build: { args: { B: web } } }
  far: { extends: { file: lib/common.yaml, service: tool }, build: { target: far } }
`,
      'lib/common.yaml': 'services: { tool: { build: ./tool, image: tool:1 } }',
    };
    const web = await read({ files, service: 'web' });
    assert.deepEqual(web.launch.buildArgs, { A: 'base', B: 'web' });
    const far = await read({ files, service: 'far' });
    assert.deepEqual([far.launch.context, far.launch.target, far.launch.tags], ['/w/lib/tool', 'far', ['tool:1']]);
  });

  it('extends what its own file says, not what later ones say of the other service', async () => {
    const files = {
      'a.yaml':
        'services: { base: { build: { context: ., args: { A: 1 } } }, web: { extends: base, build: { args: { B: 2 } } } }',
      'b.yaml': 'services: { base: { build: { args: { A: 3 } } }, web: { build: { args: { C: 4 } } } }',
    };
    const { launch } = await read({ files, service: 'web', paths: ['a.yaml', 'b.yaml'] });
    assert.deepEqual(launch.buildArgs, { A: '1', B: '2', C: '4' });
  });

  it('without a context has the folder of the project, also where another file says how it is built', async () => {
    const files = {
      'compose.yaml': 'services: { web: { extends: { file: lib/common.yaml, service: tool } } }',
      'lib/common.yaml': 'services: { tool: { build: { dockerfile: tool/Dockerfile } } }',
    };
    const { launch, title } = await read({ files });
    assert.deepEqual([launch.context, launch.dockerfile], ['/w', '/w/tool/Dockerfile']);
    assert.equal(title, 'Service web of /w/compose.yaml');
  });

  it('may have paths below the home of the user', async () => {
    const build = 'build: { context: ~/app, secrets: [npm], ssh: [k=~/.ssh/key], additional_contexts: { a: ~/a } }';
    const files = { 'compose.yaml': `services: { web: { ${build} } }\nsecrets: { npm: { file: ~/.npmrc } }` };
    const { launch } = await read({ files });
    const home = homedir();
    assert.deepEqual([launch.context, launch.buildContexts], [`${home}/app`, { a: `${home}/a` }]);
    assert.deepEqual([launch.secrets, launch.ssh], [[`id=npm,src=${home}/.npmrc`], [`k=${home}/.ssh/key`]]);
  });

  it('may be in a file that is included, with variables of its own', async () => {
    const files = {
      'compose.yaml': 'include: [sub/compose.yaml]\nservices: { here: { build: . } }',
      'sub/compose.yaml': 'services: { there: { build: { context: app, target: $STAGE } } }',
      'sub/.env': 'STAGE=of-sub\n',
    };
    const { launch } = await read({ files, service: 'there' });
    assert.deepEqual([launch.context, launch.target], ['/w/sub/app', 'of-sub']);
  });

  it('brings the services that it takes from', async () => {
    const files = {
      'compose.yaml':
        'services: { api: { build: { additional_contexts: { base: "service:lib" } } }, lib: { build: ./lib } }',
    };
    const { launch, links } = await read({ files, service: 'api' });
    assert.deepEqual(launch.buildContexts, {});
    assert.equal(links.get('base')?.launch.context, '/w/lib');
  });

  it('may have its Dockerfile in itself', async () => {
    const files = {
      'compose.yaml':
        'services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM busybox\n        RUN echo $$HOME\n',
    };
    const { launch, inline } = await read({ files });
    assert.equal(inline, 'FROM busybox\nRUN echo $HOME\n');
    assert.equal(launch.dockerfile, undefined);
  });

  it('tells of variables that are not set and of what is not known', async () => {
    const files = {
      'compose.yaml': 'services: { a: { build: { context: $NONE., future: 1, x-own: 1, network: mine } } }',
    };
    const { notes } = await read({ files });
    assert.match(notes.join('\n'), /NONE is not set[^]*"future", which is not known[^]*no network "mine"/);
  });

  it('is listed with all that are built', async () => {
    using workspace = new Workspace({ 'compose.yaml': whole });
    assert.deepEqual(await composeServices({ paths: [workspace.root] }, () => undefined), ['api']);
  });
});

describe('a Compose file that cannot be used', () => {
  const cases: readonly (readonly [string, Read, string, RegExp, number?])[] = [
    ['is no YAML', { files: { 'compose.yaml': 'services:\n  a: [1\nb: 2\n' } }, 'compose-syntax', /is no YAML: /, 3],
    ['is empty', { files: { 'compose.yaml': '' } }, 'compose-empty', /has no services/],
    ['is not there', { files: {}, paths: ['none.yaml'] }, 'compose-missing', /There is no Compose file \S+none\.yaml/],
    [
      'is in no folder above',
      { files: { 'x/y': '' }, paths: ['x'] },
      'compose-missing',
      /no Compose file in \S+x, nor/,
    ],
    [
      'has no such service',
      { files: { 'compose.yaml': whole }, service: 'apo' },
      'compose-service-unknown',
      /no service "apo"/,
    ],
    [
      'names one that is not built',
      { files: { 'compose.yaml': whole }, service: 'db' },
      'compose-no-build',
      /service db [^]*no "build"/,
      5,
    ],
    [
      'builds nothing',
      { files: { 'compose.yaml': 'services: { db: { image: x } }' } },
      'compose-no-build',
      /No service of/,
    ],
    [
      'builds several, and none is named',
      { files: { 'compose.yaml': 'services: { a: { build: . }, b: { build: . } }' } },
      'compose-service-missing',
      /has 2 services that are built/,
    ],
    [
      'wants a variable',
      { files: { 'compose.yaml': 'services:\n  a:\n    build:\n      target: ${STAGE:?which one}\n' } },
      'compose-variable',
      /The variable STAGE has to be set: which one/,
      4,
    ],
    [
      'has a circle of extends',
      { files: { 'compose.yaml': 'services:\n  a: { extends: b, build: . }\n  b: { extends: a }\n' }, service: 'a' },
      'compose-extends',
      /extends itself/,
    ],
    [
      'has a circle of contexts',
      {
        files: {
          'compose.yaml':
            'services: { a: { build: { additional_contexts: { b: "service:b" } } }, b: { build: { additional_contexts: { a: "service:a" } } } }',
        },
        service: 'a',
      },
      'compose-circle',
      /take from each other/,
    ],
    [
      'includes itself',
      { files: { 'compose.yaml': 'include: [compose.yaml]\nservices: {}' } },
      'compose-include',
      /in a circle/,
    ],
    [
      'names a secret that there is not',
      { files: { 'compose.yaml': 'services: { a: { build: { secrets: [tok] } } }' } },
      'compose-secret',
      /no secret "tok", which the build of the service a uses/,
    ],
    [
      'names a secret that there is not, in a file that it extends',
      {
        files: {
          'compose.yaml': 'services:\n  a: { extends: { file: sub/base.yaml, service: b } }\n',
          'sub/base.yaml': 'services:\n  b:\n    build:\n      secrets: [tok]\nsecrets:\n  tok: { file: t }\n',
        },
      },
      'compose-secret',
      /sub\/base\.yaml: there is no secret "tok"/,
      4,
    ],
    [
      'takes from a service that is not built',
      {
        files: {
          'compose.yaml':
            'services:\n  a:\n    build:\n      additional_contexts:\n        x: service:b\n  b: { image: c, build: }\n',
        },
        service: 'a',
      },
      'compose-link',
      /The service a takes "x" from [^]* The service b of \S+ is not built/,
      5,
    ],
    [
      'has a $ that begins no variable',
      { files: { 'compose.yaml': 'services:\n  a:\n    build:\n      target: ${no name}\n' } },
      'compose-variable',
      /"\$\{no name\}" is no variable; a \$ that is meant as one is written \$\$/,
      4,
    ],
  ];
  for (const [what, given, code, text, line] of cases) {
    it(what, async () => {
      const error = await refusal(given);
      assert.equal(error.code, code, error.stack);
      assert.match(error.message, text);
      if (line !== undefined) assert.equal(error.place?.line, line);
    });
  }
});
