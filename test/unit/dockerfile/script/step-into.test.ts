import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';
import type { ScriptPlace } from '../../../../debug-adapter/dockerfile/script/model.js';
import { stepInto } from '../../../../debug-adapter/dockerfile/script/step-into.js';
import { grammarFiles } from '../../../support/grammar.js';
import { stepLast } from '../../../support/script.js';

/** What stands in the Dockerfile where the statements are said to be; a line break is `⏎`. */
async function marked(text: string, place: Partial<ScriptPlace> = {}): Promise<readonly string[]> {
  const steps = await stepLast(text, place);
  assert(!('reason' in steps), 'reason' in steps ? steps.reason : '');
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  return steps.statements.map(({ startLine, startColumn, endLine, endColumn }) => {
    const part = lines.slice(startLine - 1, endLine);
    part[part.length - 1] = (part.at(-1) ?? '').slice(0, endColumn);
    part[0] = (part[0] ?? '').slice(startColumn);
    return `${startLine} ${part.join('⏎').replaceAll('\r', '␍')}`;
  });
}

/** What is put before statements and into functions. */
const hooks =
  /(?:case \S+ in [^)]*\) __dfd_on \d+ "\$@"(?:;; \S+\) ;; \*\) __dfd_by \d+)?;; esac|__dfd_(?:at|do) \d+ "\$@"|__dfd_last=!)(?: &&|;) | local __dfd_c="\$\{__dfd_c\}\d+,";/g;

async function reason(text: string, place: Partial<ScriptPlace> = {}): Promise<string> {
  const steps = await stepLast(text, place);
  return 'reason' in steps ? steps.reason : `steps: ${steps.script}`;
}

