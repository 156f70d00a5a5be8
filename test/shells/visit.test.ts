/** Ways through a script, with a real shell. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import type { Bench } from '../../debug-adapter/debugger/containers/bench.js';
import type { LiveShell } from '../../debug-adapter/debugger/inside/live-shell-api.js';
import { startLiveShell } from '../../debug-adapter/debugger/inside/live-shell.js';
import { createVisit, type Stops, type Visit, type Went } from '../../debug-adapter/debugger/inside/visit.js';
import { stepScript } from '../support/script.js';
import { localBench } from './local-bench.js';
import { shells } from './shells.js';

const { signal } = new AbortController();

interface Entered extends AsyncDisposable {
  readonly visit: Visit;
  readonly shell: LiveShell;
  readonly counts: boolean;
  /** Lines that were written, each behind the text of the statement that is said to have written it. */
  readonly written: () => readonly string[];
  /** The statement that it stands before. */
  readonly here: () => string;
  /** Goes on; with breakpoints on statements of these texts. */
  readonly go: (
    how: 'continue' | 'next' | 'stepIn' | 'stepOut',
    ...breakpoints: readonly string[]
  ) => Promise<Went | 'breakpoint'>;
}

async function enter(words: readonly string[], script: string): Promise<Entered> {
  const steps = await stepScript(script, [...words, '-c']);
  const { statements, counts } = steps;
  const written: string[] = [];
  const shell = await startLiveShell(
    localBench(),
    steps,
    ({ data }, statement) => {
      for (const line of Buffer.from(data).toString().split('\n'))
        if (line !== '') written.push(`${statements[statement ?? -1]?.text ?? ''}: ${line}`);
    },
    signal,
    tmpdir(),
  );
  const end = (): Promise<void> => Promise.resolve(shell.end());
  const visit = createVisit({ statements, passed: [], shell, bench: localBench() as Bench, end });
  return {
    visit,
    shell,
    counts,
    written: () => written,
    here: () => visit.statement.text,
    go: (how, ...breakpoints) =>
      visit.go(
        how,
        stopsAt(visit, () => breakpoints),
        signal,
      ),
    [Symbol.asyncDispose]: () => visit[Symbol.asyncDispose](),
  };
}

function stopsAt({ statements }: Visit, texts: () => readonly string[]): Stops<'breakpoint'> {
  return {
    at: () => new Set(statements.filter(({ text }) => texts().includes(text)).map(({ index }) => index)),
    why: ({ text }) => Promise.resolve(texts().includes(text) ? 'breakpoint' : undefined),
  };
}

const many = 'i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done; echo "$i"; exit 3';
const countdown =
  'f() { echo "f $1"; if [ $1 -gt 0 ]; then f $(($1 - 1)); echo "back $1"; fi; echo "end $1"; }; f 2; echo last';

