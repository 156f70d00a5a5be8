/** Commands at every instruction: all kinds × images × before, after, failed. Each answers as who, where, with what. */
import assert from 'node:assert/strict';
import { Session } from '../../support/dap/index.js';
import { engineAddress, type EngineKind } from '../../support/environment/engines.js';

/** What holds before an instruction. */
interface Truth {
  readonly user: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Image {
  readonly name: string;
  /** Before FROM nothing is set: what the base itself sets is seen there already. */
  readonly base: Truth;
  /** Nothing that needs a program of the image. */
  readonly run: string;
  /** Fails with what it left in place. */
  readonly fail: string;
}

const images: readonly Image[] = [
  { name: 'busybox', base: { user: '0:0', folder: '/', env: {} }, run: 'RUN true', fail: 'RUN touch /left && exit 3' },
  { name: 'debian', base: { user: '0:0', folder: '/', env: {} }, run: 'RUN true', fail: 'RUN touch /left && exit 3' },
  {
    name: 'scratch',
    base: { user: '0:0', folder: '/', env: {} },
    run: 'RUN ["/busybox", "true"]',
    fail: 'RUN ["/busybox", "sh", "-c", "echo > /left; exit 3"]',
  },
  {
    name: 'distroless',
    base: {
      user: '65532:65532',
      folder: '/home/nonroot',
      env: { SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt' },
    },
    run: 'RUN ["/usr/local/bin/hello"]',
    fail: 'RUN ["/busybox", "sh", "-c", "exit 3"]',
  },
];

/** An instruction of each kind, and what holds after it. The built-in frontend of Docker Engine 20.10 knows less. */
function program(image: Image, kind: EngineKind): readonly (readonly [string, Partial<Truth>])[] {
  return rows(image).filter(([text]) => kind !== 'docker20' || !/--link|<</.test(text));
}

function rows({ run }: Image): readonly (readonly [string, Partial<Truth>])[] {
  return [
    ['ARG VERSION=1', { env: { VERSION: '1' } }],
    ['ENV COLOUR=red', { env: { COLOUR: 'red' } }],
    ['LABEL a=b', {}],
    ['MAINTAINER me', {}],
    ['USER 0:0', { user: '0:0' }],
    ['WORKDIR /site', { folder: '/site' }],
    ['COPY --from=tools /bin/busybox /busybox', {}],
    ['COPY --link a.txt /linked/', {}],
    ['ADD a.txt /added/', {}],
    ['COPY <<END /made', {}],
    ['EXPOSE 80', {}],
    ['VOLUME /data', {}],
    ['SHELL ["/bin/sh", "-ec"]', {}],
    ['STOPSIGNAL INT', {}],
    ['HEALTHCHECK NONE', {}],
    ['ONBUILD ENV X=y', {}],
    [run, {}],
    [run.replace('RUN', 'RUN --mount=type=cache,target=/cache'), {}],
    ['USER 1000:1000', { user: '1000:1000' }],
    ['WORKDIR sub', { folder: '/site/sub' }],
    ['ENV VERSION=2 ODD="a b"', { env: { VERSION: '2', ODD: 'a b' } }],
    ['CMD ["x"]', {}],
    ['ENTRYPOINT ["y"]', {}],
  ];
}

/** What shells set themselves. */
const ownVariables = new Set(['PWD', 'OLDPWD', 'SHLVL', '_', 'HOME', 'PATH', 'TERM']);

function check(answer: string, truth: Truth, where: string): void {
  const [uid, gid, folder, ...rest] = answer.split('\n');
  assert.equal(`${uid}:${gid}`, truth.user, `user at ${where}: ${answer}`);
  assert.equal(folder, truth.folder, `directory at ${where}`);
  const env = rest.map((line) => line.split(/=(.*)/s).slice(0, 2)).filter(([name = '']) => !ownVariables.has(name));
  assert.deepEqual(Object.fromEntries(env), truth.env, `environment at ${where}`);
}

const question = 'id -u; id -g; pwd; env';

async function ask(session: Session): Promise<string> {
  return (await session.evaluate(question)).replace(/\nexit code 0$/, '');
}

function step(truth: Truth, change: Partial<Truth>): Truth {
  return { ...truth, ...change, env: { ...truth.env, ...change.env } };
}

const tools = 'FROM busybox AS tools\n';

function matrix(kind: EngineKind): void {
  const launch = { builder: engineAddress(kind), toolbox: 'busybox' };

  for (const image of images) {
    it(`before and after every instruction: ${image.name}`, async function () {
      this.timeout(180_000);
      const steps = program(image, kind);
      const body = steps.map(([text]) => (text.includes('<<END') ? `${text}\nhello\nEND` : text));
      const Dockerfile = `${tools}FROM ${image.name}\n${body.join('\n')}\n`;
      await using session = await Session.open({
        files: { Dockerfile, 'a.txt': 'a' },
        launch: { ...launch, stopOnEntry: true, stopAtEnd: true },
      });
      await session.start();
      let truth = image.base;
      check(await ask(session), truth, 'FROM');
      for (const [text, change] of steps) {
        // Stops of the stage of tools lie on the way.
        do await session.go('next');
        while (session.here.line === 1);
        check(await ask(session), truth, text);
        truth = step(truth, change);
      }
      await session.go('next');
      assert.equal(session.here.frames.length, 1);
      check(await ask(session), truth, 'the end');
    });

    const failing: readonly (readonly [string, string, string])[] = [
      ['RUN', image.fail, 'ls /left /added/a.txt'],
      ['COPY', 'COPY missing /left/', 'ls /added/a.txt'],
      ['ADD', 'ADD missing.tar /left/', 'ls /added/a.txt'],
      ['WORKDIR', 'WORKDIR /added/a.txt/sub', 'ls /added/a.txt'],
    ];
    for (const [word, text] of failing) {
      it(`after a failed ${word}: ${image.name}`, async () => {
        const head =
          'USER 0:0\nENV COLOUR=red\nWORKDIR /site\nCOPY --from=tools /bin/busybox /busybox\nADD a.txt /added/';
        await using session = await Session.open({
          files: { Dockerfile: `${tools}FROM ${image.name}\n${head}\n${text}\n`, 'a.txt': 'a' },
          launch,
        });
        await session.start();
        assert.equal(session.here.reason, 'exception');
        const truth = step(image.base, { user: '0:0', folder: '/site', env: { COLOUR: 'red' } });
        const states: readonly string[] = (await session.evaluate(':state')).match(/initial|failed/g) ?? [];
        for (const state of new Set(states)) {
          await session.evaluate(`:state ${state}`);
          check(await ask(session), truth, `${word}, ${state}`);
          assert.match(await session.evaluate('ls /added'), /^a\.txt/, `files at ${word}, ${state}`);
        }
        if (word === 'RUN' && image.name !== 'distroless' && states.includes('failed')) {
          await session.evaluate(':state failed');
          assert.equal(await session.evaluate('ls /left'), '/left');
        }
      });
    }
  }
}

describe('commands at every instruction', () => {
  for (const kind of ['buildkitd', 'buildkitd-0.26', 'buildkitd-old', 'docker29', 'docker20'] as const) {
    describe(kind, () => matrix(kind));
  }
});
