import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { Refused, Session, type SessionOptions } from '../../support/dap/index.js';
import { engineAddress, registryAddress } from '../../support/environment/engines.js';

const builder = engineAddress('buildkitd');
const fine = { Dockerfile: 'FROM busybox\nRUN true\n' };

interface Case {
  readonly name: string;
  readonly options: SessionOptions;
  /** Found in the answer to launch, and in the problem when it has a line. */
  readonly words: readonly RegExp[];
  readonly line?: number;
}

const cases: readonly Case[] = [
  {
    name: 'an unknown instruction, with the nearest',
    options: { files: { Dockerfile: 'FROM busybox\n\nRNU make\n' }, launch: { builder } },
    words: [/RNU/, /RUN/],
    line: 3,
  },
  {
    name: 'an unknown instruction in a long text, which the engine is asked about meanwhile',
    options: {
      files: { Dockerfile: `FROM busybox\n${'ENV A=1\n'.repeat(3000)}RNU make\n` },
      launch: { builder },
    },
    words: [/RNU/, /RUN/],
    line: 3002,
  },
  {
    name: 'a syntax error that only the engine knows',
    options: { files: { Dockerfile: 'FROM busybox\nRUN --mount=type=unknown true\n' }, launch: { builder } },
    words: [/mount type|unknown/],
    line: 2,
  },
  { name: 'an empty Dockerfile', options: { files: { Dockerfile: '' }, launch: { builder } }, words: [/FROM/] },
  {
    name: 'a missing Dockerfile, with those that exist',
    options: { files: { 'Dockerfile.dev': 'FROM busybox\n' }, launch: { builder } },
    words: [/Dockerfile/, /Dockerfile\.dev/],
  },
  {
    name: 'a missing context',
    options: { files: fine, launch: { builder, context: 'nowhere' } },
    words: [/nowhere/],
  },
  {
    name: 'an unknown target, with the near ones',
    options: {
      files: { Dockerfile: 'FROM busybox AS build\nFROM build AS test\n' },
      launch: { builder, target: 'biuld' },
    },
    words: [/biuld/, /build/],
  },
  {
    name: 'an unknown launch argument, with the nearest',
    options: { files: fine, launch: { builder, buildArg: { A: '1' } } },
    words: [/buildArg/, /buildArgs/],
  },
  {
    name: 'an ill-typed launch argument',
    options: { files: fine, launch: { builder, platforms: 7 } as never },
    words: [/platforms/, /list|array/],
  },
  {
    name: 'an engine that is not there',
    options: { files: fine, launch: { builder: 'unix:///nowhere/buildkitd.sock' } },
    words: [/\/nowhere\/buildkitd\.sock/, /builder|BUILDKIT_HOST|[Ss]tart/],
  },
  ...(['buildkitd', 'docker29', 'docker20'] as const).flatMap((kind): readonly Case[] => [
    {
      name: `an image that the registry does not have (${kind})`,
      options: {
        files: { Dockerfile: `\nFROM ${registryAddress()}/library/busybox:no-such-tag\nRUN true\n` },
        launch: { builder: engineAddress(kind) },
      },
      words: [/The image \S+busybox:no-such-tag cannot be had: \S+ has no such image or tag\.$/],
      line: 2,
    },
    {
      name: `a registry that is not there (${kind})`,
      options: {
        files: { Dockerfile: 'FROM busybox AS build\nFROM 127.0.0.1:1/x\nRUN true\n' },
        launch: { builder: engineAddress(kind) },
      },
      words: [/The image 127\.0\.0\.1:1\/x:latest cannot be had: 127\.0\.0\.1:1 does not answer\./],
      line: 2,
    },
    {
      name: `a stage that a FROM misspells (${kind})`,
      options: {
        files: { Dockerfile: 'FROM busybox AS build\nFROM biuld\nRUN true\n' },
        launch: { builder: engineAddress(kind) },
      },
      words: [/There is no stage "biuld", and the image/, /Did you mean the stage "build"\? Stages: build\./],
      line: 2,
    },
  ]),
  ...['COPY --from=biuld /etc/passwd /', 'RUN --mount=from=biuld,target=/from true'].map((line) => ({
    name: `a stage that there is not: ${line}`,
    options: { files: { Dockerfile: `FROM busybox AS build\nFROM busybox\n${line}\n` }, launch: { builder } },
    words: [/There is no stage "biuld", and the image/, /Did you mean the stage "build"\? Stages: build\./],
    line: 3,
  })),
  {
    name: 'an unknown flag in args',
    options: { files: fine, launch: { builder, args: ['--build-argg', 'A=1'] } },
    words: [/--build-argg/, /--build-arg/],
  },
  {
    name: 'a platform that the image does not have, with the one that was meant',
    options: { files: fine, launch: { builder, platforms: ['linux/amd46'] } },
    words: [/busybox\S* is not there for the platform linux\/amd46\. Did you mean linux\/amd64\?/],
    line: 1,
  },
  {
    name: 'what is no platform in a FROM',
    options: { files: { Dockerfile: '\nFROM --platform=bogus busybox\nRUN true\n' }, launch: { builder } },
    words: [/"bogus" is no platform\. Usual platforms are linux\/amd64/],
    line: 2,
  },
  {
    name: 'a pattern of .dockerignore that is none, on its line',
    options: { files: { ...fine, '.dockerignore': '# rules\nnode_modules\n!src/[a-\n' }, launch: { builder } },
    words: [/\.dockerignore:3: "!src\/\[a-" cannot be taken: syntax error in pattern\. A "\[" needs its "\]"/],
    line: 3,
  },
  {
    name: 'warnings that are to be errors',
    options: {
      files: { Dockerfile: '# check=error=true\nFROM busybox as build\nRUN true\n' },
      launch: { builder },
    },
    words: [/Dockerfile asks to fail for warnings \(check=error=true\).*: FromAsCasing\./, /check=skip=RULE/],
    line: 2,
  },
  {
    name: 'a name that no image can have, with the one that it can',
    options: { files: fine, launch: { builder, tags: ['localhost:5000/Team/App:V1'] } },
    words: [/"localhost:5000\/Team\/App:V1"/, /upper case/, /"localhost:5000\/team\/app:V1"/],
  },
];

describe('bad input', () => {
  for (const { name, options, words, line } of cases) {
    it(`says so: ${name}`, async () => {
      await using session = await Session.open(options);
      const refused = await session.launch().then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(refused instanceof Refused, `launch is refused, not ${String(refused)}`);
      for (const word of words) assert.match(refused.message, word);
      assert.doesNotMatch(refused.message, /This is a bug/);
      if (line !== undefined) {
        const problems = session.client.all('dockerfile/problem');
        assert.deepEqual(
          problems.map((problem) => problem.line),
          [line],
        );
      }
    });
  }

  it('says so: something else listens there', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : 0;
      await using session = await Session.open({ files: fine, launch: { builder: `tcp://127.0.0.1:${port}` } });
      await assert.rejects(session.launch(), (error) => error instanceof Refused && /127\.0\.0\.1/.test(error.message));
    } finally {
      server.close();
    }
  });
});
