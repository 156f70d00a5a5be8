import assert from 'node:assert/strict';
import { inFlags } from '../../../debug-adapter/debugger/failure/flag-words.js';
import { missingPath } from '../../../debug-adapter/debugger/failure/copy-doctor.js';
import { excerpt } from '../../../debug-adapter/debugger/common/excerpt.js';
import { EngineError } from '../../../debug-adapter/debugger/errors.js';
import { describeFailure, exitCodeIn, inShort } from '../../../debug-adapter/debugger/failure/failure.js';
import { fileFact } from '../../../debug-adapter/debugger/trees/files.js';
import { summary } from '../../../debug-adapter/debugger/run/finish.js';
import { imageWords, missingImage } from '../../../debug-adapter/debugger/failure/image-words.js';
import { platformWords } from '../../../debug-adapter/debugger/failure/platform-words.js';
import { typedCommand } from '../../../debug-adapter/debugger/containers/shell-script.js';
import type { Instruction } from '../../../debug-adapter/dockerfile/model.js';
import { parseDockerfile } from '../../../debug-adapter/dockerfile/parse.js';
import { Stat } from '../../../debug-adapter/buildkit/gen/fsutil.js';

/** The one instruction of a text. */
function only(text: string): Instruction {
  return parseDockerfile(`FROM a\n${text}\n`).instructions[1]!;
}

describe('words about failures', () => {
  it('reads exit codes of engines that only say them', () => {
    assert.equal(exitCodeIn('executor failed running [/bin/sh -c false]: exit code: 7'), 7);
    assert.equal(exitCodeIn('something else'), undefined);
  });

  it('finds the path that a COPY missed', () => {
    const message = 'failed to compute cache key: failed to calculate checksum of ref x::y: "/src/a b": not found';
    assert.equal(missingPath(message), '/src/a b');
    assert.equal(missingPath('failed to compute cache key: "/src/a b" not found: not found'), '/src/a b');
    assert.equal(inShort(only('COPY "a b" /'), message), '/src/a b was not found');
  });

  it('says of a step that failed beside another one what it says of one that failed alone', () => {
    const run = only('RUN echo b; \\\n  exit 4');
    const engine = 'process "/bin/sh -c echo b;   exit 4" did not complete successfully: exit code: 4';
    assert.equal(inShort(run, engine), 'RUN echo b; exit 4 failed with exit code 4');
    assert.equal(inShort(run, 'executor failed running [/bin/sh -c x]: exit code: 4'), inShort(run, engine));
    assert.equal(inShort(run, 'failed to solve: no space left'), 'no space left');
    assert.equal(inShort(run, ''), 'it failed');
  });

  it('advise in the words of who is advised: launch arguments, or flags', async () => {
    const instruction = only('RUN --mount=type=secret,id=tok cat /run/secrets/tok');
    const hint = async (speaksFlags: boolean): Promise<string> => {
      const input = {
        ...{
          step: { instruction, vertices: [] },
          digest: 'd',
          others: [],
          limits: '',
          settings: { speaksFlags, links: new Map() },
        },
        program: { dockerfile: { stages: [{ instructions: [instruction] }] }, linked: new Map() },
        error: new EngineError('Solve', 2, 'secret tok: not found', { sources: [] }),
        timeline: { record: () => undefined },
      };
      return (await describeFailure(input as unknown as Parameters<typeof describeFailure>[0])).hint;
    };
    assert.match(await hint(false), /--secret id=tok,src=FILE, in launch\.json "secrets": \["id=tok,src=FILE"\]/);
    assert.match(await hint(true), /--secret id=tok,src=FILE\.$/);
  });

  it('marks every line of the instruction in the excerpt', () => {
    const text = 'FROM a\nRUN x \\\n  y\nCMD z\n';
    assert.equal(
      excerpt('/p/Dockerfile', text, { line: 2, endLine: 3 }),
      'Dockerfile:2\n--------------------\n1 |     FROM a\n2 | >>> RUN x \\\n3 | >>>   y\n4 |     CMD z\n5 |\n--------------------\n',
    );
  });
});

describe('the last words of a build', () => {
  const none = { exporters: [], tags: [] };

  it('say what is to be done for an image that was named and not exported', () => {
    assert.equal(summary(none, {}), '\nBuild completed. Nothing was exported: the build has no output.\n');
    const tagged = { ...none, tags: ['foo', 'bar:1'] };
    const said = 'Nothing was exported: the build has no output, so no image is named foo, bar:1. Add';
    assert.equal(
      summary({ ...tagged, speaksFlags: true }, {}),
      `\nBuild completed. ${said} --load to have it in Docker, or --push to have it in its registry.\n`,
    );
    assert.equal(
      summary(tagged, {}),
      `\nBuild completed. ${said} "load": true to have it in Docker, or "push": true to have it in its registry.\n`,
    );
  });

  it('name the image that was made', () => {
    const made = { exporters: [{ type: 'image', attrs: {} }], tags: ['foo'] };
    const response = { 'containerimage.digest': 'sha256:1' };
    assert.equal(summary(made, response), '\nBuild completed. Image foo sha256:1.\n');
  });
});

