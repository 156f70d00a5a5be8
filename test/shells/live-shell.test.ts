import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import type { LiveShell } from '../../debug-adapter/debugger/inside/live-shell-api.js';
import { startLiveShell } from '../../debug-adapter/debugger/inside/live-shell.js';
import { readVariables, LIST_VARIABLES } from '../../debug-adapter/debugger/inside/shell-variables.js';
import { UserError } from '../../debug-adapter/debugger/errors.js';
import type { Steppable } from '../../debug-adapter/dockerfile/script/model.js';
import { localBench } from './local-bench.js';

const { signal } = new AbortController();

function keep(): {
  readonly sink: (piece: { readonly fd: 1 | 2; readonly data: Uint8Array }) => void;
  readonly text: () => string;
} {
  let text = '';
  return {
    sink: ({ fd, data }) => void (text += `${fd === 2 ? '!' : ''}${Buffer.from(data).toString()}`),
    text: () => text,
  };
}

/** A shell that stops before each command, and tells no more of it than its number and the status before it. */
interface Stepped extends Pick<LiveShell, 'run' | 'signal' | 'end' | 'state'> {
  go(): Promise<Brief>;
}

type Brief =
  | { readonly kind: 'before'; readonly statement: number; readonly status: number }
  | { readonly kind: 'ended'; readonly code: number };

async function start(shell: readonly string[], script: string): Promise<{ live: Stepped; said: () => string }> {
  const steppable: Steppable = { statements: [], passed: [], shell, script, counts: false, parameters: [] };
  const kept = keep();
  const live = await startLiveShell(localBench(), steppable, kept.sink, signal, tmpdir());
  const go = async (): Promise<Brief> => {
    const place = await live.go({ kind: 'each' });
    return place.kind === 'ended' ? place : { kind: place.kind, statement: place.statement, status: place.status };
  };
  const stepped: Stepped = {
    go,
    run: (...asked) => live.run(...asked),
    signal: (name) => live.signal(name),
    end: () => live.end(),
    get state() {
      return live.state;
    },
  };
  return { live: stepped, said: kept.text };
}

async function run(live: Stepped, text: string, forget = false): Promise<{ code: number; text: string }> {
  const kept = keep();
  return { code: await live.run(text, { output: kept.sink, signal, forget }), text: kept.text() };
}