describe('statements of a RUN', () => {
  it('stand where the Dockerfile has them', async () => {
    const text = [
      'FROM x',
      'RUN --mount=type=cache,target=/a \\',
      '    --network=none   \\',
      '    # of the package list',
      '',
      '  apt-get update \\',
      '  # a comment with && and "',
      '  && apt-get install -y \\',
      '\t\tcurl \\',
      '    git   && \\  ',
      '  if [ -n "é𝒳" ]; then echo "ü"; fi; echo last',
      'CMD x',
    ].join('\n');
    const expected = [
      '6 apt-get update',
      '8 apt-get install -y \\⏎\t\tcurl \\⏎    git',
      '11 [ -n "é𝒳" ]',
      '11 echo "ü"',
      '11 echo last',
    ];
    const [without] = text.split('\nCMD');
    assert.deepEqual(await marked(without ?? ''), expected);
    assert.deepEqual(await marked((without ?? '').replaceAll('\n', '\r\n')), [
      ...expected.slice(0, 1),
      '8 apt-get install -y \\␍⏎\t\tcurl \\␍⏎    git',
      ...expected.slice(2),
    ]);
    assert.deepEqual(await marked(`# escape=\`\n${(without ?? '').replaceAll(/\\( *)$/gm, '`$1')}`), [
      '7 apt-get update',
      '9 apt-get install -y `⏎\t\tcurl `⏎    git',
      '12 [ -n "é𝒳" ]',
      '12 echo "ü"',
      '12 echo last',
    ]);
  });

  it('may be split in the middle of a word, and begin behind blanks or a byte order mark', async () => {
    assert.deepEqual(await marked('FROM x\n  run ec\\\nho "a \\\n  b"; tr\\\n# c\nue'), [
      '2 ec\\⏎ho "a \\⏎  b"',
      '4 tr\\⏎# c⏎ue',
    ]);
    assert.deepEqual(await marked('\uFEFFRUN a&&b'), ['1 a', '1 b']);
    const { instructions, escape } = parseDockerfile('FROM x\nONBUILD RUN a && \\\n b');
    const trigger = instructions.at(-1)?.trigger;
    assert(trigger !== undefined);
    const steps = await stepInto(trigger, { shell: ['sh', '-c'], os: 'linux', escape }, grammarFiles);
    assert(!('reason' in steps));
    assert.deepEqual(
      steps.statements.map(({ startLine, startColumn, text }) => [startLine, startColumn, text]),
      [
        [2, 12, 'a'],
        [3, 1, 'b'],
      ],
    );
  });

  it('are not those of functions that run at one time, or in another shell', async () => {
    const functions = 'f() { a; }; g() { b; }; h() { g; }';
    const found = async (script: string): Promise<readonly string[]> =>
      (await marked(`RUN ${functions}; ${script}`))
        .map((each) => each.slice(2))
        .filter((text) => /^[ab]$|^g$/.test(text));
    assert.deepEqual(await found('f; h'), ['a', 'b', 'g']);
    assert.deepEqual(await found('f | tee log'), ['a', 'b', 'g'], 'one alone in a pipeline');
    assert.deepEqual(await found('f 2>&1 && f'), ['a', 'b', 'g']);
    assert.deepEqual(await found('f & wait'), ['b', 'g']);
    assert.deepEqual(await found('x && { h; } & wait'), ['a']);
    assert.deepEqual(await found('f | cat | (h)'), []);
    assert.deepEqual(await found('cat <(f)'), ['b', 'g']);
    assert.deepEqual(await found('export -f f; xargs bash -c f'), []);
  });

  it('are found in here-documents', async () => {
    assert.deepEqual(await marked('FROM x\nRUN <<EOF\na\n\n# c\n  b && c\nEOF'), ['3 a', '6 b', '6 c']);
    assert.deepEqual(await marked('FROM x\nRUN <<-EOF\n\ta\n\t\tif b\n\tthen c; fi\n\tEOF'), ['3 a', '4 b', '5 c']);
    assert.deepEqual(await marked('FROM x\nRUN a && cat <<A - <<-"B" > f \\\n && b\n1\nA\n\t2\n\tB'), [
      '2 a',
      '2 cat <<A - <<-"B" > f',
      '3 b',
    ]);
    assert.deepEqual(await marked('FROM x\r\nRUN cat <<E && \\\r\n b\r\nbody\r\nE\r\n'), ['2 cat <<E', '3 b']);
    assert.deepEqual(await marked('FROM x\nRUN <<E bash -e\necho\nE'), ['2 <<E bash -e']);
  });

  it('are found in arrays, whose escapes count', async () => {
    assert.deepEqual(await marked('FROM x\nRUN ["bash", "-ec", "a \\"b\\"; \\u0063 \\\n\\n d\\te", "name"]'), [
      '2 a \\"b\\"',
      '2 \\u0063',
      '3 d\\te',
    ]);
  });

  it('have a text in one line', async () => {
    const steps = await stepLast(
      `FROM x\nRUN <<EOF\nfor f in \\\n  *.c\ndo a | \\\n\tb; done\ncase "$x" in a) ${'long '.repeat(40)};; esac\nEOF`,
    );
    assert(!('reason' in steps));
    const [first, second, third, fourth = { text: '' }] = steps.statements;
    assert.deepEqual([first?.text, second?.text, third?.text], ['for f in *.c', 'a | b', 'case "$x" in']);
    assert.equal(fourth.text, `${'long '.repeat(20).trimEnd()}…`);
    const loop = await stepLast('FROM x\nRUN for f in a b; do c; done');
    assert(!('reason' in loop));
    assert.deepEqual(
      loop.statements.map(({ text }) => text),
      ['for f in a b; do', 'c'],
    );
  });
});

describe('the outermost loop of a statement', () => {
  it('begins with its first statement, in a function as well', async () => {
    const steps = await stepLast(`FROM x
RUN <<EOF
a
while b; do for i in c; do d; done; e; done
f() { g; until h; do i; done; }
f; case x in x) j;; esac
EOF`);
    assert(!('reason' in steps));
    assert.deepEqual(
      steps.statements.map(({ text, loop, inFunction }) => `${text} ${loop ?? '-'} ${inFunction ?? '-'}`),
      [
        'a - -',
        'b 1 -',
        'for i in c; do 1 -',
        'd 1 -',
        'e 1 -',
        'g - 0',
        'h 6 0',
        'i 6 0',
        'f - -',
        'case x in - -',
        'j - -',
      ],
    );
  });
});

