/** Through the commands of a RUN, one by one. */
import assert from 'node:assert/strict';
import { goldens, Session, type Outcome } from '../../support/dap/index.js';
import { engineAddress, type EngineKind } from '../../support/environment/engines.js';

const Dockerfile = `FROM busybox
WORKDIR /src
ENV COLOUR=red
RUN --mount=type=cache,target=/cache set -eu; \\
    name=world; \\
    # names are for people
    greet() { \\
        echo "hello $1"; \\
        cd /tmp; \\
    }; \\
    greet "$name"; \\
    for i in 1 2; do \\
        echo "$i $COLOUR" >> log; \\
    done && \\
    grep -q nothing log; \\
    echo done
`;

const fine = `FROM busybox AS base
RUN <<EOF
set -e
word=one
echo "$word" > /a
(
  cd /tmp
  word=two
  pwd > here
)
echo "$word" > /b
EOF
RUN cat /a /b /tmp/here
`;

const lines = ({ stop }: Session): readonly number[] => stop?.frames.map(({ line }) => line) ?? [];
const at = (outcome: Outcome): number | string =>
  outcome.kind === 'stopped' ? outcome.line : `ended ${outcome.exitCode}`;

const kinds = [
  'buildkitd',
  'buildkitd-0.26',
  'buildkitd-old',
  'docker29',
  'docker20',
] as const satisfies readonly EngineKind[];

