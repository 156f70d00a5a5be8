/** Builds that a Compose or a Bake file defines. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Files, Session, type SessionOptions } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';
import { Refused } from '../../support/dap/client.js';

const builder = engineAddress('buildkitd');

/** buildx as a program on PATH, and nowhere else. */
function withBuildx(): { readonly env: NodeJS.ProcessEnv } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'buildx-'));
  symlinkSync(process.env['DFD_TEST_BUILDX'] ?? '', join(folder, 'docker-buildx'));
  const PATH = `${folder}:${dirname(process.execPath)}`;
  return { env: { ...process.env, PATH }, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

function open(files: Files, launch: object, more: Partial<SessionOptions> = {}): Promise<Session> {
  return Session.open({ files, launch: { dockerfile: undefined, builder, ...launch }, ...more } as SessionOptions);
}

async function refusal(session: Session): Promise<Refused> {
  try {
    await session.start();
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
  throw new Error('It was launched.');
}

const compose = `services:
  db:
    image: busybox
  api:
    build:
      context: api
      dockerfile: docker/Api.Dockerfile
      target: test
      args:
        WHO: "\${WHO_NOT_SET:-world}"
      secrets: [token]
secrets:
  token: { file: token.txt }
`;
const api = `FROM busybox AS test
ARG WHO
COPY hello.txt .
RUN --mount=type=secret,id=token test "$(cat /run/secrets/token)" = s3cret
# @stop fails
RUN echo "hello $WHO" && test "$WHO" = you
FROM busybox
RUN exit 9
`;
const files = {
  'compose.yaml': compose,
  'api/docker/Api.Dockerfile': api,
  'api/hello.txt': 'hi',
  'token.txt': 's3cret',
};

describe('a service of a Compose file', () => {
  it('is built as the file says, and again as it says then', async () => {
    await using session = await open(files, { compose: 'compose.yaml', service: 'api' });
    const stop = await session.start();
    assert.equal(stop.kind === 'stopped' && stop.reason, 'exception');
    const path = session.workspace.path('api/docker/Api.Dockerfile');
    assert.deepEqual([session.here.line, session.here.frames[0]?.source?.path], [6, path]);
    assert.equal(await session.evaluate('cat hello.txt; echo "$WHO"'), 'hiworld');
    const context = session.workspace.path('api');
    const [defined] = session.client.all('dockerfile/defined');
    const title = `Service api of ${session.workspace.path('compose.yaml')}`;
    assert.deepEqual(defined, { path, context, title });
    session.workspace.edit('WHO_NOT_SET:-world', 'WHO_NOT_SET:-you', 'compose.yaml');
    await session.client.request('restart', {});
    assert.deepEqual(await session.outcome(), { kind: 'ended', exitCode: 0 });
  });

  it('stops at breakpoints of its Dockerfile, and gives way to what the launch says', async () => {
    const launch = { compose: '.', buildArgs: { WHO: 'you' }, stopOnEntry: true };
    await using session = await open(files, launch);
    await session.start();
    const [verified] = await session.setBreakpoints([3], 'api/docker/Api.Dockerfile');
    assert.equal(verified?.verified, true);
    await session.go('continue');
    assert.equal(session.here.line, 3);
    assert.deepEqual(await session.go('continue'), { kind: 'ended', exitCode: 0 });
  });

  it('may have its Dockerfile in the file, which is gone with the session', async () => {
    const inline =
      'services:\n  one:\n    build:\n      dockerfile_inline: |\n        FROM busybox\n        RUN exit 4\n';
    const session = await open({ 'compose.yaml': inline }, { compose: 'compose.yaml' });
    let path = '';
    {
      await using _ = session;
      await session.start();
      assert.equal(session.here.line, 2);
      path = session.here.frames[0]?.source?.path ?? '';
      assert.match(path, /one\.Dockerfile$/);
    }
    assert.throws(() => rmSync(path), /ENOENT/);
  });

  it('that cannot be read is told on its line', async () => {
    await using session = await open(
      { 'compose.yaml': 'services:\n  a:\n    build: [1\n' },
      { compose: 'compose.yaml' },
    );
    const refused = await refusal(session);
    assert.match(refused.message, /compose\.yaml is no YAML/);
    const [problem] = session.client.all('dockerfile/problem');
    assert.equal(problem?.path, session.workspace.path('compose.yaml'));
    assert.equal(problem?.line, 4);
  });

  it('that is none is told with those that are', async () => {
    await using session = await open(files, { compose: 'compose.yaml', service: 'apj' });
    assert.match((await refusal(session)).message, /has no service "apj"\. Did you mean "api"\?/);
    await using half = await open(files, { service: 'api' });
    assert.match((await refusal(half)).message, /"service" names a service of no file/);
  });
});

const linked = (recipe: string): Files => ({
  'compose.yaml': `services:
  api:
    build:
      context: api
      additional_contexts: { base: "service:lib" }
  lib:
    build:
      context: lib
      args: { WHO: lib }
`,
  'api/Dockerfile': 'FROM base\nRUN cat /made /who\nCOPY own.txt .\nRUN cat own.txt && exit 3\n',
  'api/own.txt': 'of api\n',
  'lib/Dockerfile': `FROM busybox\nARG WHO\nENV MADE_BY=$WHO\nCOPY own.txt /made\n${recipe}\nWORKDIR /work\n`,
  'lib/own.txt': 'of lib\n',
});

describe('what the Compose file names for a service', () => {
  const secret = `services:
  api:
    build:
      dockerfile_inline: |
        FROM busybox
        RUN --mount=type=secret,id=token cat /run/secrets/token && exit 3
      secrets: [token]
secrets:
  token: { environment: ONLY_IN_DOT_ENV }
`;

  it('may be a secret that .env alone has', async () => {
    const files = { 'compose.yaml': secret, '.env': 'ONLY_IN_DOT_ENV="of the file"\n' };
    await using session = await open(files, { compose: '.' });
    await session.start();
    assert.equal(await session.evaluate('cat /run/secrets/token'), 'of the file');
  });

  it('is missed in that file, at the service', async () => {
    const none = 'services:\n  api:\n    build: { context: nowhere }\n';
    for (const [text, message, line] of [
      [secret, /Service api of \S+: The variable ONLY_IN_DOT_ENV of the secret "token" is not set/, 2],
      [none, /Service api of \S+: The build context \S+nowhere does not exist/, 2],
    ] as const) {
      await using session = await open({ 'compose.yaml': text }, { compose: '.' });
      assert.match((await refusal(session)).message, message);
      const [problem] = session.client.all('dockerfile/problem');
      assert.deepEqual([problem?.path, problem?.line], [session.workspace.path('compose.yaml'), line]);
    }
  });
});

describe('a service that takes from another one', () => {
  it('has what that one makes: files of its context, variables, its directory', async () => {
    await using session = await open(linked('RUN echo $WHO > /who'), { compose: 'compose.yaml', service: 'api' });
    await session.start();
    assert.equal(session.here.line, 4);
    assert.equal(
      await session.evaluate('cat /made /who own.txt; pwd; echo $MADE_BY'),
      'of lib\nlib\nof api\n/work\nlib',
    );
    await session.go('stepBack');
    assert.equal(session.here.line, 3);
  });

  it('whose named contexts are its own, also where both have one of that name', async () => {
    const files = {
      'compose.yaml': `services:
  api: { build: { context: api, additional_contexts: { base: "service:lib", more: api/more } } }
  lib: { build: { context: lib, additional_contexts: { more: lib/more } } }
`,
      'api/Dockerfile': 'FROM base\nCOPY --from=more file /of-api\nRUN cat /of-lib /of-api && exit 3\n',
      'api/more/file': 'api ',
      'lib/Dockerfile': 'FROM busybox\nCOPY --from=more file /of-lib\n',
      'lib/more/file': 'lib ',
    };
    await using session = await open(files, { compose: 'compose.yaml', service: 'api' });
    await session.start();
    assert.equal(session.here.line, 3);
    assert.equal(await session.evaluate('cat /of-lib /of-api'), 'lib api ');
  });

  it('that misses a file says where, in its own words', async () => {
    const files = linked('COPY --from=other /nothere /');
    const lib = 'FROM busybox AS other\nRUN touch /near\nFROM busybox\nCOPY --from=other /nothere /\n';
    await using session = await open({ ...files, 'lib/Dockerfile': lib }, { compose: 'compose.yaml', service: 'api' });
    const stop = await session.start();
    const text = (stop.kind === 'stopped' && stop.text) || '';
    assert.match(
      text,
      /FROM base failed at COPY --from=other \/nothere \/ of service lib: the stage other has no \/nothere/,
    );
  });

  it('has breakpoints of its own, which are met when it is debugged', async () => {
    const launch = { compose: 'compose.yaml', service: 'api', stopOnEntry: true };
    await using session = await open(linked('RUN echo $WHO > /who'), launch);
    await session.start();
    const [fact] = await session.setBreakpoints([5], 'lib/Dockerfile');
    assert.match(fact?.message ?? '', /the Dockerfile of service lib, which the build takes from: debug that one/);
  });

  it('that has not what is taken is called by its name', async () => {
    const files = { ...linked(''), 'api/Dockerfile': 'FROM busybox\nCOPY --from=base /nothere /\n' };
    await using session = await open(files, { compose: 'compose.yaml', service: 'api' });
    const stop = await session.start();
    assert.match(
      (stop.kind === 'stopped' && stop.text) || '',
      /the build context "base" \(service lib\) has no \/nothere/,
    );
  });

  it('stops where that is taken when it fails, with a shell in its failed step', async () => {
    await using session = await open(linked('RUN touch /left && nonesuch'), {
      compose: 'compose.yaml',
      service: 'api',
    });
    const stop = await session.start();
    assert.ok(stop.kind === 'stopped');
    assert.equal(session.here.line, 1);
    assert.match(stop.text ?? '', /FROM base failed at RUN touch \/left && nonesuch of service lib: exit code 127/);
    const told = session.client.all('dockerfile/problem').at(-1)?.hint ?? '';
    assert.match(told, /line 5 of \S+lib\/Dockerfile: service lib is built first/);
    assert.equal(await session.evaluate('ls /left'), '/left');
    session.workspace.edit('nonesuch', 'echo mended > /who', 'lib/Dockerfile');
    await session.client.request('restart', {});
    await session.outcome();
    assert.equal(session.here.line, 4);
  });

  it('shows the failed step of the other one with its user, directory and variables', async () => {
    const recipe = 'WORKDIR /of-lib\nUSER 1000\nRUN touch /tmp/left && exit 9';
    const api = 'FROM busybox\nENV MADE_BY=api\nWORKDIR /of-api\nCOPY --from=base /tmp/left .\n';
    const files = { ...linked(recipe), 'api/Dockerfile': api };
    await using session = await open(files, { compose: 'compose.yaml', service: 'api' });
    await session.start();
    assert.equal(session.here.line, 4);
    assert.equal(await session.evaluate('pwd; id -u; echo $MADE_BY; ls /tmp'), '/of-lib\n1000\nlib\nleft');
    assert.match(await session.evaluate(':env'), /MADE_BY=lib +# of the build that is taken from/);
    assert.match(await session.evaluate(':diff'), /1 added[^]*\/tmp\/left/);
    assert.match(await session.evaluate(':rerun'), /exit code 9/);
    await session.evaluate(':state initial');
    assert.equal(await session.evaluate('pwd; ls /tmp'), '/of-lib');
    await session.go('stepBack');
    assert.equal(await session.evaluate('echo $MADE_BY'), 'api');
  });

  it('takes saved edits of the Dockerfile of the other one, and of its files', async () => {
    await using session = await open(linked('RUN echo $WHO > /who'), { compose: 'compose.yaml', service: 'api' });
    await session.start();
    await assert.rejects(session.evaluate(':apply'), /nothing to apply/);
    session.workspace.edit('echo $WHO', 'echo edited', 'lib/Dockerfile');
    await session.evaluate(':apply');
    await session.outcome();
    assert.equal(session.here.line, 4);
    assert.equal(await session.evaluate('cat /who'), 'edited');
    session.workspace.edit('of lib', 'of lib, edited', 'lib/own.txt');
    await session.evaluate(':apply');
    await session.outcome();
    assert.equal(await session.evaluate('cat /made'), 'of lib, edited');
  });

  it('names the one that failed where one takes from another in turn, and FROM a variable', async () => {
    const files = linked('RUN exit 8');
    const app = '  app: { build: { context: app, additional_contexts: { mid: "service:api" } } }\n';
    const all = {
      ...files,
      'compose.yaml': `${files['compose.yaml'] as string}${app}`,
      'app/Dockerfile': 'ARG BASE=mid\nFROM $BASE\nRUN true\n',
    };
    await using session = await open(all, { compose: 'compose.yaml', service: 'app' });
    const stop = await session.start();
    assert.equal(session.here.line, 2);
    assert.match((stop.kind === 'stopped' && stop.text) || '', /FROM \$BASE failed at RUN exit 8 of service lib:/);
    const told = session.client.all('dockerfile/problem').at(-1)?.hint ?? '';
    assert.match(told, /line 5 of \S+lib\/Dockerfile: service lib is built first/);
  });

  it('that has an error is told in its own Dockerfile', async () => {
    await using session = await open(linked('RAN x'), { compose: 'compose.yaml', service: 'api' });
    assert.match((await refusal(session)).message, /Service lib of \S+ cannot be built: [^]*unknown instruction: RAN/);
    const [problem] = session.client.all('dockerfile/problem');
    assert.deepEqual([problem?.path, problem?.line], [session.workspace.path('lib/Dockerfile'), 5]);
  });

  it('takes it for each platform', async () => {
    const launch = {
      compose: 'compose.yaml',
      service: 'api',
      platforms: ['linux/amd64', 'linux/arm64'],
      noDebug: true,
    };
    const both = { ...linked('RUN echo $WHO > /who'), 'api/Dockerfile': 'FROM base\nCOPY own.txt /here/\n' };
    await using session = await open(both, launch);
    const outcome = await session.start();
    assert.deepEqual(outcome, { kind: 'ended', exitCode: 0 });
  });
});

const bake = `variable "WHO" { default = "world" }
group "default" { targets = ["app"] }
target "app" {
  context = "app"
  args = { WHO = "\${WHO}!" }
  contexts = { lib = "target:lib" }
  output = ["type=image,push=true,name=localhost:1/never"]
}
target "lib" {
  dockerfile-inline = "FROM busybox\\nRUN echo lib > /lib\\n"
}
`;
const baked = {
  'docker-bake.hcl': bake,
  'app/Dockerfile': 'FROM busybox\nARG WHO\nCOPY --from=lib /lib /\nRUN cat /lib && echo "$WHO" && exit 5\n',
};

describe('a target of a Bake file', () => {
  it('is built as buildx reads it, without what it would leave behind', async () => {
    using buildx = withBuildx();
    await using session = await open(baked, { bake: 'docker-bake.hcl' }, { env: buildx.env });
    await session.start();
    assert.equal(session.here.line, 4);
    assert.equal(await session.evaluate('cat /lib; echo "$WHO"'), 'lib\nworld!');
  });

  it('may have paths that start where bake runs', async () => {
    using buildx = withBuildx();
    const hcl = `target "app" {
  context = "cwd://app"
  dockerfile = "cwd://files/Other.Dockerfile"
  contexts = { more = "cwd://files" }
}`;
    const files = {
      'docker-bake.hcl': hcl,
      'app/own': 'own',
      'files/Other.Dockerfile': 'FROM busybox\nCOPY own /\nCOPY --from=more Other.Dockerfile /\nRUN exit 4\n',
    };
    await using session = await open(files, { bake: 'docker-bake.hcl' }, { env: buildx.env });
    await session.start();
    assert.equal(session.here.line, 4);
  });

  it('that there is not is told with those that there are', async () => {
    using buildx = withBuildx();
    const files = { 'docker-bake.hcl': 'target "one" {}\ntarget "two" {}\n' };
    for (const [name, message] of [
      [undefined, /No target is named, and \S+ has no default one\.[^]*Its targets: one, two\./],
      ['tow', /failed to find target tow\.?[^]*Did you mean "two"\?/],
    ] as const) {
      const launch = { bake: 'docker-bake.hcl', ...(name !== undefined && { bakeTarget: name }) };
      await using session = await open(files, launch, { env: buildx.env });
      assert.match((await refusal(session)).message, message);
    }
  });

  it('that is wrong is told in the words of buildx, on its line', async () => {
    using buildx = withBuildx();
    const wrong = { ...baked, 'docker-bake.hcl': bake.replace('context = "app"', 'context = ') };
    await using session = await open(wrong, { bake: 'docker-bake.hcl' }, { env: buildx.env });
    assert.match((await refusal(session)).message, /buildx does not take the Bake file: docker-bake\.hcl:4/);
    const [problem] = session.client.all('dockerfile/problem');
    assert.deepEqual([problem?.path, problem?.line], [session.workspace.path('docker-bake.hcl'), 4]);
  });

  it('needs buildx, and says so', async () => {
    const env = { ...process.env, PATH: '/nowhere', HOME: '/nowhere' };
    await using session = await open(baked, { bake: 'docker-bake.hcl' }, { env });
    assert.match((await refusal(session)).message, /Bake files are read with buildx, and there is none/);
  });
});
