import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

/** Types into the terminal that was opened last, once the prompt is there. */
async function openShell(session: Session, command: string, prompt: RegExp): Promise<Terminal> {
  const { terminals } = session.client;
  const before = terminals.length;
  await session.evaluate(command);
  const terminal = terminals[before];
  assert.ok(terminal !== undefined, `${command} opened a terminal`);
  await terminal.seen(prompt);
  return terminal;
}

type Terminal = Session['client']['terminals'][number];

describe('shells in terminals', () => {
  const builder = engineAddress('buildkitd');
  const open = (Dockerfile: string, launch: object = {}): Promise<Session> =>
    Session.open({
      files: { Dockerfile },
      terminal: 'tmux',
      launch: { builder, toolbox: 'busybox', ...launch },
    });
  const failing = `FROM busybox AS build
WORKDIR /src
# @stop fails
RUN touch made && exit 3
`;

  it('name stage, line and state in the prompt', async () => {
    await using session = await open(failing);
    await session.start();
    const shell = await openShell(session, ':shell', /\[build:4 failed\] \/src #/);
    shell.type('ls; echo "code $?"\r');
    await shell.seen(/^made\ncode 0$/m);
    await session.evaluate(':state initial');
    const other = await openShell(session, ':shell', /\[build:4 initial\] \/src #/);
    other.type('ls; echo "code $?"\r');
    await other.seen(/^code 0$/m);
    assert.doesNotMatch(other.screen(), /^made$/m);
  });

  it('have a container each; --same joins that of the last, and outlives it', async () => {
    await using session = await open(failing);
    await session.start();
    const first = await openShell(session, ':shell', /\/src #/);
    first.type('echo one > note; sleep 1000 &\r');
    await first.seen(/\/src # $|\/src #$/);
    const joined = await openShell(session, ':shell --same', /\/src #/);
    joined.type('cat note; ps | grep -c "[s]leep 1000"\r');
    await joined.seen(/^one\n1$/m);
    const own = await openShell(session, ':shell', /\/src #/);
    own.type('cat note; echo "code $?"\r');
    await own.seen(/^code 1$/m);
    first.type('false; exit 5\r');
    await first.seen(/\[exit 5\]/);
    joined.type('echo still $((20 + 22))\r');
    await joined.seen(/^still 42$/m);
    assert.match(await session.evaluate('cat note'), /exit code 1/);
  });

  it('are as large as their terminal, take its keys, and end with a code when they are killed', async () => {
    await using session = await open(failing);
    await session.start();
    const shell = await openShell(session, ':shell', /\/src #/);
    await shell.resize(91, 33);
    shell.type('until [ "$(stty size)" = "33 91" ]; do :; done; echo fits\r');
    await shell.seen(/^fits$/m);
    // Printed by what gets the signal: the shell itself misses one that comes while it starts a program.
    shell.type(`sh -c 'echo up; exec sleep 3333'\r`);
    await shell.seen(/^up$/m);
    shell.type('\u0003');
    await shell.seen(/\^C\n.*#/);
    const joined = await openShell(session, ':shell --same', /\/src #/);
    shell.type('kill -KILL $$\r');
    await shell.seen(/\[exit 137\]/);
    joined.type('echo still $((20 + 22))\r');
    await joined.seen(/^still 42$/m);
  });

  it('that are killed say nothing of ours, and leave those that joined them, with bash as with any other', async () => {
    const Dockerfile = 'FROM debian\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN exit 3\n';
    await using session = await open(Dockerfile);
    await session.start();
    const shell = await openShell(session, ':shell', /3 failed\] \/ #/);
    const joined = await openShell(session, ':shell --same', /3 failed\] \/ #/);
    shell.type('kill -KILL $$\r');
    await shell.seen(/\[exit 137\]/);
    assert.doesNotMatch(shell.screen(), /supervise|Killed|read error/);
    joined.type('sleep 1; echo still $((20 + 22))\r');
    await joined.seen(/^still 42$/m);
  });

  it('--same without another shell joins the commands of the console; :reset ends it with words', async () => {
    await using session = await open(failing);
    await session.start();
    await session.evaluate('echo from the console > note');
    const shell = await openShell(session, ':shell --same', /\/src #/);
    shell.type('cat note\r');
    await shell.seen(/^from the console$/m);
    shell.type('echo from the shell > note\r');
    await shell.seen(/# echo from the shell > note\n.*#/);
    assert.equal(await session.evaluate('cat note'), 'from the shell');
    assert.match(await session.evaluate('exit 4'), /exit code 4/);
    shell.type('echo alive\r');
    await shell.seen(/^alive$/m);
    assert.match(await session.evaluate(':reset'), /fresh container/);
    await shell.seen(/The container of this shell is gone/);
    assert.match(await session.evaluate('cat note'), /No such file/i);
  });

  it('end with all that they started when their terminal is closed', async () => {
    await using session = await open(failing);
    await session.start();
    const shell = await openShell(session, ':shell --same', /\/src #/);
    shell.type('sleep 3333\r');
    await shell.seen(/sleep 3333$/m);
    const running = 'ps -o args | grep -q "^[s]leep"';
    assert.equal(await session.evaluate(`until ${running}; do :; done; echo runs`), 'runs');
    await shell[Symbol.asyncDispose]();
    // It ends when none is left; else the test takes too long.
    assert.equal(await session.evaluate(`while ${running}; do :; done; echo gone`), 'gone');
  });

  it('whose terminal is killed in the middle of output hang up, and nothing else ends', async () => {
    await using session = await open(failing);
    await session.start();
    for (const ends of [1, 2, 3]) {
      const shell = await openShell(session, ':shell', /\/src #/);
      shell.type('while :; do echo so much to say that nobody reads it; done\r');
      await shell.seen(/to say that[^]*to say that/);
      process.kill(shell.pid, 'SIGKILL');
      assert.equal(await session.evaluate(`echo ${ends}`), String(ends));
    }
    assert.equal(session.client.wire.stderr, '');
  });

  it('share the container of the console where a cache mount is locked, and say so', async () => {
    const id = `cache-${randomBytes(6).toString('hex')}`;
    await using session = await open(`FROM busybox AS build
RUN --mount=type=cache,id=${id},target=/cache,sharing=locked echo kept > /cache/kept && exit 3
`);
    await session.start();
    assert.equal(await session.evaluate('cat /cache/kept'), 'kept');
    const first = await openShell(session, ':shell', /build:2 failed/);
    assert.match(first.screen().replaceAll('\n', ''), new RegExp(`The cache mount "/?${id}" has sharing=locked`));
    const second = await openShell(session, ':shell', /build:2 failed/);
    first.type('echo more > /cache/more\r');
    await first.seen(/> \/cache\/more\n.*#/);
    second.type('cat /cache/kept /cache/more\r');
    await second.seen(/^kept\nmore$/m);
  });

  it('are those of the toolbox where the image has none', async () => {
    await using session = await open('FROM scratch\nUSER 1000:1000\nWORKDIR /data\nCOPY missing /\n');
    await session.start();
    const shell = await openShell(session, ':shell', /\[stage-0:4 initial\] \/data \$/);
    shell.type('id; ls -a /; echo "$PATH"\r');
    await shell.seen(/^uid=1000 gid=1000/m);
    await shell.seen(/:\/bin:\/\.dbg\/bin/);
  });

  // Debian's busybox is built without histories.
  it('hold the failed command in their history', async () => {
    await using session = await open('FROM debian\nRUN echo "it\'s $HOME" && exit 3\n');
    await session.start();
    const shell = await openShell(session, ':shell', /\[stage-0:2 failed\] \/ #/);
    shell.type('\u001b[A');
    await shell.seen(/# echo "it's \$HOME" && exit 3$/m);
  });

  it('are bash where the image has it, with a file for the command that has several lines', async () => {
    await using session = await open('FROM debian\nRUN <<EOF\necho first\nexit 6\nEOF\n');
    await session.start();
    const shell = await openShell(session, ':shell', /\[stage-0:2 failed\] \/ #/);
    shell.type('echo "it is ${BASH_VERSION%%.*}"\r');
    await shell.seen(/^it is \d$/m);
    shell.type('\u001b[A\u001b[A\r');
    await shell.seen(/^first$/m);
  });

  it('are what the user names, or say that the image does not have it', async () => {
    await using named = await open('FROM debian\nRUN exit 1\n', { shell: ['sh', '-c', 'echo mine; exec sh'] });
    await named.start();
    const mine = await openShell(named, ':shell', /^mine$/m);
    assert.ok(mine.screen().includes('mine'));
    await using missing = await open('FROM busybox\nRUN exit 1\n', { shell: ['fish', '-i'] });
    await missing.start();
    const other = await openShell(missing, ':shell', /stage-0:2 failed/);
    assert.match(other.screen().replaceAll('\n', ''), /fish is not in this image/);
  });
});
