import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const files = {
  Dockerfile: `FROM busybox AS build
ARG TOOL=busybox
ENV COLOUR=red EMPTY=
WORKDIR /src
COPY *.txt docs /src/
# @stop here
RUN echo $TOOL
FROM debian
COPY --from=build /src /app/
COPY missing.* later/
`,
  'one.txt': '1',
  'two.txt': '22',
  'kept out.txt': 'x',
  'docs/guide.md': 'guide',
  '.dockerignore': 'kept*\n',
};

async function labels(session: Session, text: string): Promise<readonly string[]> {
  const frameId = session.here.frames[0]?.id ?? 0;
  const { targets } = await session.client.request('completions', { text, column: text.length + 1, frameId });
  return targets.map(({ label }) => label);
}

async function hover(session: Session, marker: string | number, expression: string): Promise<string> {
  const line = typeof marker === 'number' ? marker : session.workspace.line(marker);
  const frameId = session.here.frames[0]?.id ?? 0;
  const source = { path: session.workspace.path() };
  const body = await session.client.request('evaluate', { expression, context: 'hover', frameId, line, source });
  return body.result;
}

describe('the debug console at a stop', () => {
  const builder = engineAddress('buildkitd');
  const open = async (breakpoint = 'here', more: object = {}): Promise<Session> => {
    const session = await Session.open({
      files,
      launch: { builder, toolbox: 'busybox', ...more },
      breakpoints: [breakpoint],
    });
    await session.start();
    return session;
  };

  it('says that the build went on where that ended a command', async () => {
    await using session = await open();
    const command = session.evaluate('echo begun; sleep 5; echo done');
    while (!session.output().includes('begun')) await wait(20);
    await session.client.request('next', { threadId: 1 });
    await assert.rejects(command, /The build went on before the command was over, which ended it/);
  });

  it('remembers directory, exported and unset variables, and :reset forgets them', async () => {
    await using session = await open();
    await session.evaluate(`cd /tmp; export WORD="it's $COLOUR" TOOL=other; unset COLOUR; local=1; touch made`);
    assert.equal(
      await session.evaluate('pwd; echo "$WORD, $TOOL, ${COLOUR-none}, ${local-none}"; ls'),
      "/tmp\nit's red, other, none, none\nmade",
    );
    assert.equal(
      await session.evaluate('cd nowhere; exit 9'),
      `/bin/sh: cd: line 0: can't cd to nowhere: No such file or directory\nexit code 9`,
    );
    assert.equal(await session.evaluate('pwd; echo ${EMPTY-unset}'), '/tmp\n', 'a failed command forgets nothing');
    assert.equal(await session.evaluate('cd /; export WORD=no; echo $PWD', 'watch'), '/', 'a watch changes nothing');
    assert.equal(await session.evaluate('pwd'), '/tmp');
    await session.evaluate(':reset');
    assert.equal(await session.evaluate('pwd; echo "${WORD-none} $COLOUR"; ls /tmp'), '/src\nnone red');
  });

  it('takes paths of its commands from where it has gone', async () => {
    await using session = await open();
    assert.match(await session.evaluate(':watch made'), /changes \/src\/made\.$/);
    await session.evaluate('mkdir -p /tmp/deep/er; cd /tmp/deep; touch er/made');
    assert.match(await session.evaluate(':watch er/../made'), /changes \/tmp\/deep\/made\.$/);
    assert.match(await session.evaluate(':save er/made got'), /^\/tmp\/deep\/er\/made is in .*got now/);
    assert.match(await session.evaluate(':unwatch made'), /^\/tmp\/deep\/made is not watched/);
    await session.evaluate(':reset');
    assert.match(await session.evaluate(':unwatch made'), /^\/src\/made is not watched/);
  });

  it('shows output while it comes, and ends what is cancelled with all that it started', async () => {
    await using session = await open();
    await session.evaluate('sleep 1111 & echo background');
    const frameId = session.here.frames[0]?.id ?? 0;
    const expression = 'cd /tmp; echo begun; sleep 2222 | cat; echo never';
    const seq = session.client.send('evaluate', { expression, context: 'repl', frameId });
    await session.client.wait('the output', () => session.output('stdout').includes('begun') || undefined);
    await session.client.request('cancel', { requestId: seq });
    const answer = await session.client.answerTo(seq);
    assert.equal(answer.success, false);
    assert.equal(answer.message, 'cancelled');
    const left = await session.evaluate('ps -o args | grep "^[s]leep"');
    assert.equal(left, 'sleep 1111', 'the other command goes on');
    assert.doesNotMatch(session.output('stdout'), /never/);
  });

  it('runs a command although a completion that waited for the same container is cancelled', async () => {
    await using session = await open();
    const { client } = session;
    const frameId = session.here.frames[0]?.id ?? 0;
    for (let round = 0; round < 4; round++) {
      const completions = client.send('completions', { text: 'ls /e', column: 6, frameId });
      const evaluate = client.send('evaluate', { expression: 'pwd', context: 'repl', frameId });
      client.send('cancel', { requestId: completions });
      await client.answerTo(completions);
      assert.deepEqual((await client.answerTo(evaluate)).body, { result: '/src', exitCode: 0, variablesReference: 0 });
      await session.evaluate(':reset');
    }
  });

  it('goes on after a container whose first process was killed', async () => {
    await using session = await open();
    await session.evaluate('touch /made');
    await session.evaluate('kill -9 1; kill -KILL -1; sleep 1').catch(() => undefined);
    assert.match(await session.evaluate('ls /made 2>/dev/null; echo alive'), /^alive$/, 'a fresh container');
    assert.match(session.output('console'), /The container of this stop has ended: commands run in a fresh one\./);
  });

  it('completes programs, paths, variables, stages and commands', async () => {
    await using session = await open();
    assert.deepEqual(await labels(session, 'unzi'), ['unzip']);
    assert.deepEqual(await labels(session, 'cat /etc/pass'), ['/etc/passwd']);
    assert.deepEqual(await labels(session, 'ls /us'), ['/usr/']);
    assert.deepEqual(await labels(session, 'true && ls o'), ['one.txt']);
    await session.evaluate('cd /tmp; touch "a b" "a\\$c"');
    assert.deepEqual(await labels(session, 'ls a'), ['a\\ b', 'a\\$c'], 'relative to where cd went');
    assert.deepEqual(await labels(session, 'echo $COL'), ['$COLOUR']);
    assert.deepEqual(await labels(session, 'COPY --from=b'), ['build']);
    assert.ok((await labels(session, ':')).includes(':reset'));
    assert.deepEqual(await labels(session, 'nosuchprogr'), []);
  });

  it('hovers stages, sources as the builder sees them, and destinations', async () => {
    await using session = await open();
    assert.match(await hover(session, 1, 'build'), /^stage build: FROM busybox, lines 1 to 7/);
    const sources = await hover(session, 5, '*.txt');
    assert.match(sources, /^\/\*\.txt in the build context: 2 matches\n.* one\.txt\n.* two\.txt$/);
    assert.match(await hover(session, 5, 'docs'), /^\/docs in the build context: folder, 1 entry\n.* guide\.md$/);
    assert.match(await hover(session, 5, '/src/'), /^\/src after this instruction: folder, 3 entries\n/);
    assert.match(await hover(session, 9, '/src'), /^\/src in the stage build: folder, 3 entries/);
    assert.match(await hover(session, 9, '/app/'), /^\/app before this instruction: the build has not come here yet$/);
    assert.match(await hover(session, 10, 'missing.*'), /nothing matches$/);
    assert.match(
      await hover(session, 10, 'later/'),
      /^\/later before this instruction: the build has not come here yet$/,
    );
    assert.match(await hover(session, 3, '$COLOUR'), /^red /);
  });

  it('documents each command with an example', async () => {
    await using session = await open();
    const help = await session.evaluate(':help');
    const named = await labels(session, ':');
    for (const name of named) assert.match(help, new RegExp(`^${name}\\b.*`, 'm'));
  });
});