for (const words of shells)
  describe(`through a script in ${words.join(' ')}`, () => {
    it('passes 100,000 commands in a moment, counts them, and knows where it ends', async () => {
      await using entered = await enter(words, many);
      const { visit, go, here } = entered;
      assert(entered.counts);
      await go('next');
      const begin = performance.now();
      assert.equal(await go('continue', 'echo "$i"'), 'breakpoint');
      const took = performance.now() - begin;
      assert(took < 3000, `${took} ms`);
      assert.equal(visit.spot?.count, 200_003_003);
      assert.equal(await go('continue'), 'ended');
      assert.deepEqual([visit.code, here()], [3, 'exit 3']);
    });

    it('asks for nothing where nothing is wanted', async () => {
      await using entered = await enter(words, many);
      await entered.go('next');
      const begin = performance.now();
      assert.equal(await entered.go('continue'), 'ended');
      const took = performance.now() - begin;
      assert(took < 3000, `${took} ms`);
    });

    it('says which statement ended the script, though it was passed', async () => {
      await using entered = await enter(words, 'set -e; echo one; x=1; [ "$x" = 2 ]; echo never');
      assert(entered.counts);
      await entered.go('next');
      assert.equal(await entered.go('continue'), 'ended');
      assert.deepEqual([entered.visit.code, entered.here()], [1, '[ "$x" = 2 ]']);
    });

    it('says which one ended it in a copy of the shell', async () => {
      await using entered = await enter(words, 'set -e; x=1; ( echo sub; [ "$x" = 2 ]; echo no ); echo never');
      await entered.go('next');
      assert.equal(await entered.go('continue'), 'ended');
      assert.equal(entered.here(), '[ "$x" = 2 ]');
    });

    it('tells what is written by which statement, though it passes them', async () => {
      const script = 'for i in 1 2; do echo "a $i"; echo "b $i" >&2; done; f() { echo "in f"; }; f; x=1; echo last';
      await using entered = await enter(words, script);
      await entered.go('next');
      await entered.go('continue');
      const all = ['echo "a $i": a 1', 'echo "a $i": a 2', 'echo "b $i" >&2: b 1', 'echo "b $i" >&2: b 2'];
      assert.deepEqual(entered.written().toSorted(), [...all, 'echo "in f": in f', 'echo last: last'].toSorted());
    });

    it('steps over a call of the same function, and out of this call only', async () => {
      await using entered = await enter(words, countdown);
      const { go, here, written } = entered;
      const text = (): string => written().join('\n');
      await go('next');
      assert.equal(here(), 'f 2');
      await go('stepIn');
      for (const next of ['[ $1 -gt 0 ]', 'f $(($1 - 1))', 'echo "back $1"']) {
        assert.equal(await go('next'), 'arrived');
        assert.equal(here(), next);
      }
      assert.match(text(), /end 1/);
      assert.doesNotMatch(text(), /back 2/);
      assert.equal(await go('stepOut'), 'arrived');
      assert.equal(here(), 'echo last');
    });

    it('steps out of a deeper call to the one that made it', async () => {
      await using entered = await enter(words, countdown);
      const { go, here, written } = entered;
      await go('next');
      assert.equal(await go('continue', 'f $(($1 - 1))'), 'breakpoint');
      await go('stepIn');
      assert.equal(here(), 'echo "f $1"');
      assert.equal(await go('stepOut'), 'arrived');
      assert.equal(here(), 'echo "back $1"');
      assert.deepEqual(written().slice(-1), ['echo "end $1": end 1']);
      assert.equal(await go('next', 'echo "f $1"'), 'arrived');
      assert.equal(here(), 'echo "end $1"');
    });

    it('stops at a breakpoint in what it steps over', async () => {
      await using entered = await enter(words, countdown);
      await entered.go('next');
      assert.equal(await entered.go('next', 'echo "end $1"'), 'breakpoint');
      assert.equal(await entered.go('next', 'echo "end $1"'), 'arrived');
      assert.equal(entered.here(), 'echo "back $1"');
    });

    it('stops behind a subshell in which it was let go otherwise', async () => {
      await using entered = await enter(words, 'a=1; ( b=2; echo "$b" ); c=3; ( d=4; echo $d ); echo end');
      const { go, here } = entered;
      await go('next');
      assert.equal(await go('continue', 'echo "$b"'), 'breakpoint');
      assert.equal(await go('next'), 'arrived');
      assert.equal(here(), 'c=3');
      assert.equal(await go('continue', 'echo $d'), 'breakpoint');
      assert.equal(await go('stepOut'), 'ended');
    });

    for (const script of [
      'for i in 1 2 3; do x=$i; echo "$x"; done; echo end',
      'for i in 1 2 3; do ( x=$i; echo "$x" ); done; echo end',
      'f() { x=$1; echo "$x"; }; for i in 1 2 3; do y=$(f $i)$(f b); f $i; done; echo end',
    ])
      it(`comes again where it was: ${script}`, async () => {
        const places: { readonly spot: Visit['spot']; readonly x: string }[] = [];
        const seen = async ({ visit }: Entered): Promise<string> => {
          let text = visit.statement.text;
          const output = ({ data }: { readonly data: Uint8Array }): void => void (text += Buffer.from(data).toString());
          await visit.run('echo ": $i ${x-}"', { output, signal, forget: true });
          return text;
        };
        {
          await using first = await enter(words, script);
          while ((await first.go('stepIn')) !== 'ended') places.push({ spot: first.visit.spot, x: await seen(first) });
        }
        assert(places.length > 7);
        for (const { spot, x } of places.slice(3)) {
          assert(spot !== undefined);
          await using second = await enter(words, script);
          assert.equal(await second.visit.goTo('first', signal), 'arrived');
          assert.equal(await second.visit.goTo(spot, signal), 'arrived');
          assert.equal(await seen(second), x);
          assert.deepEqual(second.visit.spot, spot);
        }
      });

    it('comes in a moment to where it was behind many commands', async () => {
      await using first = await enter(words, many);
      await first.go('next');
      await first.go('continue', 'echo "$i"');
      assert(first.visit.spot !== undefined);
      await using second = await enter(words, many);
      assert.equal(await second.visit.goTo('first', signal), 'arrived');
      assert.equal(await second.visit.goTo(first.visit.spot, signal), 'arrived');
      assert.equal(second.here(), 'echo "$i"');
    });

    it('stops at a breakpoint that is set while it runs, in a loop without an end', async () => {
      await using entered = await enter(words, 'i=0; while :; do i=$((i + 1)); j=$i; done');
      const { visit, go, here } = entered;
      await go('next');
      let breakpoints: readonly string[] = [];
      const went = visit.go(
        'continue',
        stopsAt(visit, () => breakpoints),
        signal,
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
      breakpoints = ['j=$i'];
      visit.refresh();
      assert.equal(await went, 'breakpoint');
      assert.equal(here(), 'j=$i');
    });

    it('stops at one that is set while a command runs that takes long', async () => {
      await using entered = await enter(words, 'a=1; sleep 0.5; b=2; echo $b');
      const { visit, go, here } = entered;
      await go('next');
      let breakpoints: readonly string[] = ['echo $b'];
      const went = visit.go(
        'continue',
        stopsAt(visit, () => breakpoints),
        signal,
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
      breakpoints = ['b=2'];
      visit.refresh();
      assert.equal(await went, 'breakpoint');
      assert.equal(here(), 'b=2');
    });

    it('pauses before a command of a loop, and in the midst of one that takes long', async () => {
      await using entered = await enter(
        words,
        'i=0; while [ ! -e /nowhere ]; do i=$((i + 1)); [ $i = 300000 ] && sleep 2; done',
      );
      const { visit, go, here } = entered;
      await go('next');
      const pause = async (how: 'continue' | 'next'): Promise<Went | 'breakpoint'> => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(), 50);
        return await visit.go(
          how,
          stopsAt(visit, () => []),
          controller.signal,
        );
      };
      // On a busy machine it may be halted first.
      do assert.equal(await pause('continue'), 'paused');
      while (visit.paused);
      assert(here().startsWith('[ ') || here().startsWith('i='));
      await visit.run('i=299990', { output: () => undefined, signal, forget: false });
      assert.equal(await go('continue', 'sleep 2'), 'breakpoint');
      assert.equal(await pause('next'), 'paused');
      assert.deepEqual([visit.paused, here()], [true, 'sleep 2']);
      assert.equal(await go('next'), 'arrived');
      assert.equal(here(), '[ ! -e /nowhere ]');
    });
  });
