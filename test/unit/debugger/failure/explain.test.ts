import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explain, type Explanation } from '../../../../debug-adapter/debugger/failure/explain/explain.js';
import { networkRules } from '../../../../debug-adapter/debugger/failure/explain/network.js';
import { packageRules } from '../../../../debug-adapter/debugger/failure/explain/packages.js';
import { systemRules } from '../../../../debug-adapter/debugger/failure/explain/system.js';
import { findElsewhere } from '../../../../debug-adapter/debugger/failure/copy-elsewhere.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

function of(run: string, output: string, exitCode = 1, engineMessage = ''): Explanation {
  const instruction = parseDockerfile(`FROM x\n${run}\n`).instructions[1];
  if (instruction === undefined) throw new Error('no instruction');
  return explain({ exitCode, lines: output.split('\n'), engineMessage, instruction });
}

describe('explanations', () => {
  const cases: readonly (readonly [string, string, number, RegExp])[] = [
    [
      'RUN apt-get install -y foo',
      'Reading…\nE: Unable to locate package foo',
      100,
      /apt does not know foo.*update.*\(It wrote: E: Unable/,
    ],
    ['RUN apk add foo', '  foo (no such package):\n    required by: world[foo]', 1, /apk does not know foo/],
    ['RUN npm ci', 'npm error code EUSAGE', 1, /package-lock/],
    ['RUN npm ci', 'npm ERR! code E401', 1, /answered E401.*secret/],
    ['RUN pip install x', 'ERROR: No matching distribution found for x==9', 1, /no x==9/],
    ['RUN ./run.sh', '/bin/sh: ./run.sh: not found\r', 127, /Windows line endings|not in the image/],
    ['RUN make', '/bin/sh: make: not found', 127, /compiler|make is not in the image/],
    ['RUN tool', '/bin/sh: tool: not found', 127, /tool is not in the image.*\(It wrote: \/bin\/sh: tool: not found\)/],
    ['RUN x', 'exec: "/bin/sh": stat /bin/sh: no such file or directory', 127, /has no shell/],
    ['RUN ["/bin/sh", "x"]', 'exec: "/bin/sh": stat /bin/sh: no such file or directory', 127, /image has no \/bin\/sh/],
    ['RUN ["/nope"]', 'exec: "/nope": stat /nope: no such file or directory', 127, /The image has no \/nope/],
    ['RUN ["/x"]', 'exec /x: no such file or directory', 1, /\/x is in the image, and what is to load it is not/],
    ['COPY --chown=app a /', 'invalid user index: -1', 1, /--chown=1000:1000/],
    ['RUN x', '', 137, /memory/],
    ['RUN x', '', 139, /crashed/],
    ['RUN x', 'exec /app: exec format error', 255, /another processor/],
    ['RUN wget http://x', 'wget: bad address "x"', 1, /DNS/],
    [
      'RUN curl https://x',
      'curl: (60) SSL certificate problem: unable to get local issuer certificate',
      60,
      /TLS certificate/,
    ],
    ['RUN cat /run/secrets/a', "cat: can't open '/run/secrets/a': Permission denied", 1, /Secrets belong to root/],
    ['RUN git clone git@x:y', 'git@x: Permission denied (publickey).', 128, /type=ssh/],
    ['RUN test -e nothing', 'test failed', 1, /^$/],
    ['RUN source /etc/profile', '/bin/sh: 1: source: not found', 127, /source is a word of bash/],
    ['RUN [[ a = a ]]', '/bin/sh: [[: not found', 127, /\[\[ is a word of bash/],
    ['RUN ./run', '/bin/sh: 1: ./run: not found', 127, /^Exit code 127: \.\/run is not in the image, or the program/],
    ['RUN sh /x.sh', '/x.sh: 2: set: Illegal option -', 2, /Windows line endings/],
    [
      'RUN cat /run/secrets/nope',
      "cat: can't open '/run/secrets/nope': No such file or directory",
      1,
      /secret id=nope/,
    ],
    ['RUN cat /run/secrets/nope', 'cat: /run/secrets/nope: No such file or directory', 1, /secret id=nope/],
    ['RUN chmod 600 /etc/hosts', 'chmod: /etc/hosts: Read-only file system', 1, /The engine mounts \/etc\/hosts/],
    ['WORKDIR /etc/passwd', 'mkdir /etc/passwd: not a directory', 1, /A file stands where/],
  ];
  for (const [run, output, code, wanted] of cases) {
    it(`${run}: ${output.split('\n').at(-1)?.trim() ?? ''} (${code})`, () =>
      assert.match(of(run, output, code).hint, wanted));
  }

  it('knows a command line that is one word of the JSON form', () => {
    const message = 'exec: "echo $HOME && nothere": executable file not found in $PATH';
    assert.match(
      of('RUN ["echo $HOME && nothere"]', '', 127, message).hint,
      /takes "echo \$HOME && nothere" for its name/,
    );
    assert.match(
      of('RUN ["nothere"]', '', 127, 'exec: "nothere": executable file not found in $PATH').hint,
      /no nothere in/,
    );
  });

  it('knows what the engine says when the step wrote nothing', () => {
    assert.match(of('RUN x', '', 1, 'mkdir /var/lib/buildkit/x: no space left on device').hint, /disk is full/);
    assert.match(of('FROM x', '', 1, 'toomanyrequests: You have reached your pull rate limit').hint, /limits/);
  });

  it('knows that the engine itself fetches what ADD names, and which secret is missing', () => {
    const add = 'ADD https://x/y /z';
    assert.match(
      of(add, '', 1, 'dial tcp 1.2.3.4:443: connect: connection refused').hint,
      /engine fetches what ADD names/,
    );
    assert.match(of(add, '', 1, 'invalid response status 404').hint, /^The server answered 404\./);
    assert.match(of('RUN curl x', 'curl: (7) Connection refused').hint, /from the step/);
    for (const said of ['secret tok: not found', 'secret tok not found: not found'])
      assert.match(of('RUN x', '', 1, said).hint, /needs the secret tok\. .*--secret id=tok,src=FILE/);
    const missing = 'failed to compute cache key: failed to calculate checksum of ref a::b: "/nope": not found';
    assert.match(
      of('RUN --mount=source=nope,target=/x true', '', 1, missing).hint,
      /no \/nope for a --mount.*build context/,
    );
    assert.equal(of('RUN true', '', 1, missing).hint, '');
    assert.match(of('RUN x', '', 1, 'no SSH key "" forwarded from the client').hint, /an ssh agent\. .*--ssh default/);
    assert.match(
      of(add, '', 1, 'no SSH key "default" forwarded from the client').hint,
      /an ssh agent\. .*--ssh default,/,
    );
    assert.match(
      of(add, '', 1, 'repository does not contain ref x, output: ""').hint,
      /no branch, tag or commit "x"\./,
    );
    assert.match(of('RUN x', '', 1, 'no SSH key "git" forwarded from the client').hint, /agent git\. .*--ssh git=/);
  });

  it('offers the edit', () => {
    assert.equal(
      of('RUN apt-get install -y foo', 'E: Unable to locate package foo').fix?.text,
      'RUN apt-get update && apt-get install -y foo',
    );
  });

  it('points out a here-document that went on after an error', () => {
    const run = 'RUN <<EOF\ncp nothing /x\nmake install\nEOF';
    const output = "cp: can't stat 'nothing': No such file or directory\nmake: *** No rule to make target 'install'.";
    const { hint, fix } = of(run, output, 2);
    assert.match(hint, /no "set -e".*first trouble was: cp: can't stat/);
    assert.equal(fix?.text, 'RUN <<EOF\nset -e\ncp nothing /x\nmake install\nEOF');
    assert.doesNotMatch(of(run.replace('cp', 'set -e\ncp'), output, 2).hint, /set -e/);
  });

  it('has rules that can hold, with words that end a sentence', () => {
    for (const { hint, text, codes } of [...packageRules, ...networkRules, ...systemRules]) {
      assert.ok(text !== undefined || codes !== undefined, hint);
      assert.match(hint, /\S/);
      assert.ok(!/\$\d/.test(hint) || text !== undefined, `${hint} names a group of nothing`);
      assert.equal(text?.global ?? false, false, 'a global pattern remembers where it was');
    }
  });
});

describe('a source that a COPY did not find', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    mkdirSync(join(root, 'context/src/deep'), { recursive: true });
    writeFileSync(join(root, 'context/src/Main.go'), '');
    writeFileSync(join(root, 'context/src/deep/only.txt'), '');
    writeFileSync(join(root, 'outside.txt'), '');
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const find = (path: string, dockerfile = 'context/Dockerfile'): ReturnType<typeof findElsewhere> =>
    findElsewhere(join(root, 'context'), path, join(root, dockerfile));

  it('is found by another case, in another folder, and outside of the context', async () => {
    assert.deepEqual(await find('src/main.go'), { hint: 'Did you mean src/Main.go?', path: 'src/Main.go' });
    assert.deepEqual(await find('only.txt'), { hint: 'There is: src/deep/only.txt.', path: 'src/deep/only.txt' });
    assert.match((await find('outside.txt')).hint, /"context": "\.\."/);
    assert.match((await find('outside.txt', 'Dockerfile')).hint, /"context": "\."/);
    assert.equal((await find('nowhere')).path, undefined);
  });
});
