import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { packTar, unpackTar } from 'modern-tar';
import { Workspace } from '../support/dap/index.js';
import { runPiped } from './terminal.js';

const failing = 'FROM busybox\n# @stop fails\nRUN echo printed by the step && exit 3\n';

describe('the terminal debugger without a terminal', () => {
  it('exits with 1 and shows the lines that failed', async () => {
    using workspace = new Workspace({ Dockerfile: failing });
    const { code, stdout, stderr } = await runPiped(workspace.root, ['build', '.']);
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /^printed by the step$/m);
    assert.match(stderr, /^ *3 \| >>> RUN echo printed by the step && exit 3$/m);
    assert.match(stderr, /failed with exit code 3/);
    assert.doesNotMatch(stderr, /\u001b/);
  });

  it('says nothing of other steps below the error and its hint', async () => {
    using workspace = new Workspace({ Dockerfile: 'FROM busybox\nADD https://127.0.0.1:1/x /x\n' });
    const { code, stderr } = await runPiped(workspace.root, ['build', '.']);
    assert.equal(code, 1);
    assert.match(stderr, /FROM [^]*\nERROR: ADD [^\n]*\nThe server could not be reached\.[^\n]*\n$/);
  });

  it('exits with 0 when the build goes through', async () => {
    using workspace = new Workspace({ Dockerfile: 'FROM busybox\nRUN true\n' });
    const { code, stderr } = await runPiped(workspace.root, ['build', '--stop-on-entry', '--break', '2', '.']);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /Build finished/);
  });

  it('exits with 1 and no stop under --no-debug', async () => {
    using workspace = new Workspace({ Dockerfile: failing });
    const { code, stderr } = await runPiped(workspace.root, ['build', '--no-debug', '--progress=quiet', '.']);
    assert.equal(code, 1);
    assert.match(stderr, /^ *3 \| >>> RUN echo/m);
  });

  for (const flags of [[], ['--no-debug']]) {
    it(`rescues files of the failed step ${flags.join(' ')}`, async () => {
      using workspace = new Workspace({
        Dockerfile: 'FROM busybox\nRUN mkdir /out && echo "<xml/>" > /out/junit.xml && exit 1\n',
      });
      const rescue = ['--rescue', '/out/*.xml', '--rescue=/none', '--rescue-to', 'reports'];
      const { code, stderr } = await runPiped(workspace.root, ['build', ...flags, ...rescue, '.']);
      assert.equal(code, 1);
      assert.match(stderr, /Rescued \/out\/junit\.xml: reports\/out\/junit\.xml/);
      assert.equal(readFileSync(workspace.path('reports/out/junit.xml'), 'utf8'), '<xml/>\n');
    });
  }

  it('says which breakpoints hold nothing', async () => {
    using workspace = new Workspace({ Dockerfile: 'FROM busybox AS one\nRUN true\n' });
    const breaks = ['2', '99', 'on', 'one:COPY'].flatMap((place) => ['--break', place]);
    const { code, stderr } = await runPiped(workspace.root, ['build', ...breaks, '.']);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^--break 99: No instruction on this line or below it\.$/m);
    assert.match(stderr, /^--break on: No stage or instruction .* Did you mean "one"\?$/m);
    assert.match(stderr, /^--break one:COPY: No stage or instruction/m);
    assert.doesNotMatch(stderr, /--break 2:/);
  });

  it('passes the flags of buildx on', async () => {
    using workspace = new Workspace({
      'app/some.Dockerfile': 'FROM busybox AS first\nARG WORD\nRUN test "$WORD" = given\nFROM first\nRUN false\n',
    });
    const flags = ['-f', 'app/some.Dockerfile', '--build-arg', 'WORD=given', '--target', 'first', '--no-cache'];
    const { code, stderr } = await runPiped(workspace.root, ['build', ...flags, 'app']);
    assert.equal(code, 0, stderr);
  });

  for (const [what, args, text] of [
    ['no context', ['build', '--tag', '.'], /Name the build context/],
    ['two contexts', ['build', '.', 'b'], /not 2/],
    ['an unknown flag', ['build', '--tga', 'x', '.'], /--tga[^]*--tag/],
    ['an unknown flag of ours', ['build', '--resuce', '/x', '.'], /--resuce[^]*--rescue/],
    ['an unknown command', ['bild', '.'], /Unknown command/],
    ['a flag without its value', ['build', '.', '--break'], /--break needs/],
  ] as const) {
    it(`exits with 2 and words for ${what}`, async () => {
      using workspace = new Workspace({ Dockerfile: failing });
      const { code, stderr } = await runPiped(workspace.root, args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, text);
    });
  }

  it('exits with 1 and words when there is no engine or no Dockerfile', async () => {
    using workspace = new Workspace({ Dockerfile: failing });
    const lost = await runPiped(workspace.root, ['build', '.'], { env: { BUILDKIT_HOST: 'unix:///no/such' } });
    assert.equal(lost.code, 1);
    assert.match(lost.stderr, /No BuildKit at unix:\/\/\/no\/such/);
    const missing = await runPiped(workspace.root, ['build', '-f', 'nothing', '.']);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /no Dockerfile at/);
  });

  it('shows a syntax error on its line', async () => {
    using workspace = new Workspace({ Dockerfile: 'FROM busybox\nRUNN true\n' });
    const { code, stderr } = await runPiped(workspace.root, ['build', '.']);
    assert.equal(code, 1);
    assert.match(stderr, /2 \| >>> RUNN true/);
    assert.match(stderr, /Did you mean RUN/);
  });

  it('tells its version and its help on standard output', async () => {
    using workspace = new Workspace({});
    assert.match((await runPiped(workspace.root, ['--version'])).stdout, /^dockerfile-debug \d+\.\d+\.\d+\n$/);
    const help = await runPiped(workspace.root, ['build', '--help']);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /--break/);
  });
});

