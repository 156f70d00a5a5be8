import assert from 'node:assert/strict';
import { Client } from './client.js';
import { failure, FakeFrame } from './fake-debugger.js';

async function stopped(more: object = {}): Promise<Client> {
  const client = new Client();
  await client.launch({}, more);
  client.debugger.stopAt(4, { kind: 'failed', failure });
  await client.event('stopped');
  return client;
}

async function ask(client: Client, expression: string, context = 'repl'): Promise<string> {
  return String((await client.request('evaluate', { expression, context })).result);
}

function frameOf(client: Client): FakeFrame {
  const frame = client.debugger.stops.get(1)?.frames[0];
  assert.ok(frame instanceof FakeFrame);
  return frame;
}

describe('evaluate', () => {
  it('answers with the output of a quick shell command, and its exit code when it is not 0', async () => {
    await using client = await stopped();
    assert.equal(await ask(client, 'ls -l'), 'ran ls -l');
    const frame = frameOf(client);
    frame.onRun = () => Promise.resolve(0);
    assert.equal(await ask(client, 'true'), 'exit code 0');
    frame.onRun = (_command, output) => {
      void output({ fd: 2, data: Buffer.from('no\n') });
      return Promise.resolve(3);
    };
    assert.equal(await ask(client, 'false'), 'no\nexit code 3');
    assert.equal(client.printed(), '');
  });

  it('shows output that is long while it comes, and answers the exit code after it', async () => {
    await using client = await stopped();
    const text = 'a line\n'.repeat(20_000);
    frameOf(client).onRun = (_command, output) => {
      for (let at = 0; at < text.length; at += 1000)
        void output({ fd: 1, data: Buffer.from(text.slice(at, at + 1000)) });
      return Promise.resolve(0);
    };
    const answer = await client.answer(client.send('evaluate', { expression: 'cat log', context: 'repl' }));
    assert.equal((answer.body as { result: string }).result, 'exit code 0');
    assert.equal(client.printed(), text);
    assert.ok(client.messages.findLastIndex(({ event }) => event === 'output') < client.messages.indexOf(answer));
  });

  it('shows variables', async () => {
    await using client = await stopped();
    assert.equal(await ask(client, '$HOME', 'hover'), '/root  (set on line 3)');
    assert.equal(await ask(client, 'HOME', 'hover'), '/root  (set on line 3)');
    assert.equal(await ask(client, '${VERSION}', 'hover'), '1.2  (default of line 2)');
    assert.equal(await ask(client, '${NOPE:-x}', 'watch'), 'x');
    assert.equal(await ask(client, '${HOME}/bin', 'hover'), '/root/bin');
    assert.equal(await ask(client, '$VERSION', 'clipboard'), '1.2');
    await assert.rejects(ask(client, '$NOPE', 'hover'), /NOPE is not set here/);
    await assert.rejects(ask(client, '$EMPTY', 'hover'), /EMPTY is declared, but has no value here/);
    await assert.rejects(ask(client, 'ls -l', 'hover'), /is no variable/);
  });

  it('shows stages, and what a source of COPY matches', async () => {
    await using client = await stopped();
    assert.match(
      await ask(client, 'base', 'hover'),
      /^stage base: FROM \S+, lines \d+ to \d+, \d+ instructions after FROM$/,
    );
    const copy = { expression: 'src/*', context: 'hover', line: 6 };
    assert.equal(
      (await client.request('evaluate', copy)).result,
      '/src/* in the build context: 1 match\nrw-r--r--  6 B  src/a',
    );
    await assert.rejects(client.request('evaluate', { ...copy, line: 4 }), /is no variable/);
  });

  it('watches the output of a command', async () => {
    await using client = await stopped();
    assert.equal(await ask(client, 'uname', 'watch'), 'ran uname');
  });

  it('knows commands, and the nearest to a wrong one', async () => {
    await using client = await stopped();
    assert.match(await ask(client, ':help'), /:shell \[--same\]\s+open a shell/);
    assert.match(await ask(client, ':env'), /HOME=\/root {3}# set on line 3/);
    assert.match(await ask(client, ':where'), /line 4: \[base 3\/4\] RUN make all\nline 6/);
    assert.equal(await ask(client, ':state initial'), 'initial: before the step (there is also: failed)');
    assert.deepEqual(client.events('dockerfile/state').at(-1), {
      threadId: 1,
      state: 'initial',
      available: ['initial', 'failed'],
    });
    await assert.rejects(ask(client, ':shel'), /no command :shel\. Did you mean :shell\?/);
    await assert.rejects(ask(client, ':rerun'), /has no command/);
    await assert.rejects(ask(client, ':state later'), /States are/);
  });

  it('refuses words that a command does not take, and edits that are none', async () => {
    await using client = await stopped();
    for (const name of ['reset', 'rerun', 'env', 'args', 'mounts', 'where', 'retry', 'apply', 'back'])
      await assert.rejects(ask(client, `:${name} now`), new RegExp(`:${name} takes no words, and "now" follows`), name);
    for (const text of [
      ':state initial x',
      ':watch /a x',
      ':goto 4 x',
      ':force 4 x',
      ':help diff x',
      ':find a /b x',
      ':blame /a x',
    ])
      await assert.rejects(ask(client, text), /"x" is one word too many for :/, text);
    for (const text of [':find a --in', ':blame /a --in='])
      await assert.rejects(ask(client, text), /A file system follows --in at once.*E\.g\. --in=container/, text);
    client.debugger.isEdited = false;
    await assert.rejects(ask(client, ':apply'), /There is nothing to apply.*:restart builds again/);
    await assert.rejects(client.request('dockerfile/apply', {}), /There is nothing to apply/);
    assert.deepEqual(
      client.debugger.calls.filter((call) => call.startsWith('restart')),
      [],
    );
  });

  it('watches variables and paths, relative ones from where commands run', async () => {
    await using client = await stopped();
    const watched = (): string => client.debugger.calls.at(-1) ?? '';
    assert.match(await ask(client, ':watch $NOPE'), /changes \$NOPE\.$/);
    assert.match(await ask(client, ':watch HOME'), /changes \$HOME\.$/);
    assert.match(await ask(client, ':watch Makefile'), /changes \/src\/Makefile\.$/);
    frameOf(client).cwd = '/tmp/x';
    assert.match(await ask(client, ':watch ../a.txt'), /changes \/tmp\/a\.txt\.$/);
    assert.match(await ask(client, ':watch /etc//x/../passwd/'), /changes \/etc\/passwd\.$/);
    assert.match(watched(), /"\/src\/Makefile"\},\{"kind":"path","path":"\/tmp\/a.txt"\},.*"\/etc\/passwd"\}\]$/);
    assert.equal(await ask(client, ':unwatch ../a.txt'), '/tmp/a.txt is not watched any more.');
    assert.equal(await ask(client, ':unwatch NOPE'), '$NOPE is not watched any more.');
    assert.equal(await ask(client, ':unwatch b'), '/tmp/x/b was not watched.');
    await assert.rejects(ask(client, ':watch'), /Watched: \$HOME, \/src\/Makefile, \/etc\/passwd\./);
    await assert.rejects(ask(client, ':watch $a/b'), /"\$a\/b" is no variable/);
  });

  it('warns of build arguments that nothing declares', async () => {
    await using client = await stopped();
    await ask(client, ':restart VERSOIN=2 HTTP_PROXY=x VERSION=3');
    await client.event('output');
    assert.equal(
      client.printed(),
      'No ARG of this Dockerfile declares VERSOIN: the build argument changes nothing, unless the base image asks for it. Did you mean VERSION?\n',
    );
  });

  it('says that nothing stands anywhere', async () => {
    await using client = new Client();
    await client.launch();
    await assert.rejects(ask(client, 'ls'), /does not stand anywhere/);
    assert.match(await ask(client, ':help'), /:help/);
  });

  it('cancels a command', async () => {
    await using client = await stopped();
    frameOf(client).onRun = (_command, _output, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const seq = client.send('evaluate', { expression: 'sleep 100', context: 'repl' });
    await client.request('cancel', { requestId: seq });
    assert.equal((await client.answer(seq)).message, 'cancelled');
  });

  it('completes commands and variables', async () => {
    await using client = await stopped();
    const complete = async (text: string): Promise<string[]> =>
      (await client.request('completions', { text, column: text.length + 1 })).targets.map(
        (target: { label: string }) => target.label,
      );
    assert.deepEqual(await complete(':re'), [':reset', ':rerun', ':restart', ':retry']);
    assert.deepEqual(await complete(':state f'), ['failed']);
    assert.deepEqual(await complete(':shell --'), ['--same']);
    assert.deepEqual(await complete(':shell --same '), []);
    assert.deepEqual(await complete(':help re'), ['reset', 'rerun', 'restart', 'retry']);
    assert.deepEqual(await complete(':help :di'), [':diff']);
    assert.deepEqual(await complete(':diff '), ['stage', 'initial', 'base', 'stage:base', '1', '2', '3', '4', '6']);
    assert.deepEqual(await complete(':diff stage i'), ['initial']);
    assert.deepEqual(await complete(':goto '), ['1', '2', '3', '4', '6']);
    assert.deepEqual(await complete(':restart VERSION=1 V'), ['VERSION=']);
    assert.deepEqual(await complete(':watch $V'), ['$VERSION']);
    await ask(client, ':watch /a/b');
    assert.deepEqual(await complete(':unwatch '), ['/a/b']);
    assert.deepEqual(await complete(':save /etc/passwd D'), ['Dockerfile']);
    assert.deepEqual(await complete(':save --force /etc/passwd ./'), ['./Dockerfile']);
    assert.deepEqual(await complete(':save /etc --f'), ['--force']);
    assert.deepEqual(await complete(':since --o'), ['--output']);
    assert.deepEqual(await complete(':since --output test "$VER'), ['$VERSION']);
    assert.deepEqual(await complete(':save --in=base /etc --'), ['--force']);
    assert.deepEqual(await complete(':save --in=base /etc/passwd D'), ['Dockerfile']);
    assert.deepEqual(await complete(':find x --'), ['--in=']);
    assert.deepEqual(await complete(':find x --in=i'), ['--in=initial']);
    assert.deepEqual(await complete(':blame --in=s'), ['--in=stage:base']);
    assert.deepEqual(await complete(':blame --in=base --'), []);
    assert.deepEqual(await complete(':env x'), []);
    assert.deepEqual(await complete(':nonsense x'), []);
    assert.deepEqual(await complete('echo $H'), ['$HOME']);
    assert.deepEqual(await complete('echo ${V'), ['${VERSION}']);
    assert.deepEqual(await complete('COPY --from=b'), ['base']);
  });

  it('completes programs and paths with what the image answers', async () => {
    await using client = await stopped();
    const asked: string[] = [];
    const answer = (text: string): void => {
      frameOf(client).onRun = (command, output) => {
        asked.push(command);
        void output({ fd: 1, data: Buffer.from(text) });
        return Promise.resolve(0);
      };
    };
    const complete = async (text: string): Promise<unknown[][]> =>
      (await client.request('completions', { text, column: text.length + 1 })).targets.map(
        ({ label, start, length }) => [label, start, length],
      );
    answer('etcd\ned\n');
    assert.deepEqual(
      await complete('x | e'),
      ['echo', 'ed', 'etcd', 'eval', 'exec', 'exit', 'export'].map((name) => [name, 5, 1]),
    );
    answer('/etc/pass wd\n/etc/pki/\n');
    assert.deepEqual(await complete('cat --f=/etc/p'), [
      ['--f=/etc/pass\\ wd', 5, 10],
      ['--f=/etc/pki/', 5, 10],
    ]);
    assert.deepEqual(await complete('cat "/etc/p'), [
      ['"/etc/pass wd', 5, 7],
      ['"/etc/pki/', 5, 7],
    ]);
    assert.match(asked.at(-1) ?? '', /for f in '\/etc\/p'\*/);
    answer('/etc/pass wd\n');
    assert.deepEqual(await complete(':blame /etc/p'), [['/etc/pass\\ wd', 8, 6]]);
    assert.deepEqual(await complete(':find x "/etc/p'), [['"/etc/pass wd', 9, 7]]);
    assert.deepEqual(await complete(':watch '), [['/etc/pass\\ wd', 8, 0]]);
    answer('src/\n');
    assert.deepEqual(await complete('ls ~/s'), [['~/src/', 4, 3]]);
    assert.match(asked.at(-1) ?? '', /^cd ~ && /);
  });

  it('says where a completion starts as the client counts columns', async () => {
    for (const [columnsStartAt1, column, start] of [
      [true, 9, 6],
      [false, 8, 5],
    ] as const) {
      await using client = await stopped({ columnsStartAt1 });
      const { targets } = await client.request('completions', { text: 'echo $HO and more', column });
      assert.deepEqual(targets, [{ label: '$HOME', type: 'variable', start, length: 3 }]);
    }
  });

  it('opens a shell in a terminal, or says what to paste', async () => {
    await using client = await stopped({ supportsRunInTerminalRequest: true });
    const seq = client.send('dockerfile/openShell', {});
    const request = await client.reverse('runInTerminal');
    assert.deepEqual((request.arguments as { args: unknown }).args, ['node', '/dist/shell-client.js', '/tmp/a b']);
    client.respond(request, { processId: 1 });
    assert.deepEqual((await client.answer(seq)).body, { title: 'RUN make (line 4)' });
    const refused = client.send('evaluate', { expression: ':shell', context: 'repl' });
    const second = await client.reverse('runInTerminal', 1);
    client.respond(second, undefined, 'no');
    assert.match((await client.answer(refused)).message ?? '', /refused: no.*DOCKERFILE_DEBUG_TOKEN=abc node/);

    await using plain = await stopped();
    await plain.request('dockerfile/openShell', {});
    await plain.event('output');
    assert.match(plain.printed(), /DOCKERFILE_DEBUG_TOKEN=abc node \/dist\/shell-client.js '\/tmp\/a b'/);
  });
});