describe('shells', () => {
  it('types the shell form as written and quotes the exec form', () => {
    assert.equal(typedCommand(['/bin/sh', '-c', 'make && x'], ['/bin/sh', '-c']), 'make && x');
    assert.equal(typedCommand(['printf', "it's", 'a b'], ['/bin/sh', '-c']), "printf 'it'\\''s' 'a b'");
  });
});

describe('fileFact', () => {
  it('reads the modes of Go', () => {
    const stat = (mode: number): ReturnType<typeof fileFact> => fileFact(Stat.fromPartial({ path: 'x', mode }));
    assert.deepEqual([stat(0x800001ed).type, stat(0x800001ed).mode], ['folder', 0o755]);
    assert.equal(stat(0x080001ff).type, 'link');
    assert.equal(stat(0x00800000 | 0o755).mode, 0o4755);
    assert.equal(stat(0x04000000).type, 'other');
  });
});

describe('words about platforms', () => {
  const noMatch =
    'busybox: failed to resolve source metadata for r/busybox:1: no match for platform in manifest: not found';
  const words = (from: string, platforms: readonly string[], message = noMatch): string | undefined => {
    const found = platformWords(message, 2, parseDockerfile(`ARG X\nFROM ${from}\n`), { platforms });
    return found && `${found.code}: ${found.what} ${found.hint}`;
  };
  const missing = 'platform-missing: The image r/busybox:1 is not there for';
  const usual =
    'Usual platforms are linux/amd64, linux/arm64, linux/arm/v7, linux/386, linux/ppc64le, linux/s390x, linux/riscv64.';
  const choose = 'Choose a platform that the image has, or an image or tag that has it.';

  it('name the platform, and the one that was meant', () => {
    assert.equal(words('busybox', ['linux/amd46']), `${missing} the platform linux/amd46. Did you mean linux/amd64?`);
    assert.equal(words('busybox', ['lnux/arm64']), `${missing} the platform lnux/arm64. Did you mean linux/arm64?`);
    assert.equal(
      words('busybox', ['linux/arm64/v99']),
      `${missing} the platform linux/arm64/v99. Did you mean linux/arm64/v9?`,
    );
    assert.equal(
      words('busybox', ['linux/amd64/vx']),
      `${missing} the platform linux/amd64/vx. Did you mean linux/amd64/v2?`,
    );
    assert.equal(words('busybox', ['linux/386/v77']), `${missing} the platform linux/386/v77. Did you mean linux/386?`);
    assert.equal(words('busybox', ['linux/foo']), `${missing} the platform linux/foo. ${usual}`);
    assert.equal(words('busybox', ['linux/s390x']), `${missing} the platform linux/s390x. ${choose}`);
    assert.equal(words('busybox', []), `${missing} the platform of the engine. ${choose}`);
  });

  it('blame the strange ones of several', () => {
    assert.equal(words('busybox', ['linux/amd64', 'linux/foo']), `${missing} the platform linux/foo. ${usual}`);
    assert.equal(
      words('busybox', ['linux/s390x', 'linux/mips']),
      `${missing} one of the platforms linux/s390x, linux/mips. ${choose}`,
    );
  });

  it('read what FROM asks for', () => {
    assert.equal(
      words('--platform=linux/arm46 busybox', []),
      `${missing} the platform linux/arm46. Did you mean linux/arm64?`,
    );
    assert.equal(words('--platform=linux/$X busybox', ['linux/amd64']), `${missing} the platform linux/$X. ${choose}`);
    assert.equal(
      words('--platform=$TARGETPLATFORM busybox', ['linux/foo']),
      `${missing} the platform linux/foo. ${usual}`,
    );
    assert.equal(
      words('--platform=${BUILDPLATFORM} busybox', ['linux/foo']),
      `${missing} the platform of the engine. ${choose}`,
    );
  });

  it('do without the line and the image that old engines do not tell', () => {
    const old = 'failed to create LLB definition: no match for platform in manifest sha256:12: not found';
    const text = 'FROM busybox AS a\nFROM --platform=$BUILDPLATFORM b\nFROM --platform=linux/arm64 c\nFROM a\n';
    const found = (platforms: readonly string[]): string | undefined => {
      const told = platformWords(old, undefined, parseDockerfile(text), { platforms });
      return told && `${told.what} ${told.hint}`;
    };
    const image = 'An image of the build is not there for';
    assert.equal(found(['linux/foo']), `${image} the platform linux/foo. ${usual}`);
    assert.equal(found(['linux/s390x']), `${image} one of the platforms linux/s390x, linux/arm64. ${choose}`);
    assert.equal(
      platformWords(old, undefined, { stages: [] }, { platforms: ['lnux/amd64'] })?.hint,
      'Did you mean linux/amd64?',
    );
  });

  it('leave other refusals alone', () => {
    assert.equal(words('busybox', ['linux/foo'], 'r/busybox:1: not found'), undefined);
    const bogus = 'failed to parse platform bogus: "bogus": unknown operating system or architecture: invalid argument';
    assert.equal(words('--platform=bogus busybox', [], bogus), `platform: "bogus" is no platform. ${usual}`);
  });
});

