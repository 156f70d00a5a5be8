/** Why steps were not taken from the cache. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const Dockerfile = `FROM busybox
ARG GREETING=hello
COPY package.json .
RUN echo install > /installed
RUN echo between > /between
COPY src src
RUN --mount=type=bind,source=tools,target=/tools echo "$GREETING" > /g
RUN false
`;
/** The engine has the results of an earlier run of these tests. */
const fresh = `${process.hrtime.bigint()}`;
const files = { Dockerfile, 'package.json': fresh, 'src/a.js': 'a', 'src/b.js': 'b', 'tools/t': 't' };

describe('why a step runs', () => {
  it('is told by what is different from the last build', async () => {
    await using session = await Session.open({ files, launch: { builder: engineAddress('buildkitd') } });
    const why = async (line: number): Promise<string> => await session.evaluate(`:why ${line}`);
    const again = async (buildArgs?: object): Promise<void> => {
      if (buildArgs === undefined) await session.client.request('restart', {});
      else
        await session.evaluate(
          `:restart ${Object.entries(buildArgs)
            .map((pair) => pair.join('='))
            .join(' ')}`,
        );
      await session.outcome();
    };
    await session.start();
    assert.match(await why(4), /^No build of this Dockerfile before this one is known here/);
    const write = (name: string, text: string): void => writeFileSync(session.workspace.path(name), text + fresh);

    write('src/c.js', 'c');
    await again();
    assert.equal(await why(4), 'RUN (line 4) did not run: its result was in the cache.');
    const saved = /COPY \(line 6\) runs because the build context has changed: src\/c\.js is new or saved/;
    assert.match(await why(6), saved);
    assert.match(await why(7), /^RUN \(line 7\) runs because what it builds on did, from COPY \(line 6\) on\. /);
    assert.match(await why(7), saved);
    assert.match(await why(2), /^ARG \(line 2\) runs nothing/);

    await again({ GREETING: 'hi' });
    assert.equal(await why(4), 'RUN (line 4) runs because GREETING has another value.');

    write('tools/t', 'other');
    await again();
    assert.match(await why(7), /the build context has changed: tools\/t is new or saved/);

    session.workspace.edit('echo install', 'echo install more');
    await again();
    assert.match(
      await why(4),
      /^RUN \(line 4\) was edited since the last build: it was "RUN echo install > \/installed"\.$/,
    );

    session.workspace.edit('RUN echo between > /between\n', '');
    await again();
    assert.match(
      await why(5),
      /^COPY \(line 5\) runs because it comes after RUN \(line 4\) now, and came after "RUN echo between > \/between" before\.$/,
    );

    rmSync(session.workspace.path('src/c.js'));
    await again();
    assert.match(
      await why(5),
      /^Nothing that COPY \(line 5\) says has changed .*, a file that it takes was removed, or/,
    );
  });

  it('is told at a stop for a cache miss', async () => {
    const launch = { builder: engineAddress('buildkitd') };
    await using session = await Session.open({ files, launch, filters: ['failed'] });
    await session.start();
    writeFileSync(session.workspace.path('src/a.js'), `changed ${fresh}`);
    await session.client.request('setExceptionBreakpoints', { filters: ['uncached'] });
    await session.client.request('restart', {});
    const stop = await session.outcome();
    assert.equal(stop.kind === 'stopped' && stop.line, 6);
    assert.match(session.here.text ?? '', /^COPY \(line 6\) runs because the build context has changed: src\/a\.js/);
  });
});
