import assert from 'node:assert/strict';
import { openSilentRegistry } from '../support/environment/silent-registry.js';
import { openTerminal } from './terminal.js';

const failing = {
  Dockerfile: [
    'FROM busybox AS build',
    'ENV WORD=hello',
    'WORKDIR /src',
    '# @stop fails',
    'RUN echo printed by the step && \\',
    '    exit 3',
    'CMD ["true"]',
    '',
  ].join('\n'),
};

describe('the terminal debugger in a terminal', () => {
  it('shows where a build failed and lets the user look around', async () => {
    await using terminal = await openTerminal(failing);
    const screen = await terminal.ready();
    assert.match(screen, /^ {3}5 \| >>> RUN echo printed by the step && \\$/m);
    assert.match(screen, /^ {3}6 \| >>> {5}exit 3$/m);
    assert.match(screen, /failed with exit code 3/);
    assert.match(screen, /printed by the step$/m);
    assert.match(screen, /\[build:5 failed\]\$$/);

    assert.match(await terminal.run('pwd; echo $WORD; id -un'), /^\/src\nhello\nroot\n/);
    assert.match(
      await terminal.run(`printf 'a\\033[6n\\033[2Jb\\n'`),
      /^ab\n/,
      'it does not clear the screen, nor asks it',
    );
    assert.match(await terminal.run('exit 42'), /^exit code 42\n/);
    assert.match(await terminal.run('$WORD'), /^hello .*line 2/);
    assert.match(await terminal.run(':where'), /^> 0 .*RUN echo printed .*line 5/);
    assert.match(await terminal.run(':vars env'), /WORD = hello/);
    assert.match(await terminal.run(':vars step'), /changes = nothing changed/);
    assert.match(await terminal.run(':diff'), /RUN echo printed .*\(line 5\): nothing changed/);
    assert.match(await terminal.run(':diff stage'), /^A \/src\/$/m);
    assert.match(await terminal.run(':state initial'), /\[build:5 initial\]\$$/);
    assert.match(await terminal.run(':list 2'), />>> ENV WORD=hello/);
    assert.match(await terminal.run(':nonsense'), /no command :nonsense/);
    const help = await terminal.run(':help');
    for (const command of [':next', ':restart', ':shell', ':state', ':rerun']) assert.ok(help.includes(command), help);
    assert.match(await terminal.run(':help diff'), /^:diff \[LINE.*\n[^]*E\.g\. :diff 4 7$/m);
    assert.match(await terminal.run(':help c'), /^:continue\n {2}run to the next stop.*\n {2}E\.g\. :continue$/m);
  });

  it('says what is wrong with a breakpoint, and what a watched thing has become', async () => {
    await using terminal = await openTerminal(failing);
    await terminal.ready();
    assert.match(await terminal.run(':break 5 if'), /^After the place there is a rule/);
    assert.match(await terminal.run(':break 5 wibble'), /^After the place there is a rule/);
    assert.match(await terminal.run(':break 5 hits 0'), /The hit count "0" is not understood/);
    await terminal.run(':delete all');
    await terminal.run(':watch $WORD');
    await terminal.run(':goto 1');
    assert.match(await terminal.run(':continue'), /Stopped: Paused on data breakpoint: \$?WORD .*line 2/);
  });

  it('says what it has rescued from a failed step', async () => {
    await using terminal = await openTerminal(failing, ['--rescue', '/etc/passwd', '.']);
    assert.match(await terminal.ready(), /^Rescued \/etc\/passwd: rescued\/etc\/passwd$/m);
  });

  it('opens a shell in the step, with its size, and takes the prompt back', async () => {
    await using terminal = await openTerminal(failing);
    await terminal.ready();
    const { tmux } = terminal;
    tmux.type(':shell\r');
    await tmux.seen(/# $|#$/);
    tmux.type('stty size; echo "in $PWD: $WORD"\r');
    await tmux.seen(/^40 100\nin \/src: hello$/m);
    // It tells by itself when the size changes: nothing to wait for blindly.
    tmux.type(`sh -c 'trap "stty size; exit" WINCH; echo ready; while :; do sleep 1; done'\r`);
    await tmux.seen(/^ready$/m);
    await tmux.resize(83, 27);
    await tmux.seen(/^27 83$/m);
    tmux.type('echo left > /src/note; exit\r');
    await tmux.seen(/exit\n[^]*\[build:5 failed\]\$$/);
    assert.match(await terminal.run('echo still here'), /^still here\n/);
  });

  it('keeps its own line while a shell gets Ctrl-C', async () => {
    await using terminal = await openTerminal(failing);
    await terminal.ready();
    const { tmux } = terminal;
    tmux.type(':shell\r');
    await tmux.seen(/#$/);
    // Printed by what gets the signal: the shell itself misses one that comes while it starts a program.
    tmux.type(`sh -c 'echo up; exec sleep 60'\r`);
    await tmux.seen(/^up$/m);
    tmux.type('\x03');
    await tmux.seen(/\^C\n.*#$/);
    tmux.type('exit\r');
    await tmux.seen(/exit\n[^]*\[build:5 failed\]\$$/);
  });

  it('cancels a command with Ctrl-C, drops a line, and leaves on the second', async () => {
    await using terminal = await openTerminal(failing);
    await terminal.ready();
    const { tmux } = terminal;
    tmux.type('echo started && sleep 60\r');
    await tmux.seen(/^started$/m);
    tmux.type('\x03');
    await tmux.seen(/Cancelled\.\n\[build:5 failed\]\$$/);
    tmux.type('half a line');
    await tmux.seen(/half a line$/);
    tmux.type('\x03');
    await tmux.seen(/half a line\^C\n\[build:5 failed\]\$$/);
    tmux.type('\x03');
    await tmux.seen(/again quits\)\n\[build:5 failed\]\$$/);
    tmux.type('\x03');
    await tmux.seen(/^\[exit 130\]$/m);
  });

  it('builds again after a fix and exits with 0', async () => {
    await using terminal = await openTerminal(failing);
    await terminal.ready();
    terminal.workspace.edit('exit 3', 'true');
    terminal.tmux.type(':restart\r');
    const screen = await terminal.tmux.seen(/^\[exit \d+\]$/m, 60_000);
    assert.match(screen, /^\[exit 0\]$/m);
    assert.match(screen, /Build finished/);
  });

  it('stops at breakpoints and steps', async () => {
    await using terminal = await openTerminal(failing, ['--break', '2', '--break', 'RUN', '.']);
    assert.match(await terminal.ready(), /2●\| >>> ENV WORD=hello[^]*\[build:2\]\$$/);
    assert.match(await terminal.run(':next'), /3 \| >>> WORKDIR \/src[^]*\[build:3\]\$$/);
    assert.match(
      await terminal.run(':continue'),
      /5 \| >>> RUN echo[^]*Stopped: Paused on function breakpoint[^]*\[build:5\]\$$/,
    );
    assert.match(await terminal.run('ls -d /src; echo $WORD'), /^\/src\nhello\n/);
    assert.match(await terminal.run(':break'), /^1 {2}line 2\n2 {2}RUN\n/);
    assert.match(await terminal.run(':break 2 hits x'), /Not set: line 2 hits x: .*\n.*stays: line 2\n/s);
    assert.match(await terminal.run(':break'), /^1 {2}line 2\n2 {2}RUN\n/);
    assert.match(await terminal.run(':delete all'), /No breakpoints/);
    assert.match(await terminal.run(':continue'), /failed with exit code 3/);
    terminal.tmux.type(':quit\r');
    await terminal.tmux.seen(/^\[exit 1\]$/m);
  });

  it('goes back, stops where a condition holds, writes log messages, and takes edits', async () => {
    await using terminal = await openTerminal(failing, ['--break', '2', '.']);
    await terminal.ready();
    await terminal.run(':break 3 if test -e /nothing');
    await terminal.run(':break 5 log word is {$WORD}');
    const failed = await terminal.run(':continue');
    assert.match(failed, /^word is hello$/m);
    assert.match(failed, /failed with exit code 3/);
    const back = await terminal.run(':back');
    assert.match(back, /Stopped: Paused on step[^]*\[build:3\]\$$/);
    assert.doesNotMatch(back, /stopped too/);
    await terminal.run(':goto 1');
    assert.match(await terminal.run(':back'), /1 \| >>> FROM[^]*Stopped: Paused before the first instruction/);
    assert.match(await terminal.run(':goto 3'), /3●\| >>> WORKDIR \/src[^]*\[build:3\]\$$/);
    terminal.workspace.edit('exit 3', 'true');
    assert.match(await terminal.run(':apply'), /Building with the edits[^]*\[build:3\]\$$/);
    terminal.tmux.type(':continue\r');
    await terminal.tmux.seen(/Build finished/);
  });

  it('keeps the stop when edits cannot be built, and takes them once they can', async () => {
    await using terminal = await openTerminal(failing);
    await terminal.ready();
    terminal.workspace.edit('RUN echo', 'RUNN echo');
    for (const command of [':apply', ':restart', ':retry'])
      assert.match(await terminal.run(command), /Unknown instruction "RUNN"[^]*\[build:5 failed\]\$$/);
    assert.match(await terminal.run('pwd'), /^\/src\n/m);
    terminal.workspace.edit('RUNN echo', 'RUN echo');
    terminal.workspace.edit('exit 3', 'true');
    assert.match(await terminal.run(':apply'), /Building with the edits[^]*\[build:5\]\$$/);
  });

  it('keeps the stop when only the engine sees what is wrong with the edits', async () => {
    await using terminal = await openTerminal(failing);
    await terminal.ready();
    const { workspace } = terminal;
    const faults: readonly (readonly [string, RegExp])[] = [
      ['# syntax=127.0.0.1:1/none\nFROM busybox AS', /127\.0\.0\.1:1/],
      ['FROM 127.0.0.1:1/none AS', /Dockerfile:1: [^]*127\.0\.0\.1:1/],
      [
        'FROM busybox AS build\nRUN --mount=type=nothing true\nRUN true #',
        /Dockerfile:2: unsupported mount type "nothing"/,
      ],
    ];
    for (const [fault, words] of faults) {
      workspace.edit('FROM busybox AS', fault);
      for (const command of [':restart', ':apply', ':retry']) {
        const said = await terminal.run(command);
        assert.match(said, words);
        assert.match(said, /\[build:5 failed\]\$$/);
      }
      assert.match(await terminal.run('pwd'), /^\/src\n/m);
      workspace.write('Dockerfile', failing.Dockerfile);
    }
    workspace.edit('exit 3', 'true');
    assert.match(await terminal.run(':apply'), /Building with the edits[^]*\[build:5\]\$$/);
  });

  it('waits for no registry that does not answer: Ctrl-C gives the build up', async () => {
    await using registry = await openSilentRegistry();
    const silent = `FROM ${registry.address}/none AS`;
    await using terminal = await openTerminal(failing);
    await terminal.ready();
    await terminal.run('echo kept > /mine');
    terminal.workspace.edit('FROM busybox AS', silent);
    terminal.tmux.type(':restart\r');
    await registry.asked();
    await terminal.tmux.seen(/=> \[internal\] load metadata for 127\S+, \d.*\n {3}Ctrl-C goes back to the stop\.$/);
    terminal.tmux.type('\x03');
    await terminal.tmux.seen(/given up\.\nThe stop at Dockerfile:5 \(.*\) is as it was\.\n\[build:5 failed\]\$$/);
    assert.match(await terminal.run('cat /mine'), /^kept$/m);
    await using first = await openTerminal({ Dockerfile: `${silent} build\nRUN true\n` });
    await registry.asked();
    first.tmux.type('\x03');
    await first.tmux.seen(/^\[exit 130\]$/m);
  });

  it('completes commands and variables, and remembers lines', async () => {
    await using terminal = await openTerminal(failing);
    await terminal.ready();
    const { tmux } = terminal;
    tmux.type(':sh\t');
    await tmux.seen(/\$ :shell$/);
    tmux.type('\x15echo $WO\t');
    await tmux.seen(/\$ echo \$WORD$/);
    tmux.type('\r');
    await tmux.seen(/^hello\n.*\$$/m);
    tmux.type('\x1b[A');
    await tmux.seen(/\$ echo \$WORD$/);
  });

  it('completes what follows a command: places, states, names, paths here and there', async () => {
    await using terminal = await openTerminal(failing);
    await terminal.ready();
    const { tmux } = terminal;
    for (const [typed, completed] of [
      [':break build:RU', ':break build:RUN'],
      [':break 5 l', ':break 5 log'],
      [':help conti', ':help continue'],
      [':help resta', ':help restart'],
      [':diff init', ':diff initial'],
      [':diff stage fai', ':diff stage failed'],
      [':state ini', ':state initial'],
      [':blame /etc/passw', ':blame /etc/passwd'],
      [':find x /us', ':find x /usr/'],
      [':save /etc/passwd Docker', ':save /etc/passwd Dockerfile'],
      [':save /etc/passw', ':save /etc/passwd'],
      [':vars envi', ':vars environment'],
    ] as const) {
      tmux.type(`\x15${typed}\t`);
      await tmux.seen(new RegExp(`\\$ ${completed}$`));
    }
    tmux.type('\x15:goto \t\t');
    await tmux.seen(/^1 +2 +3 +5 +7\n/m);
  });

  it('refuses what a command does not take, and knows what was meant', async () => {
    await using terminal = await openTerminal(failing);
    await terminal.ready();
    assert.match(await terminal.run(':next 3'), /^:next takes no words, and "3" follows it\./);
    assert.match(await terminal.run(':retry now'), /^:retry takes no words, and "now" follows it\./);
    assert.match(await terminal.run(':'), /^A command follows the colon at once\./);
    assert.match(await terminal.run(':nxet'), /^There is no command :nxet\. Did you mean :next\?/);
    assert.match(await terminal.run(':rerum'), /^There is no command :rerum\. Did you mean :rerun\?/);
    assert.match(await terminal.run(':help contineu'), /Did you mean :continue\?/);
    assert.match(await terminal.run(':list 99'), /^"99" is no line of the Dockerfile: it has 8\./);
    assert.match(await terminal.run(':apply'), /^There is nothing to apply/);
    assert.match(await terminal.run(':watch src/x'), /changes \/src\/src\/x\./);
    assert.match(await terminal.run(':restart WROD=1'), /^No ARG of this Dockerfile declares WROD[^]*exit code 3/m);
  });

  it('shows what runs, pauses on Ctrl-C and goes on', async () => {
    const salt = `${process.pid}-${performance.now()}`;
    await using terminal = await openTerminal({
      Dockerfile: `FROM busybox\nRUN echo ${salt} && echo under way && sleep 60\nRUN true\n`,
    });
    const { tmux } = terminal;
    await tmux.seen(/^=> \[.*:2\] RUN echo .* \d+\.\ds$[^]*^ {3}under way$/m, 60_000);
    tmux.type('\x03');
    await tmux.seen(/>>> RUN echo[^]*\]\$$/);
    tmux.type(':quit\r');
    await tmux.seen(/^\[exit 1\]$/m);
  });

  it('quits on the second Ctrl-C, also when the stop has come meanwhile', async () => {
    const salt = `${process.pid}-${performance.now()}`;
    await using terminal = await openTerminal({ Dockerfile: `FROM busybox\nRUN echo ${salt} && sleep 60\n` });
    const { tmux } = terminal;
    await tmux.seen(/^=> \[.*:2\] RUN echo .* \d+\.\ds$/m, 60_000);
    tmux.type('\x03');
    await tmux.seen(/^Pausing … \(Ctrl-C again quits\)$/m);
    tmux.type('\x03');
    await tmux.seen(/^\[exit 130\]$/m);
  });

  it('says where each platform stands, and that another one stopped too', async () => {
    const Dockerfile = 'FROM busybox\nRUN true\n';
    const platforms = ['--platform', 'linux/amd64,linux/arm64'];
    await using terminal = await openTerminal({ Dockerfile }, [...platforms, '--break', '2', '.']);
    await terminal.tmux.seen(/^linux\/\w+ stopped too, at line 2: RUN true \(:thread \d looks at it\)$/m, 60_000);
    const stopped = /linux\/amd64 {2}stopped at line 2: RUN true\n.*linux\/arm64 {2}stopped at line 2: RUN true$/m;
    assert.match(await terminal.run(':thread'), stopped);
    assert.match(
      await terminal.run(':thread arm64'),
      /^> 2 {2}linux\/arm64 {2}stopped[^]*\[linux\/arm64 stage-0:2\]\$$/m,
    );
  });

  it('asks the user also when the Dockerfile came through standard input', async () => {
    await using terminal = await openTerminal({ file: failing.Dockerfile }, ['-'], { input: 'file' });
    assert.match(await terminal.ready(), /failed with exit code 3/);
    assert.match(await terminal.run('echo $WORD'), /^hello\n/);
    terminal.tmux.type(':shell\r');
    await terminal.tmux.seen(/#$/);
    terminal.tmux.type('exit\r');
    await terminal.tmux.seen(/exit\n[^]*\[build:5 failed\]\$$/);
    terminal.tmux.type(':quit\r');
    await terminal.tmux.seen(/^\[exit 1\]$/m);
  });
});
