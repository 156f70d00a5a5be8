import assert from 'node:assert/strict';
import { Session } from '../../support/dap/index.js';
import { engineAddress, secondPlatform } from '../../support/environment/engines.js';
import type { Files } from '../../support/dap/workspace.js';

/** The head of a program for a machine that nothing here can be or emulate (a DEC Alpha). */
function foreignProgram(): Uint8Array {
  const head = Buffer.alloc(128);
  head.write('\u007fELF\u0002\u0001\u0001', 'latin1');
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(0x9026, 18);
  head.writeUInt32LE(1, 20);
  head.writeUInt16LE(64, 52);
  return head;
}

describe('images in which no command can run by itself', () => {
  const builder = engineAddress('buildkitd');
  const stop = async (files: Files, more: object = {}, breakpoints: readonly string[] = ['here']): Promise<Session> => {
    const session = await Session.open({ files, launch: { builder, toolbox: 'busybox', ...more }, breakpoints });
    await session.start();
    return session;
  };

  it('a user that does not exist: root, with a word', async () => {
    await using session = await stop({ Dockerfile: 'FROM busybox\nUSER ghost\n# @stop here\nRUN true\n' });
    assert.equal(await session.evaluate('id -u'), '0');
    assert.match(session.output('console'), /does not know the user "ghost" .*: this runs as root\.\n/);
    const told = session.output('console').length;
    assert.equal(await session.evaluate('id -un'), 'root');
    assert.equal(session.output('console').length, told, 'it is said once');
  });

  it('a working directory that is a file: the root, with a word', async () => {
    const Dockerfile = 'FROM busybox\nWORKDIR /w\nRUN rmdir /w && touch /w\n# @stop here\nRUN true\n';
    await using session = await stop({ Dockerfile });
    assert.equal(await session.evaluate('pwd'), '/');
    assert.match(session.output('console'), /The working directory \/w cannot be entered/);
  });

  it('programs of another machine: those of the toolbox, with a word', async () => {
    const Dockerfile = 'FROM scratch\nCOPY --chmod=755 sh ls /bin/\n# @stop here\nCMD ["x"]\n';
    await using session = await stop({ Dockerfile, sh: foreignProgram(), ls: foreignProgram() });
    assert.equal(await session.evaluate('ls /bin'), 'ls\nsh');
    assert.match(session.output('console'), /are made for linux\/\w+, and this engine has no emulator for them/);
  });

  it('a platform that is emulated: its own shell', async () => {
    const Dockerfile = 'FROM busybox\n# @stop here\nRUN true\n';
    await using session = await stop({ Dockerfile }, { platforms: [secondPlatform()] });
    assert.equal(await session.evaluate('uname -m'), secondPlatform() === 'linux/arm64' ? 'aarch64' : 'x86_64');
  });

  it('SHELL that is not there, and one that is no shell: the next best', async () => {
    const Dockerfile =
      'FROM busybox\nSHELL ["/bin/bash", "-c"]\nENV A=1\n# @stop here\nSHELL ["python3", "-c"]\n# @stop later\nENV B=1\n';
    await using session = await stop({ Dockerfile }, {}, ['here', 'later']);
    assert.equal(await session.evaluate('echo $A'), '1');
    await session.go('continue');
    assert.equal(await session.evaluate('echo $A'), '1');
  });

  it('a shell that the failed step made: that one, not the toolbox', async () => {
    const Dockerfile =
      'FROM busybox AS tools\nFROM scratch\nRUN --mount=from=tools,target=/tools ["/tools/bin/sh", "-c", "/tools/bin/mkdir /bin; /tools/bin/cp /tools/bin/busybox /bin/sh; exit 3"]\n';
    await using session = await stop({ Dockerfile }, {}, []);
    assert.equal(session.here.reason, 'exception');
    assert.equal(await session.evaluate('echo $0'), '/bin/sh');
    assert.equal(await session.evaluate('[ -x /bin/sh ] && readlink /proc/$$/exe'), '/bin/sh');
  });

  it('nothing at all: the toolbox that is the default', async () => {
    const files = { Dockerfile: 'FROM scratch\nUSER 1000:1000\n# @stop here\nCMD ["x"]\n' };
    await using session = await Session.open({ files, launch: { builder }, breakpoints: ['here'] });
    await session.start();
    assert.equal(await session.evaluate('id -u; ls /.dbg/bin/busybox'), '1000\n/.dbg/bin/busybox');
    assert.match(await session.evaluate('echo x > /.dbg/x'), /Read-only file system/);
  });

  it('no toolbox to be had: says why and what to set, for commands and shells, and files can still be looked at', async () => {
    const files = { Dockerfile: 'FROM scratch\nCOPY a.txt /\n# @stop here\nCMD ["x"]\n', 'a.txt': 'a' };
    await using session = await stop(files, { toolbox: 'nowhere/tools:1' });
    const words =
      /no shell that could run here, and the toolbox "nowhere\/tools:1" cannot be had: .*not found.*Set "toolbox"/s;
    await assert.rejects(session.evaluate('id'), words);
    await session.evaluate(':shell');
    await session.client.terminals[0]?.seen(words);
    assert.equal((await session.variable('Files', 'a.txt')).name, 'a.txt');
    await using none = await stop(files, { toolbox: 'none' });
    await assert.rejects(none.evaluate('id'), /no toolbox is wanted/);
  });

  it('a stage that is still to come: says so, and runs nothing of it', async () => {
    const Dockerfile = `FROM busybox AS base
RUN echo ran > /base
FROM busybox AS other
RUN echo ran > /other
# @stop from
FROM base
# @stop here
RUN --mount=from=other,target=/other ls /other
`;
    await using session = await stop({ Dockerfile }, {}, ['from', 'here']);
    assert.equal(await session.evaluate('ls /base 2>/dev/null || echo nothing'), 'nothing');
    assert.match(session.output('console'), /The stage base has not run yet: this is an empty file system/);
    await session.go('continue');
    assert.equal(session.here.line, session.workspace.line('here'));
    assert.equal(await session.evaluate('cat /base; ls /other 2>/dev/null || echo nothing'), 'ran\nnothing');
    assert.match(session.output('console'), /\/other is not mounted: the stage other has not run yet/);
    assert.doesNotMatch(session.output(), /RUN echo ran > \/other.*(done|s$)/m);
  });

  it('advises what works there, where a step of it fails', async () => {
    const cases = [
      ['USER app\nRUN ["/x"]', /Write a number: USER 1000; or bring the file: COPY --from=STAGE \/etc\/passwd/],
      ['SHELL ["/bin/bash", "-c"]\nRUN id', /and no other shell is\. COPY a statically linked one/],
      ['RUN ["/bin/ls"]', /The image has no \/bin\/ls, and no shell to install it with\./],
      ['RUN id', /no shell to run the command with\. COPY a statically linked program/],
    ] as const;
    for (const [steps, words] of cases) {
      await using session = await Session.open({
        files: { Dockerfile: `FROM scratch\nCOPY x /\n${steps}\n`, x: 'x' },
        launch: { builder },
      });
      await session.start();
      assert.match(session.output(), words);
      assert.doesNotMatch(session.output(), /in a RUN above|earlier step/);
    }
  });
});