describe('statements that are passed without a word', () => {
  const calls = async (script: string, place: Partial<ScriptPlace> = {}): Promise<string> => {
    const steps = await stepLast(`FROM x\nRUN <<EOF\n${script}\nEOF`, place);
    assert(!('reason' in steps));
    return [...steps.script.matchAll(/__dfd_(at|do|on|by) \d+|__dfd_last=!/g)]
      .map(([all, name]) => name ?? all)
      .join(' ');
  };

  it('are those that write nothing and start nothing', async () => {
    assert.equal(await calls('x=1; [ "$x" = 2 ]; test 1; : ; (( x += 1 )); [[ a = b ]]'), 'on on on on on on');
    assert.equal(await calls('for i in a b; do x=$i; done; case $x in a) ;; esac'), 'on on on');
    assert.equal(await calls('x=$(a); [ "$(b)" ]; : > c; for i in $(d); do :; done; y=1 test 2'), 'do do do do on do');
    assert.equal(await calls('sleep 1; cd /; export x=1; echo $(a); echo >&2'), 'do do do do do');
    assert.equal(await calls('echo one; printf two'), 'on by on by');
  });

  it('are calls of functions that tell themselves', async () => {
    assert.equal(await calls('f() { a; }; f; f > b; true() { c; }; true'), 'do on do do on');
    assert.equal(await calls('f() { a; }; f & f & wait; f'), 'do do do do', 'this one does not');
    assert.equal(await calls('f() ( a ); f'), 'at do');
  });

  it('are none that a copy of the shell may run', async () => {
    assert.equal(await calls('x=1; (y=2; z=3); x=4'), 'on __dfd_last=! at at on');
    assert.equal(await calls('f() { x=1; g; }; g() { y=2; }; h() { z=3; }; a=$(f); h'), 'at at at on do on');
  });

  it('are none in scripts that are traced or have traps', async () => {
    assert.equal(await calls('set -eux; x=1'), 'at at');
    assert.equal(await calls('x=1', { shell: ['bash', '-ex', '-c'] }), 'at');
    assert.equal(await calls('trap "echo bye" EXIT; x=1'), 'at at');
  });

  it('are none in a script that would be too long', async () => {
    assert.match(await calls('x=1\n'.repeat(900)), /^at at/);
  });
});