describe('inside of a RUN', () => {
  const golden = goldens(new URL('./transcripts/inside/', import.meta.url));
  const open = (text: string, options: object = {}, launch: object = {}): Promise<Session> =>
    Session.open({
      files: { Dockerfile: text },
      launch: { builder: engineAddress('buildkitd'), ...launch },
      ...options,
    });

  for (const kind of kinds)
    it(`finds the command that failed, with the shell as it was there, on ${kind}`, async () => {
      await using session = await open(Dockerfile, {}, { builder: engineAddress(kind) });
      await session.start();
      assert.equal(session.here.reason, 'exception');
      assert.equal(at(await session.go('stepIn')), 4);
      assert.equal(session.here.frames[0]?.name, 'set -eu');
      assert.deepEqual(lines(session), [4, 4]);
      assert.equal(at(await session.go('next')), 5);
      assert.equal(at(await session.go('next')), 11);
      assert.equal(await session.evaluate('echo "$name $COLOUR"; pwd'), 'world red\n/src');
      assert.equal(at(await session.go('next')), 12, 'over the function');
      assert.match(session.output('stdout'), /hello world\n/);
      assert.equal((await session.variable('Shell', 'directory')).value, '/tmp', 'what the function did holds');
      assert.equal(at(await session.go('continue')), 4, 'nothing stops it: out of it, and the step has still failed');
      assert.match(session.here.text ?? '', /failed with exit code 1/);
      assert.equal(at(await session.go('continue')), 'ended 1');
    });

  it('stands at the command that ends it', async () => {
    await using session = await open(Dockerfile, { breakpoints: [15] });
    assert.equal(at(await session.start()), 15);
    assert.equal(at(await session.go('next')), 15, 'which is where it fails');
    assert.deepEqual([session.here.reason, session.here.frames[0]?.name], ['exception', 'grep -q nothing log']);
    const { description } = await session.client.request('exceptionInfo', { threadId: 1 });
    assert.match(
      description ?? '',
      /^grep -q nothing log, the 8\. of 9 commands of this RUN, ended it with exit code 1\.$/,
    );
    assert.equal(await session.evaluate('cat /tmp/log'), '1 red\n2 red');
    assert.equal(at(await session.go('next')), 4, 'then the step runs');
    assert.match(session.here.text ?? '', /failed with exit code 1/);
  });

  it('goes through a here-document, and the build goes on with the step itself', async () => {
    await using session = await open(fine, { breakpoints: [2] }, { noCache: true });
    await session.start();
    const path = [at(await session.go('stepIn'))];
    for (let line = at(await session.go('next')); line !== 13; line = at(await session.go('next'))) {
      path.push(line);
      if (line === 9) assert.equal(await session.evaluate('echo "$word"'), 'two');
      if (line === 11) assert.equal(await session.evaluate('echo "$word"'), 'one', 'a subshell keeps what it sets');
    }
    assert.deepEqual(path, [3, 4, 5, 7, 8, 9, 11]);
    assert.equal(await session.evaluate('cat /a /b /tmp/here'), 'one\none\n/tmp');
    assert.equal(at(await session.go('continue')), 'ended 0');
    golden('here-document', session.transcript());
  });

  it('stops at breakpoints on lines within a RUN, with conditions that see its variables', async () => {
    const breakpoints = [8, { at: 13, condition: '[ "$i" = 2 ]' }];
    await using session = await open(Dockerfile, { breakpoints });
    assert.equal(at(await session.start()), 8);
    assert.equal(session.here.reason, 'breakpoint');
    assert.equal(session.here.hits.length, 1);
    assert.equal(await session.evaluate('$name'), 'world  (set in this RUN)');
    assert.equal(await session.evaluate('echo "$1"'), 'world', 'of the function');
    assert.equal(at(await session.go('stepOut')), 12, 'out of the function');
    assert.equal(at(await session.go('continue')), 13);
    assert.equal(await session.evaluate('echo $i'), '2');
    assert.equal(at(await session.go('continue')), 15, 'no other one: it ends here');
    assert.equal(session.here.reason, 'exception');
  });

  it('stops again at breakpoints above, in a loop and in a function', async () => {
    const text = `FROM busybox
RUN say() { \\
        echo "say $1"; \\
    }; \\
    for i in 1 2; do \\
        echo "$i"; \\
        echo more; \\
    done; \\
    say it; \\
    echo end
`;
    await using session = await open(text, { breakpoints: [3, 6] }, { noCache: true });
    assert.equal(at(await session.start()), 6);
    assert.equal(at(await session.go('next')), 7);
    assert.equal(at(await session.go('continue')), 6);
    assert.equal(await session.evaluate('echo $i'), '2');
    await session.go('next');
    assert.equal(at(await session.go('continue')), 3);
    assert.equal(at(await session.go('stepOut')), 10);
    assert.equal(at(await session.go('continue')), 'ended 0');
  });

  it('stops at one in a function that stands above', async () => {
    await using session = await open(Dockerfile, { breakpoints: [8, 11] });
    assert.equal(at(await session.start()), 11);
    assert.equal(at(await session.go('continue')), 8);
    assert.equal(at(await session.go('continue')), 15, 'the function might be called again');
  });

  it('stops at one in a RUN that needs a stage', async () => {
    const text = `FROM busybox AS lib
RUN echo in lib > /x
FROM busybox
RUN --mount=from=lib,target=/lib2 word=\$(cat /lib2/x); \\
    echo "\$word" > /y
RUN true
`.replaceAll('\\$', '$');
    await using session = await open(text, { breakpoints: [5, 6] });
    assert.equal(at(await session.start()), 5);
    assert.equal(await session.evaluate('echo $word'), 'in lib');
    assert.equal(at(await session.go('continue')), 6);
    assert.equal(at(await session.go('reverseContinue')), 4);
  });

  it('does not end a step over what is called where nothing within it stops', async () => {
    const text =
      'FROM busybox AS lib\nRUN a=1; \\\n  echo $a > /x\nRUN true\nFROM busybox\nCOPY --from=lib /x /\nRUN true\n';
    const breakpoints = [5, { at: 3, logMessage: 'a is {$a}' }];
    await using session = await open(text, { breakpoints });
    await session.start();
    while (session.here.line !== 6) await session.go('next');
    assert.equal(at(await session.go('next')), 7);
    assert.match(session.output(), /a is 1\n/);
  });

  it('stops at one of the RUN before which it stands already', async () => {
    await using session = await open(fine, { breakpoints: [2, 9] }, { noCache: true });
    assert.equal(at(await session.start()), 2);
    assert.equal(at(await session.go('continue')), 9);
    assert.equal(at(await session.go('stepBack')), 2);
    assert.equal(at(await session.go('next')), 9);
    await session.setBreakpoints([13]);
    assert.equal(at(await session.go('continue')), 13);
  });

  it('writes log messages on the way', async () => {
    const breakpoints = [{ at: 13, logMessage: 'at {echo $i} with {$i}' }];
    await using session = await open(Dockerfile, { breakpoints });
    await session.start();
    assert.match(session.output(), /at 1 with 1\n[^]*at 2 with 2\n/);
  });

  it('pauses while a condition is asked, and the script goes on', async () => {
    await using session = await open(Dockerfile, { breakpoints: [5, { at: 11, condition: 'sleep 20' }] });
    assert.equal(at(await session.start()), 5);
    await session.client.request('continue', { threadId: 1 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await session.client.request('pause', { threadId: 1 });
    const paused = await session.outcome();
    assert.deepEqual([paused.kind === 'stopped' && paused.reason, at(paused)], ['pause', 11]);
    assert.equal(await session.evaluate('echo $name'), 'world');
    assert.equal(at(await session.go('next')), 12);
  });

  it('shows what the script has made of the environment, and no secrets', async () => {
    const text = `FROM busybox
ENV COLOUR=red
RUN --mount=type=secret,id=token --mount=type=secret,id=word,env=WORD COLOUR=blue; \\
    WORD="$WORD-2"; auth="Bearer $WORD"; token=$(cat /run/secrets/token); plain=seen; \\
    true
`;
    const [word, token] = ['swordfish-42', 'hunter-2-hunter'];
    const launch = { secrets: ['id=token,src=token.txt', 'id=word,env=WORD'] };
    await using session = await open(
      text,
      { files: { Dockerfile: text, 'token.txt': `${token}\n` }, env: { WORD: word }, breakpoints: [5] },
      launch,
    );
    assert.equal(at(await session.start()), 5);
    assert.equal((await session.variable('Environment', 'COLOUR')).value, 'blue');
    assert.equal((await session.variable('Shell', 'plain')).value, 'seen');
    for (const name of ['WORD', 'auth', 'token'])
      assert.equal((await session.variable('Shell', name)).value, '(holds a secret)', name);
    await session.scopes(3);
    await session.evaluate('$auth', 'hover');
    const seen = JSON.stringify(session.client.entries.filter(({ message }) => message.type !== 'request'));
    assert.ok(!seen.includes(token) && !seen.includes(word), 'no secret in any message of the adapter');
  });

  it('says so where the shell takes nothing of the script', async () => {
    const text = 'FROM busybox\nRUN a=(1 2); \\\n  echo "$a"\n';
    await using session = await open(text, { breakpoints: [2] });
    await session.start();
    assert.equal(at(await session.go('stepIn')), 2);
    assert.match(session.output(), /syntax error[^]*Stepping through RUN \(line 2\) came to an end: its shell ended/);
  });

  it('changes variables and the directory of the shell', async () => {
    await using session = await open(fine, { breakpoints: [5] }, { noCache: true });
    assert.equal(at(await session.start()), 5);
    const { reference } = await session.variable('Shell');
    await session.client.request('setVariable', { variablesReference: reference, name: 'word', value: 'it\'s "x"' });
    assert.equal((await session.variable('Shell', 'word')).value, 'it\'s "x"');
    await session.evaluate('cd /usr');
    assert.equal((await session.variable('Shell', 'directory')).value, '/usr');
    assert.equal(at(await session.go('next')), 7);
    assert.equal(await session.evaluate('cat /a'), 'it\'s "x"');
  });

  it('knows variables beside one that holds a whole file', async () => {
    const text = 'FROM busybox\nRUN big="$(seq 1 30000)"; \\\n    small=1; \\\n    true\n';
    await using session = await open(text, { breakpoints: [4] }, { noCache: true });
    await session.start();
    assert.equal(await session.evaluate('$small'), '1  (set in this RUN)');
    assert.match((await session.variable('Shell', 'big')).value, /29999/);
  });

  it('leaves a RUN whose shell was ended by what was typed', async () => {
    await using session = await open(fine, { breakpoints: [5] }, { noCache: true });
    await session.start();
    await assert.rejects(session.evaluate('exit 4'), /The shell of this RUN ended with the command \(exit code 4\)/);
    assert.equal((await session.variable('Shell', 'variables')).value, '(the shell has ended)');
    assert.equal(await session.evaluate('echo beside'), 'beside');
    assert.equal(at(await session.go('next')), 13, 'the step itself runs');
  });

  it('goes back to the RUN, and begins it again', async () => {
    await using session = await open(fine, { breakpoints: [9] }, { noCache: true });
    assert.equal(at(await session.start()), 9);
    const [frame] = session.here.frames;
    await session.client.request('restartFrame', { frameId: frame?.id ?? 0 });
    assert.equal(at(await session.outcome()), 3, 'the first command');
    assert.match(await session.evaluate('cat /a'), /No such file/i, 'in a fresh container');
    assert.equal(at(await session.go('stepBack')), 2, 'before the RUN');
    assert.deepEqual(lines(session), [2]);
    assert.equal(at(await session.go('stepBack')), 1);
  });

  it('goes back step by step, within the RUN and into it again', async () => {
    await using session = await open(fine, { breakpoints: [2] }, { noCache: true });
    await session.start();
    await session.go('stepIn');
    const path: (number | string)[] = [3];
    for (let count = 0; count < 7; count++) path.push(at(await session.go('next')));
    assert.deepEqual(path, [3, 4, 5, 7, 8, 9, 11, 13]);
    assert.equal(at(await session.go('stepBack')), 11, 'into the RUN again');
    assert.equal(await session.evaluate('echo $word; cat /a /tmp/here'), 'one\none\n/tmp');
    assert.equal(at(await session.go('stepBack')), 9);
    assert.equal(await session.evaluate('echo $word'), 'two');
    assert.equal(at(await session.go('next')), 11);
    for (const line of [9, 8, 7, 5, 4, 3, 2]) assert.equal(at(await session.go('stepBack')), line);
    assert.equal(session.here.frames.length, 1);
  });

  it('pauses in the midst of a command, and goes on', async () => {
    const text = 'FROM busybox\nRUN echo begin && \\\n    sleep 3 && \\\n    echo end > /end\n';
    await using session = await open(text, { breakpoints: [3] }, { noCache: true });
    await session.start();
    await session.client.request('next', { threadId: 1 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await session.client.request('pause', { threadId: 1 });
    const paused = await session.outcome();
    assert.equal(paused.kind === 'stopped' && paused.reason, 'pause');
    assert.equal(at(paused), 3);
    assert.match(await session.evaluate('ps'), /sleep 3/, 'the command is there, and commands run beside it');
    assert.equal((await session.variable('Shell', 'variables')).value, '(the command is running)');
    assert.equal(at(await session.go('next')), 4, 'it goes on where it was');
    assert.equal(at(await session.go('stepOut')), 'ended 0');
  });

  it('says why a RUN is not gone into, and steps over it', async () => {
    const text = 'FROM busybox\nRUN ["echo", "plain"]\nRUN echo one\nRUN echo "two && echo three\n';
    await using session = await open(text, { breakpoints: [2] });
    await session.start();
    assert.equal(at(await session.go('stepIn')), 3);
    assert.match(session.output(), /RUN \(line 2\) runs as a whole: .*no statements to step through/);
    assert.equal(at(await session.go('stepIn')), 4, 'one command is the RUN itself');
    assert.equal(at(await session.go('stepIn')), 4, 'fails: a quote is missing');
    assert.equal(session.here.reason, 'exception');
    assert.equal(at(await session.go('stepIn')), 4);
    assert.match(session.output(), /RUN \(line 4\) runs as a whole/);
    assert.equal(session.here.reason, 'exception', 'it stands where it stood');
  });

  it('says that an image has no shell', async () => {
    await using session = await open('FROM scratch\nRUN echo a && \\\n    echo b\n', { breakpoints: [3] });
    assert.equal(at(await session.start()), 2);
    assert.match(session.output(), /RUN \(line 2\) came to an end: the image does not have its shell\./);
  });

  it('says that a failed RUN is one command', async () => {
    await using session = await open('FROM busybox\nRUN grep -q nothing /etc/passwd\n');
    await session.start();
    assert.equal(at(await session.go('stepIn')), 2);
    assert.equal(session.here.reason, 'exception', 'it stands where it stood');
    assert.match(session.output(), /RUN \(line 2\) is one command: there is nothing in it to step through\./);
  });

  it('tells what the script has changed in files so far', async () => {
    await using session = await open(fine, { breakpoints: [9] }, { noCache: true });
    await session.start();
    assert.match(await session.evaluate(':diff'), /\/a\b/);
  });

  it('passes 100,000 commands in a moment on the way to a breakpoint, and on the way back', async () => {
    const text = `FROM busybox
RUN i=0; \\
    while [ $i -lt 100000 ]; do \\
        i=$((i + 1)); \\
    done; \\
    echo "$i"; \\
    grep -q nothing /etc/passwd; \\
    echo never
`;
    await using session = await open(text, { breakpoints: [6] }, { noCache: true });
    const begin = performance.now();
    assert.equal(at(await session.start()), 6);
    assert.equal(at(await session.go('next')), 7);
    assert.equal(at(await session.go('stepBack')), 6);
    assert.equal(await session.evaluate('echo $i'), '100000');
    const took = performance.now() - begin;
    assert.ok(took < 15_000, `${took} ms`);
  });

  it('stops at breakpoints that are set while it runs', async () => {
    const text = `FROM busybox
RUN a=1; \\
    while [ ! -e /stop ]; do \\
        a=$((a + 1)); \\
        b=$a; \\
    done; \\
    echo end
`;
    await using session = await open(text, { breakpoints: [3] }, { noCache: true });
    assert.equal(at(await session.start()), 3);
    await session.setBreakpoints([7]);
    await session.client.request('continue', { threadId: 1 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await session.setBreakpoints([5]);
    assert.equal(at(await session.outcome()), 5);
    assert.ok(Number(await session.evaluate('echo $a')) > 100);
    await session.setBreakpoints([7]);
    await session.client.request('continue', { threadId: 1 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await session.client.request('pause', { threadId: 1 });
    const paused = await session.outcome();
    assert.equal(paused.kind === 'stopped' && paused.reason, 'pause');
    assert.match(await session.evaluate('echo $a'), /^\d+$/, 'before a command of the loop: the shell listens');
    await session.evaluate('touch /stop');
    assert.equal(at(await session.go('continue')), 7);
  });

  it('steps over and out of functions that call themselves', async () => {
    const text = `FROM busybox
RUN count() { \\
        echo "down $1"; \\
        if [ "$1" -gt 0 ]; then \\
            count $(($1 - 1)); \\
            echo "up $1"; \\
        fi; \\
        echo "end $1"; \\
    }; \\
    count 2; \\
    echo last
`;
    await using session = await open(text, { breakpoints: [5] }, { noCache: true });
    assert.equal(at(await session.start()), 5);
    assert.equal(await session.evaluate('echo $1'), '2');
    await session.setBreakpoints([]);
    assert.equal(at(await session.go('stepIn')), 3);
    assert.equal(await session.evaluate('echo $1'), '1');
    for (const line of [4, 5, 6]) assert.equal(at(await session.go('next')), line);
    assert.equal(await session.evaluate('echo $1'), '1', 'over the deeper call');
    assert.equal(at(await session.go('stepOut')), 6);
    assert.equal(await session.evaluate('echo $1'), '2', 'out of this call only');
    assert.equal(at(await session.go('stepOut')), 11);
  });

  it('lists the environment as the script has made it', async () => {
    const text = `FROM busybox
ENV COLOUR=red
RUN COLOUR=blue; \\
    export SHAPE="a square"; \\
    hidden=1; \\
    true
`;
    await using session = await open(text, { breakpoints: [6] }, { noCache: true });
    assert.equal(at(await session.start()), 6);
    const listed = await session.evaluate(':env');
    assert.match(listed, /^COLOUR=blue +# set in this RUN$/m);
    assert.match(listed, /^SHAPE=a square +# set in this RUN$/m);
    assert.doesNotMatch(listed, /hidden/, 'no program gets it');
    assert.equal((await session.variable('Environment', 'SHAPE')).value, 'a square');
  });

  it('says of breakpoints in a function that nothing stops in that they never stop', async () => {
    const text = `FROM busybox
RUN each() { \\
        echo "$1"; \\
    }; \\
    each a | each b; \\
    echo end
`;
    await using session = await open(text, { breakpoints: [3, 6] }, { noCache: true });
    assert.equal(at(await session.start()), 6);
    const told = JSON.stringify(
      session.client.entries.filter(({ message }) => 'event' in message && message.event === 'breakpoint'),
    );
    assert.match(told, /Nothing stops in each: it runs in the background, in a pipeline or in another shell/);
  });
});