describe('standard output', () => {
  it('takes the id of the image alone under --quiet, and an error still comes', async () => {
    using workspace = new Workspace({ Dockerfile: 'FROM busybox\nRUN true\n', Failing: failing });
    const flags = ['build', '-q', '--iidfile', 'id', '-o', 'type=oci,dest=image.tar', '.'];
    const { code, stdout, stderr } = await runPiped(workspace.root, flags);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^sha256:[0-9a-f]{64}\n$/);
    assert.equal(stdout.trim(), readFileSync(workspace.path('id'), 'utf8'));
    assert.equal(stderr, '');
    const none = await runPiped(workspace.root, ['build', '--quiet', '.']);
    assert.deepEqual([none.code, none.stdout], [0, '']);
    assert.match(none.stderr, /^Nothing was exported, so there is no image id: .*\n$/);
    const failed = await runPiped(workspace.root, ['build', '-q', '-f', 'Failing', '.']);
    assert.deepEqual([failed.code, failed.stdout], [1, '']);
    assert.match(failed.stderr, /failed with exit code 3/);
  });

  for (const flag of ['-', 'type=tar,dest=-']) {
    it(`takes the result of --output ${flag}`, async () => {
      using workspace = new Workspace({ Dockerfile: 'FROM scratch\nCOPY note /note\n', note: 'some words' });
      const { code, stdout, stderr } = await runPiped(workspace.root, ['build', '-o', flag, '.']);
      assert.equal(code, 0, stderr);
      const entries = await unpackTar(Buffer.from(stdout, 'latin1'));
      const note = entries.find(({ header }) => header.name === 'note');
      assert.equal(Buffer.from(note?.data ?? []).toString(), 'some words');
    });
  }
});