describe('words about images', () => {
  const told = (message: string, text: string, line = 0): string | undefined => {
    const missing = missingImage(message);
    const dockerfile = parseDockerfile(text);
    const blamed = dockerfile.instructions.find(({ startLine }) => Number(startLine) === line);
    const words = missing && imageWords(missing, dockerfile, blamed);
    return words && `${words.code}: ${words.what} ${words.hint}`.trimEnd();
  };
  const head = (host: string, image: string, why: string): string =>
    `failed to do request: Head "https://${host}/v2/${image}/manifests/latest": ${why}`;
  const frontend = (reference: string, why: string): string =>
    `x: failed to resolve source metadata for ${reference}: ${why}`;
  const stages = 'FROM busybox AS build\nFROM busybox\nCOPY --from=biuld /a /\n';

  it('name the digest of a recorded image, and how to do without it', () => {
    const missing = missingImage(frontend('docker.io/library/busybox:latest', 'x: not found'));
    assert.ok(missing);
    const pins = new Map([['docker.io/library/busybox:latest', 'docker.io/library/busybox:latest@sha256:aa']]);
    const { what, hint } = imageWords(missing, parseDockerfile('FROM busybox\n'), undefined, pins);
    assert.match(
      what,
      /The image docker\.io\/library\/busybox:latest@sha256:aa, with which the build was recorded, cannot/,
    );
    assert.match(hint, /"pinImages": false/);
    assert.match(inFlags(hint), /Give --no-pin-images to take/);
  });

  it('name the registry and the reason', () => {
    const reason = (why: string): string | undefined =>
      told(frontend('r.io/a:1', head('r.io', 'a', why)), 'FROM r.io/a:1\n', 1);
    const start = 'image-missing: The image r.io/a:1 cannot be had:';
    const expected: readonly (readonly [said: string, words: RegExp])[] = [
      ['dial tcp 10.0.0.1:443: connect: connection refused', /r\.io does not answer\. Check that it runs/],
      ['dial tcp: lookup r.io on 1.1.1.1:53: no such host', /the engine's DNS does not know r\.io\./],
      [
        'tls: failed to verify certificate: x509: certificate signed by unknown authority',
        /does not trust the certificate of r\.io\. .*CA/,
      ],
      ['http: server gave HTTP response to HTTPS client', /r\.io does not speak HTTPS\. Allow HTTP/],
      ['429 Too Many Requests - toomanyrequests', /r\.io limits how much may be pulled\. Log in/],
      [
        'pull access denied, repository does not exist or may require authorization',
        /r\.io has no such image, or does not let/,
      ],
      ['something new', /Head "https:.*something new\.$/],
    ];
    for (const [said, words] of expected) {
      const found = reason(said) ?? '';
      assert.ok(found.startsWith(start), found);
      assert.match(found, words);
    }
  });

  it('find the image in the words of old engines', () => {
    const old = 'failed to solve with frontend dockerfile.v0: failed to create LLB definition: ';
    assert.match(
      told(`${old}${head('registry-1.docker.io', 'library/biuld', 'dial tcp: no such host')}`, stages, 3) ?? '',
      /^stage-missing: There is no stage "biuld", and the image docker\.io\/library\/biuld:latest cannot be had: .* Did you mean the stage "build"\? Stages: build\.$/,
    );
    assert.equal(
      told(`${old}r.io:5000/a/b:2: not found`, 'FROM r.io:5000/a/b:2\n', 1),
      'image-missing: The image r.io:5000/a/b:2 cannot be had: r.io:5000 has no such image or tag.',
    );
  });

  it('pass on what the frontend suggests', () => {
    const said = 'docker.io/library/busyboxx:latest: not found (did you mean busybox?)';
    assert.match(
      told(frontend('docker.io/library/busyboxx:latest', said), 'FROM busyboxx\n', 1) ?? '',
      /has no such image or tag\. Did you mean busybox\?$/,
    );
  });

  it('leave alone what is about something else', () => {
    for (const message of [
      'failed to compute cache key: failed to calculate checksum of ref x::y: "/src/a b": not found',
      'process "/bin/sh -c curl x" did not complete successfully: exit code: 22',
      'dockerfile parse error on line 3: unknown instruction: RUNN',
      'secret s: not found',
    ])
      assert.equal(missingImage(message), undefined, message);
  });
});