for (const shell of [
  ['dash', '-c'],
  ['bash', '-c'],
  ['bash', '-exo', 'pipefail', '-c'],
  ['dash', '-ex', '-c'],
]) {
  describe(`live shell: ${shell.join(' ')}`, () => {
    const traces = shell.some((word) => /^-\w*x/.test(word));

    it('stands before each command, and ends with the code of the script', async () => {
      const { live, said } = await start(shell, '__dfd_at 0; echo one && __dfd_at 1 && echo two; __dfd_at 2; exit 3');
      assert.deepEqual(await live.go(), { kind: 'before', statement: 0, status: 0 });
      assert.equal(said(), '');
      assert.deepEqual(await live.go(), { kind: 'before', statement: 1, status: 0 });
      assert.equal(said().replace(/^!\+.*\n/gm, ''), 'one\n');
      assert.equal((await live.go()).kind, 'before');
      assert.deepEqual(await live.go(), { kind: 'ended', code: 3 });
      assert.doesNotMatch(said(), /__dfd/);
      if (traces) assert.match(said(), /\+ echo one/);
    });

    it('runs what is typed in the shell itself, or in a copy', async () => {
      const { live, said } = await start(shell, 'cd /usr; x=5; __dfd_at 0; printf "x is %s in %s" "$x" "$PWD"');
      await live.go();
      assert.deepEqual(await run(live, 'echo "$x" "$PWD"'), { code: 0, text: '5 /usr\n' });
      assert.deepEqual(await run(live, 'x=7; cd /', true), { code: 0, text: '' });
      assert.deepEqual(await run(live, 'echo $x; pwd'), { code: 0, text: '5\n/usr\n' });
      assert.deepEqual(await run(live, "x='a\\b\nc'\ncd /tmp"), { code: 0, text: '' });
      assert.deepEqual(await live.go(), { kind: 'ended', code: 0 });
      assert.match(said(), /x is a\\b\nc in \/tmp/);
    });

    it('leaves the script the file descriptors that it uses', async () => {
      const script =
        '__dfd_at 0; exec 7>&1 9</dev/null 8>/dev/null; __dfd_at 1; echo a >&7; ( __dfd_at 2; echo b >&9 ) 9>&1';
      const { live, said } = await start(shell, script);
      for (const statement of [0, 1, 2]) {
        assert.deepEqual(await live.go(), { kind: 'before', statement, status: 0 });
        assert.deepEqual(await run(live, 'echo heard'), { code: 0, text: 'heard\n' });
      }
      assert.deepEqual(await live.go(), { kind: 'ended', code: 0 });
      assert.match(said(), /^a\n[^]*^b\n/m);
    });

    it('outlives a variable that is not set, though the script ends with one', async () => {
      const { live } = await start(shell, 'set -u; __dfd_at 0; true; __dfd_at 1; true; __dfd_at 2; echo "$x"');
      await live.go();
      await run(live, 'echo "$nothing"');
      assert.notEqual((await run(live, 'echo "$nothing"', true)).code, 0, 'in a condition it is an error');
      assert.deepEqual(await live.go(), { kind: 'before', statement: 1, status: 0 });
      await run(live, 'set +u');
      await live.go();
      assert.deepEqual(await run(live, 'echo "$nothing"', true), { code: 0, text: '\n' });
      await run(live, 'set -u');
      const end = await live.go();
      assert(end.kind === 'ended' && end.code > 0);
    });

    it('traces from where that is typed, the script only', async () => {
      const script = '__dfd_at 0; true; __dfd_at 1; echo one; __dfd_at 2; echo two; __dfd_at 3; echo three';
      const { live, said } = await start(shell, script);
      await live.go();
      await run(live, 'set +x');
      await live.go();
      assert.doesNotMatch(said().replace('+ true', ''), /\+/);
      assert.deepEqual(await run(live, 'set -x'), { code: 0, text: '' });
      await live.go();
      assert.match(said(), /^!?\+ echo one\n/m);
      await run(live, 'set +x');
      await live.go();
      await live.go();
      assert.doesNotMatch(said(), /\+ echo t/);
      assert.doesNotMatch(said(), /__dfd|\+ (?!true|echo one)/);
    });

    it('runs functions of the script that are called in what is typed, without stops', async () => {
      const { live, said } = await start(
        shell,
        'f() { __dfd_at 0; false; __dfd_at 1; echo "f: ${__dfd_status}"; }; __dfd_at 2; (exit 3) || __dfd_at 3 && echo "${__dfd_status}"; f || :',
      );
      assert.deepEqual(await live.go(), { kind: 'before', statement: 2, status: 0 });
      assert.deepEqual(await live.go(), { kind: 'before', statement: 3, status: 3 });
      assert.deepEqual(await run(live, 'f'), { code: 0, text: 'f: 1\n' });
      assert.deepEqual(await run(live, 'f', true), { code: 0, text: 'f: 1\n' });
      assert.deepEqual(await live.go(), { kind: 'before', statement: 0, status: 0 });
      assert.match(said(), /^3$/m);
      await live.go();
      assert.deepEqual(await live.go(), { kind: 'ended', code: 0 });
    });

    it('has the parameters of the script, or of the function that it stands in', async () => {
      const script = 'set -- a "b c"; __dfd_at 0 "$@"; f() { __dfd_at 1 "$@"; echo "$1"; }; f "it\'s" x y; echo "$2"';
      const { live, said } = await start(shell, script);
      await live.go();
      assert.deepEqual(await run(live, 'echo "$#: $2"'), { code: 0, text: '2: b c\n' });
      await live.go();
      assert.deepEqual(await run(live, 'echo "$#: $1"'), { code: 0, text: "3: it's\n" });
      assert.deepEqual(await run(live, '[ "$3" = y ]', true), { code: 0, text: '' });
      await live.go();
      assert.equal(said().replace(/^!?\+.*\n/gm, ''), "it's\nb c\n");
      assert.doesNotMatch(said(), /__dfd/);
    });

    it('ends with what was typed, though its trap calls a function of the script', async () => {
      const { live } = await start(shell, 'f() { __dfd_at 0; echo bye; }; trap f EXIT; __dfd_at 1; true');
      await live.go();
      const { sink: output, text } = keep();
      await assert.rejects(live.run('exit 4', { output, signal, forget: false }), /exit code 4/);
      assert.equal(text(), 'bye\n');
    });

    it('outlives commands that fail, that are none, and here-documents', async () => {
      const { live } = await start(shell, 'set -e; __dfd_at 0; true');
      await live.go();
      assert.equal((await run(live, 'false')).code, 1);
      assert.equal((await run(live, 'if')).code !== 0, true);
      assert.equal((await run(live, 'nothing-of-that-name')).code, 127);
      assert.deepEqual(await run(live, 'cat <<EOF\nhello\nEOF'), { code: 0, text: 'hello\n' });
      assert.deepEqual(await live.go(), { kind: 'ended', code: 0 });
    });

    it('tells where what a command was redirected to is no hindrance, nor a copy of the shell', async () => {
      const { live } = await start(
        shell,
        '{ __dfd_at 0; echo a; } >/dev/null 2>&1 </dev/null; ( x=2; __dfd_at 1; echo b ); __dfd_at 2; echo c',
      );
      assert.equal((await live.go()).kind, 'before');
      assert.deepEqual(await run(live, 'echo heard'), { code: 0, text: 'heard\n' });
      await live.go();
      assert.deepEqual(await run(live, 'echo $x'), { code: 0, text: '2\n' });
      assert.deepEqual(await live.go(), { kind: 'before', statement: 2, status: 0 });
      assert.deepEqual(await live.go(), { kind: 'ended', code: 0 });
    });

    it('says that the shell has ended with what was typed', async () => {
      const { live } = await start(shell, '__dfd_at 0; true');
      await live.go();
      await assert.rejects(
        run(live, 'exit 4'),
        (error) => error instanceof UserError && /exit code 4/.test(error.message),
      );
      assert.deepEqual(live.state, { kind: 'ended', code: 4 });
    });

    it('lists variables with quotes and lines in them', async () => {
      const { live } = await start(
        shell,
        `a='it'"'"'s'; b='two\nlines'; c=; d='$x "y" \\z'; f() { e=1; }; __dfd_at 0; true`,
      );
      await live.go();
      const variables = readVariables((await run(live, LIST_VARIABLES, true)).text);
      assert.equal(variables.get('a'), "it's");
      assert.equal(variables.get('b'), 'two\nlines');
      assert.equal(variables.get('c'), '');
      assert.equal(variables.get('d'), '$x "y" \\z');
      assert.equal(variables.get('e'), undefined);
      assert.equal(
        [...variables.keys()].some((name) => name.startsWith('__dfd')),
        false,
      );
      await live.go();
    });

    it('runs what is asked at one time one after the other, and goes on though something runs', async () => {
      const { live } = await start(shell, '__dfd_at 0; true; __dfd_at 1; true');
      await live.go();
      const asked = ['sleep 0.1; echo a', 'echo b', 'echo c'].map((text) => run(live, text, true));
      assert.deepEqual(
        (await Promise.all(asked)).map(({ text }) => text),
        ['a\n', 'b\n', 'c\n'],
      );
      const long = run(live, 'sleep 20');
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.deepEqual(await live.go(), { kind: 'before', statement: 1, status: 0 });
      assert.notEqual((await long).code, 0);
      await live.go();
    });

    for (const [text, forget] of [
      ['sleep 20', false],
      ['sleep 20', true],
      ['while :; do sleep 0.2; done', false],
      ['f() { while :; do sleep 0.2; done; }; f; f', true],
    ] as const)
      it(`ends a command that is cancelled, and not the script: ${text}${forget ? ', in a copy' : ''}`, async () => {
        const { live } = await start(shell, '__dfd_at 0; echo on');
        await live.go();
        const controller = new AbortController();
        const running = live.run(text, { output: () => undefined, signal: controller.signal, forget });
        await new Promise((resolve) => setTimeout(resolve, 100));
        controller.abort();
        assert.equal((await running) !== 0, true);
        live.signal('INT');
        assert.deepEqual(await run(live, 'echo still here'), { code: 0, text: 'still here\n' }, 'one that comes late');
        assert.deepEqual(await live.go(), { kind: 'ended', code: 0 });
      });

    it('is hit by no interrupt that is on its way when the script goes on', async () => {
      const { live } = await start(shell, '__dfd_at 0; sleep 0.5 && echo slept; __dfd_at 1; true');
      await live.go();
      const controller = new AbortController();
      const running = live.run('sleep 0.05', { output: () => undefined, signal: controller.signal, forget: true });
      controller.abort();
      await running.catch(() => undefined);
      assert.deepEqual(await live.go(), { kind: 'before', statement: 1, status: 0 });
      await live.go();
    });

    it('does not run what waits when it goes on', async () => {
      const { live } = await start(shell, '__dfd_at 0; true; __dfd_at 1; true');
      await live.go();
      const asked = [run(live, 'sleep 20'), run(live, 'sleep 20'), run(live, 'exit 4')].map((each) =>
        each.catch((error: unknown) => error),
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.deepEqual(await live.go(), { kind: 'before', statement: 1, status: 0 });
      const [, ...others] = await Promise.all(asked);
      for (const other of others) assert.match(String(other), /does not stand before a command/);
      await live.go();
    });

    it('outlives names that are not set, where the script does not', async () => {
      const { live } = await start(shell, 'set -u; __dfd_at 0; echo $-; __dfd_at 1; echo "$nope"; echo on');
      await live.go();
      assert.deepEqual(await run(live, 'echo "<$nope>"'), { code: 0, text: '<>\n' });
      assert.deepEqual(await live.go(), { kind: 'before', statement: 1, status: 0 });
      assert.notEqual(await live.go().then((place) => place.kind === 'ended' && place.code), 0);
    });

    it('uses no file descriptors of the script', async () => {
      const { live, said } = await start(
        shell,
        'exec 9>/dev/null 8>&9; __dfd_at 0; echo one; __dfd_at 1; (echo two) 7>&1; __dfd_at 2; true',
      );
      for (const statement of [0, 1, 2]) assert.deepEqual(await live.go(), { kind: 'before', statement, status: 0 });
      assert.deepEqual(await live.go(), { kind: 'ended', code: 0 });
      assert.equal(said().replace(/^!\+.*\n/gm, ''), 'one\ntwo\n');
    });

    it('says why nothing of a script runs, without the words of the debugger', async () => {
      const { live, said } = await start(shell, '__dfd_at 0; echo "$(( 1 +; fi"; true');
      assert.equal((await live.go()).kind, 'ended');
      assert.match(said(), /syntax|unterminated|unexpected|expect/i);
      assert.doesNotMatch(said(), /printf/);
    });

    it('tells nothing that is written when it is left', async () => {
      const { live, said } = await start(shell, "trap 'echo cleaning' EXIT; __dfd_at 0; true");
      await live.go();
      live.end();
      await new Promise((resolve) => setTimeout(resolve, 200));
      assert.doesNotMatch(said(), /^cleaning/m);
    });

    it('hides its own lines in a trace, where they repeat the last word too', async () => {
      const { live, said } = await start(shell, 'set -x; echo a b; __dfd_at 0 "${_-}"; true');
      await live.go();
      await live.go();
      assert.doesNotMatch(said(), /__dfd/);
    });

    it('says so where it has ended', async () => {
      const { live } = await start(shell, '__dfd_at 0; true');
      await live.go();
      await assert.rejects(run(live, 'exit 4'));
      await assert.rejects(run(live, 'echo on'), /has ended|ended with the command/);
    });
  });
}

describe('live shell', () => {
  it('is ended with a command that no interrupt ends', async () => {
    const { live } = await start(['dash', '-c'], '__dfd_at 0; echo on');
    await live.go();
    const controller = new AbortController();
    const command = "trap '' INT; sleep 20";
    const running = live.run(command, { output: () => undefined, signal: controller.signal, forget: false });
    setTimeout(() => controller.abort(), 100);
    await assert.rejects(running, /ended with the command/);
  });
});
