import assert from 'node:assert/strict';
import { lstatSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { Session } from '../../support/dap/index.js';
import { engineAddress, type EngineKind } from '../../support/environment/engines.js';

const Dockerfile = `FROM busybox AS tools
RUN mkdir /tools && echo one > /tools/first && echo two > /tools/second
RUN echo three > /tools/third && rm /tools/first && chmod 700 /tools

FROM tools AS app
COPY src /app/
WORKDIR /app
# @stop stop
RUN --mount=type=cache,target=/cache \\
    echo kept > /cache/kept; echo new > /app/added && echo other > /app/one.txt && rm /app/two.txt \\
    && mkdir /app/reports && echo '<xml/>' > /app/reports/junit.xml && ln -s one.txt /app/link \\
    && touch -d '2020-01-02' /etc/group && rm -r /tools && exit 3
`;

const files = {
  Dockerfile,
  'src/one.txt': 'one\n',
  'src/two.txt': 'two\n',
  'kept out.log': 'x',
  '.dockerignore': '*.log\n',
};

const FAILED = `RUN --mount=type=cache,target=/cache     echo kept > /cache/kept;… (line 9): 4 added, 2 changed, 4 deleted (53 B)`;

function treesOf(kind: EngineKind): void {
  const builder = engineAddress(kind);
  const open = async (more: object = {}): Promise<Session> => {
    const session = await Session.open({ files, launch: { builder, toolbox: 'busybox', ...more } });
    await session.start();
    return session;
  };

  it('shows what the failed step changed, and what any two states differ in', async () => {
    await using session = await open();
    for (const command of [':diff', ':diff stage', ':diff base 6', ':diff 2 3', ':diff initial', ':diff tools failed', ':diff nowhere', ':diff 9',
      ':blame /app/added', ':blame two.txt', ':blame /app/one.txt', ':blame /tools/third', ':blame /tools', ':blame /bin/sh', ':blame /nowhere', ':blame /app', ':find *.txt', ':find JUNIT /app', ':find first', ':blame', ':save reports out', ':save reports out', ':save --force /app', ':save /nowhere'])
      console.log(`> ${command}\n${await session.evaluate(command).catch((error: unknown) => String(error))}`);
    await session.evaluate(':state initial');
    for (const command of [':blame /app/two.txt', ':blame /tools/first', ':find first', ':find third']) console.log(`> ${command}\n${await session.evaluate(command).catch((error: unknown) => String(error))}`);
  });
}

describe('the files of a stop', () => {
  describe('on buildkitd', () => treesOf('buildkitd'));
});
