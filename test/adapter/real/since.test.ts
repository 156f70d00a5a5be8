/** Which instruction made a command answer as it does. */
import assert from 'node:assert/strict';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const Dockerfile = `FROM busybox AS base
RUN echo one > /tool
ENV MODE=slow
FROM base
WORKDIR /srv
RUN echo a > a
ENV MODE=fast
RUN rm /tool
RUN echo b > b
RUN echo half > half && test -e /tool
`;

describe('since when a command answers as it does', () => {
  it('is found in files, environment and directory, through the stages', async () => {
    await using session = await Session.open({
      files: { Dockerfile },
      launch: { builder: engineAddress('buildkitd') },
    });
    await session.start();
    assert.equal(session.here.line, 10);
    const since = (command: string): Promise<string> => session.evaluate(`:since ${command}`);
    const cases: readonly (readonly [string, RegExp])[] = [
      ['test -e /tool', /^Here: exit code 1\nSince RUN rm \/tool \(line 8\)\. Before it: exit code 0$/],
      [
        '--output echo "$MODE"',
        /^Here: exit code 0\n {2}fast\nSince ENV MODE=fast \(line 7\)\. Before it: [^]*\n {2}slow$/,
      ],
      ['echo "$MODE"', /^Here: [^]*\nSo it is from the base image on\.$/],
      ['pwd | grep -q srv', /Since WORKDIR \/srv \(line 5\)/],
      ['test -e half', /Since RUN echo half > half && test -e \/tool \(line 10\)/],
      ["'open", /unterminated quoted string\nSo it is from the base image on/],
    ];
    for (const [command, expected] of cases) assert.match(await since(command), expected, command);
    await session.evaluate(':state initial');
    assert.match(await since('test -e half'), /^Here: exit code 1\nSo it is from the base image on\.$/);
    await session.go('stepBack');
    await session.go('stepBack');
    assert.equal(session.here.line, 8);
    assert.match(
      await since('test -e /tool'),
      /^Here: exit code 0\nSince RUN echo one > \/tool \(line 2\)\. Before it: exit code 1$/,
    );
    await assert.rejects(since(''), /Say which command is to be run/);
    await assert.rejects(since('--outptu date'), /:since knows no --outptu\./);
  });

  it('is not taken from mounts that other steps have', async () => {
    const text = `FROM busybox
RUN touch /early
RUN --mount=type=cache,target=/cache,id=since-cache,sharing=locked echo y > /cache/file
RUN --mount=type=secret,id=token --mount=from=busybox,target=/other,rw touch /other/new && false
`;
    const launch = { builder: engineAddress('buildkitd'), secrets: ['id=token,env=HOME'] };
    await using session = await Session.open({ files: { Dockerfile: text }, launch });
    await session.start();
    assert.equal(session.here.line, 4);
    const since = (command: string): Promise<string> => session.evaluate(`:since ${command}`);
    const always = /So it is from the base image on, or by what is mounted in this step\.$/;
    assert.match(await since('test -e /cache/file'), always);
    assert.match(await since('test -e /run/secrets/token'), always);
    assert.match(await since('test -e /other/bin/sh'), always);
    assert.match(await since('test -e /other/new'), /Since RUN .* \(line 4\)\. Before it: exit code 1$/);
    await session.go('stepBack');
    assert.equal(session.here.line, 3);
    assert.match(await since('test -e /cache/file'), always);
    assert.match(await since('test -e /early'), /Since RUN touch \/early \(line 2\)/);
  });

  it('is what the commands of a RUN have done so far, within it, and what the base has at FROM', async () => {
    const text = `FROM busybox AS base
RUN touch /a
FROM base
RUN touch /b
RUN rm /a; touch /c; test -e /a; false
`;
    const launch = { builder: engineAddress('buildkitd') };
    await using session = await Session.open({ files: { Dockerfile: text }, launch });
    await session.start();
    await session.go('stepIn');
    await session.go('next');
    const since = (command: string): Promise<string> => session.evaluate(`:since ${command}`);
    const here = /Since RUN rm \/a; touch \/c.* \(line 5\)\. Before it: exit code 0$/;
    assert.match(await since('test -e /a'), here);
    assert.match(await since('test -e /b'), /^Here: exit code 0\nSince RUN touch \/b \(line 4\)/);
  });

  it('is told where an image before has no shell', async () => {
    const scratch = 'FROM scratch\nCOPY --from=busybox /bin/busybox /bin/sh\nRUN ["/bin/sh", "-c", "false"]\n';
    const launch = { builder: engineAddress('buildkitd'), toolbox: 'none' };
    await using session = await Session.open({ files: { Dockerfile: scratch }, launch });
    await session.start();
    const text = await session.evaluate(':since echo yes');
    assert.match(
      text,
      /^Here: exit code 0\n {2}yes\nSince COPY --from=busybox [^]* \(line 2\)\. Before it: it could not be run: /,
    );
  });
});