describe('what runs a script with its calls', () => {
  const args = async (text: string, place: Partial<ScriptPlace> = {}): Promise<unknown> => {
    const steps = await stepLast(`FROM x\n${text}`, place);
    return 'reason' in steps ? steps.reason : [...steps.shell, steps.script, ...steps.parameters];
  };

  it('is the shell of the stage', async () => {
    assert.deepEqual(await args('RUN a && b'), ['/bin/sh', '-c', '__dfd_do 0 "$@"; a && __dfd_do 1 "$@" && b']);
    for (const shell of [
      ['/bin/bash', '-o', 'pipefail', '-c'],
      ['bash', '-euxo', 'pipefail', '-c'],
      ['/bin/ash', '-eo', 'pipefail', '-c'],
      ['/bin/busybox', 'sh', '-ec'],
      ['bash', '--login', '-exc'],
      ['zsh', '-lc'],
    ]) {
      // A shell that says what it does is told of each command.
      const call = shell.some((word) => /^-\w*x/.test(word)) ? '__dfd_at' : '__dfd_do';
      assert.deepEqual(await args('RUN a', { shell }), [...shell, `${call} 0 "$@"; a`]);
    }
  });

  it('is what a script names in its first line', async () => {
    const script = async (line: string): Promise<unknown> => args(`RUN <<EOF\n${line}\na\nEOF`);
    const by = (line: string, ...shell: readonly string[]): unknown => [
      ...shell,
      `${line}\n__dfd_do 0 "$@"; a\n`,
      '/dev/pipes/EOF',
    ];
    for (const [line, ...shell] of [
      ['#!/bin/bash', '/bin/bash', '-c'],
      ['#! /bin/sh -eu ', '/bin/sh', '-eu', '-c'],
      ['#!/bin/sh -', '/bin/sh', '-c'],
      ['#!/usr/bin/env bash', '/usr/bin/env', 'bash', '-c'],
      ['#!/usr/bin/env -S bash -eu -o pipefail', '/usr/bin/env', 'bash', '-eu', '-o', 'pipefail', '-c'],
      ['#!/bin/busybox sh', '/bin/busybox', 'sh', '-c'],
    ] as const)
      assert.deepEqual(await script(line), by(line, ...shell));
    for (const line of [
      '#!/usr/bin/env python3',
      '#!/usr/bin/env bash -e',
      '#!/bin/sh -e -u',
      '#!/bin/bash file',
      '#!',
    ])
      assert.match(String(await script(line)), /^Only scripts of .*; this one begins with #!/);
  });

  it('is told apart from what has no statements', async () => {
    assert.match(await reason('FROM x\nRUN a', { os: 'windows' }), /Windows/);
    assert.match(await reason('FROM x\nRUN a', { shell: ['pwsh', '-c'] }), /SHELL is \["pwsh","-c"\]/);
    assert.match(await reason('FROM x\nRUN a', { shell: ['/bin/sh'] }), /SHELL is/);
    assert.match(await reason('FROM x\nRUN a', { shell: ['/bin/sh', '-c', 'x'] }), /SHELL is/);
    assert.match(await reason('FROM x\nRUN ["ls", "-c"]'), /without a shell/);
    assert.match(await reason('FROM x\nRUN ["sh", "file"]'), /without a shell/);
    assert.match(await reason('FROM x\nCOPY a b'), /COPY runs no script/);
    assert.match(await reason('FROM x\nRUN a && \\\n if b'), /not understood from line [23] on/);
    assert.match(await reason('FROM x\nRUN a; ! { b; }'), /not understood from line 2 on/);
    assert.match(await reason('FROM x\nRUN a <<b'), /here-documents|told apart/);
    assert.match(await reason('FROM x\nRUN <<E\r\na\r\nE\r\n'), /line endings/);
    assert.match(await reason('FROM x\nRUN f() { a | b; }; '), /^steps/);
    assert.match(await reason('FROM x\nRUN # nothing'), /Nothing/);
  });

  it('is accepted by shells, or refused with a reason, for every RUN of the fixtures', async () => {
    const folder = fileURLToPath(new URL('../../../fixtures', import.meta.url));
    let stepped = 0;
    const scripts: string[] = [];
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/dockerfile/i.test(name)) continue;
      const { instructions, escape } = parseDockerfile(readFileSync(join(folder, name), 'utf8'));
      for (const instruction of instructions) {
        const place = { shell: ['/bin/sh', '-c'], os: 'linux', escape };
        const steps = await stepInto(instruction.trigger ?? instruction, place, grammarFiles);
        if ('reason' in steps) assert.notEqual(steps.reason, '');
        else scripts.push(steps.script);
        stepped += 'reason' in steps ? 0 : 1;
      }
    }
    assert(stepped > 200, `${stepped} can be stepped through`);
    for (const shell of ['dash', 'bash']) {
      // What this shell does not understand without the calls does not count.
      const check = 'while [ $# -gt 0 ]; do "$0" -n -c "$1" && ! "$0" -n -c "$2" && echo "$2"; shift 2; done 2>&-';
      const pairs = scripts.flatMap((script) => [script.replace(hooks, ''), script]);
      const { stdout } = spawnSync(shell, ['-c', check, shell, ...pairs], { encoding: 'utf8' });
      assert.equal(stdout, '');
    }
  });
});