describe('standard input', () => {
  const works = 'FROM busybox\nRUN true\n';

  it('can be a Dockerfile without a context', async () => {
    using workspace = new Workspace({});
    const { code, stderr } = await runPiped(workspace.root, ['build', '-'], { input: works });
    assert.equal(code, 0, stderr);
  });

  it('can be the Dockerfile of a context', async () => {
    using workspace = new Workspace({ 'data/file': 'here' });
    const dockerfile = 'FROM busybox\nCOPY file /file\nRUN test "$(cat /file)" = here\n';
    for (const flag of [['-f', '-'], ['-f-'], ['--file=-']]) {
      const { code, stderr } = await runPiped(workspace.root, ['build', ...flag, 'data'], { input: dockerfile });
      assert.equal(code, 0, stderr);
    }
  });

  for (const pack of ['plain', 'gzip'] as const) {
    it(`can be a context as a ${pack} tar`, async () => {
      using workspace = new Workspace({});
      const dockerfile = `FROM busybox\nCOPY sub /sub\nRUN test -x /sub/file && cat /sub/file # ${performance.now()}\n`;
      const tar = await packTar([
        { header: { name: 'sub/', type: 'directory', size: 0 } },
        { header: { name: 'sub/file', size: 4, mode: 0o755 }, body: 'here' },
        { header: { name: 'other.Dockerfile', size: dockerfile.length }, body: dockerfile },
      ]);
      const input = pack === 'gzip' ? gzipSync(tar) : tar;
      const { code, stderr } = await runPiped(workspace.root, ['build', '-f', 'other.Dockerfile', '-'], { input });
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^here/m);
    });
  }

  it('cannot be both', async () => {
    using workspace = new Workspace({});
    const { code, stderr } = await runPiped(workspace.root, ['build', '-f', '-', '-'], { input: works });
    assert.equal(code, 2);
    assert.match(stderr, /not both/);
  });

  it('is named as it came, not by the file that stands in for it', async () => {
    using workspace = new Workspace({ 'data/file': 'here' });
    const warned = '# check=error=true\nFROM busybox as x\n';
    for (const [dockerfile, said] of [
      [warned, /^Dockerfile asks to fail for warnings/m],
      ['FROM busybox\nRUNN true\n', /^Dockerfile:2\n/m],
      ['FROM busybox\nCOPY --from=1.2:3:4 /x /\n', /^Dockerfile:2: /m],
      [
        'FROM busybox\nCOPY nothing /x\n',
        /^ERROR: COPY: the build context (?:from standard input|\S+data) has no nothing/m,
      ],
    ] as const)
      for (const args of [['-'], ['-f', '-', 'data']]) {
        const { code, stderr } = await runPiped(workspace.root, ['build', ...args], { input: dockerfile });
        assert.equal(code, 1, stderr);
        assert.match(stderr, said);
        assert.doesNotMatch(stderr, /dockerfile-debug-/);
      }
  });

  it('is shown in the excerpt when it fails', async () => {
    using workspace = new Workspace({});
    const { code, stderr } = await runPiped(workspace.root, ['build', '-'], { input: failing });
    assert.equal(code, 1);
    assert.match(stderr, /3 \| >>> RUN echo/);
  });

  it('adds a report to a file, of what failed, what was built and what cannot be', async () => {
    const Dockerfile = `FROM busybox AS one\nRUN true\nRUN echo "a|b <c>" && echo '\`\`\`' && touch /new && exit 4\n`;
    using workspace = new Workspace({
      Dockerfile,
      'wrong.Dockerfile': 'FROM busybox\nRAN x\n',
      'report.md': '# Before\n',
    });
    const report = async (...words: readonly string[]): Promise<string> => {
      await runPiped(workspace.root, ['build', '--report', 'report.md', ...words, '.']);
      return readFileSync(workspace.path('report.md'), 'utf8');
    };
    const failed = await report();
    assert.match(
      failed,
      /^# Before\n## Build of Dockerfile failed \(\d+\.\ds\)\n\n\*\*Dockerfile:3\*\*: RUN echo "a\|b \\<c\\>" && [^]* failed with exit code 4\.\n/,
    );
    assert.match(failed, /^ *3 \| >>> RUN echo/m);
    assert.match(failed, /\n````\na\|b <c>\n```\n````\n/, 'what it wrote, in a longer fence');
    assert.match(failed, /<summary>What the step changed[^]*A \/new/);
    assert.match(failed, /^\| `\[one:2\]` \| `RUN true` \| (?:cached|\d\S+s) \|$/m);
    const built = await report('--no-debug', '--build-arg', 'X=1', '--target', 'one', '-f', 'wrong.Dockerfile');
    assert.match(
      built,
      /## Build of wrong\.Dockerfile failed [^]*\*\*wrong\.Dockerfile:2\*\*: Unknown instruction "RAN"/,
    );
    const { code, stderr } = await runPiped(workspace.root, ['build', '--report', 'nowhere/report.md', '.']);
    assert.equal(code, 2);
    assert.match(stderr, /^The report cannot be written: ENOENT/);
  });

  it('adds to the report what kept a build from running, what is warned of, and nothing that is not meant', async () => {
    using workspace = new Workspace({
      '<b>*': 'FROM busybox AS one\nMAINTAINER me\nRUN echo "$A-$B" && exit 3\n',
      'none.Dockerfile': 'FROM no-such-image:1\n',
    });
    const report = async (...words: readonly string[]): Promise<string> => {
      const name = `${words.length}-${words.at(-1) ?? ''}.md`;
      await runPiped(workspace.root, ['build', '--report', name, ...words, '.']);
      return readFileSync(workspace.path(name), 'utf8');
    };
    const failed = await report('--no-debug', '-f', '<b>*');
    assert.match(failed, /^## Build of \\<b\\>\\\* failed [^]*\n\*\*\\<b\\>\\\*:3\*\*: RUN echo/);
    assert.match(failed, /"<span>\$<\/span>A-<span>\$<\/span>B"/, 'no formula');
    assert.match(failed, /^ {3}3 \| >>> RUN echo[^]*\n```\n-\n```\n/m, 'excerpt and output, though nothing stopped');
    assert.match(failed, /\nWarnings:\n\n- line 2: MaintainerDeprecated/);
    assert.match(await report('-f', 'none.Dockerfile'), /\*\*none\.Dockerfile:1\*\*: The image docker\.io/);
    assert.match(await report('-f', 'missing'), /^## Build of missing failed [^]*\nThere is no Dockerfile at /);
    const engine = await report('--builder', 'unix:///nowhere.sock', '-f', 'none.Dockerfile');
    assert.match(engine, /failed [^]*\nNo BuildKit at unix:\/\/\/nowhere\.sock/);
  });

  it('builds a service of a Compose file, and options win over the file', async () => {
    const compose = 'services: { web: { build: { context: app, args: { N: 1 } } } }';
    const files = { 'compose.yaml': compose, 'app/Dockerfile': 'FROM busybox\nARG N\nRUN test "$N" = 2\n' };
    using workspace = new Workspace(files);
    const failed = await runPiped(workspace.root, ['compose', '--break', '3', 'web']);
    assert.equal(failed.code, 1);
    assert.match(
      failed.stderr,
      /^Service web of \S+compose\.yaml: Dockerfile \S+app\/Dockerfile; context \S+app; build arguments N\.$/m,
    );
    assert.match(failed.stderr, /^ *3 \| >>> RUN test "\$N" = 2$/m);
    const built = await runPiped(workspace.root, ['compose', '-f', 'compose.yaml', '--build-arg=N=2']);
    assert.equal(built.code, 0, built.stderr);
  });

  it('says what is wrong with a Compose file, a Bake file or the words about them', async () => {
    using workspace = new Workspace({
      'compose.yaml': 'services:\n  web: { build: { target: "${NONE:?has to be}" } }\n',
    });
    const cases: readonly (readonly [readonly string[], RegExp, number])[] = [
      [['compose'], /^ *2 \| >>> [^]*Service web: The variable NONE has to be set: has to be/m, 1],
      [['compose', 'wob'], /has no service "wob"\. Did you mean "web"\?/, 1],
      [['compose', 'a', 'b'], /One service is debugged at a time, not 2: a b/, 2],
      [['bake', '-f'], /-f needs a value: the path of a bake file/, 2],
      [['record'], /Name the build record: a \.dockerbuild file\./, 2],
      [['record', 'a', 'b', 'c'], /One folder is expected, not 2: b c/, 2],
      [['record', 'compose.yaml'], /compose\.yaml is no build record/, 1],
      [['compos'], /Unknown command "compos"\. Did you mean "compose"\?/, 2],
    ];
    for (const [words, expected, status] of cases) {
      const { code, stderr } = await runPiped(workspace.root, words);
      assert.match(stderr, expected);
      assert.equal(code, status, stderr);
    }
  });
});
