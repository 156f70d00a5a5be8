import { strict as assert } from 'node:assert';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cases } from './cases.js';
import { randomScript } from './random-scripts.js';
import { goOn } from '../../debug-adapter/debugger/inside/orders.js';
import { freeDescriptors, hasInterrupt, prelude as realPrelude } from '../../debug-adapter/debugger/inside/hook.js';
import type { Steppable } from '../../debug-adapter/dockerfile/script/model.js';
import { prelude, run, runSteps, stepLast, stepScript } from '../support/script.js';
import { shells } from './shells.js';

/** A script with its calls does what it did without them. */
describe('the script of a RUN that is stepped through', () => {
  let folder = '';
  let commands = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'dfd-script-'));
    commands = join(folder, 'commands');
    mkdirSync(commands);
    for (const [name, text] of Object.entries({ 'apt-get': 'echo "apt-get $*"', dpkg: 'echo amd64' })) {
      writeFileSync(join(commands, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(commands, name), 0o755);
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  let made = 0;
  const fresh = (): string => {
    const path = join(folder, String((made += 1)), 'work');
    mkdirSync(path, { recursive: true });
    return path;
  };

  for (const { script, hooks, only } of cases)
    for (const shell of shells)
      if (only === undefined || only === shell[0])
        it(`${shell.join(' ')}: ${script.replaceAll('\n', '⏎').slice(0, 90)}`, async () => {
          const steps = await stepScript(script, [...shell, '-c']);
          const plain = run([...shell, '-c', script], fresh(), commands);
          const stepped = runSteps(steps, fresh(), commands);
          assert.deepEqual({ ...stepped, hooks: [] }, plain, steps.script);
          // Commands of a test are not found before those that a shell has itself.
          if (hooks !== undefined && shell.length === 1) assert.deepEqual(stepped.hooks, hooks, steps.script);
          assert(stepped.hooks.length > 0);
          for (const stops of [false, true])
            assert.deepEqual(
              withHook(shell, steps, fresh(), commands, stops),
              { ...plain, hooks: [] },
              `stops: ${stops}`,
            );
        });

  it('does the same when it is made at random', async function () {
    this.timeout(60_000);
    const first = Number(process.env['DFD_FIRST_SCRIPT'] ?? 0);
    const count = Number(process.env['DFD_SCRIPTS'] ?? 150);
    const scripts = Array.from({ length: count }, (_, index) => randomScript(first + index));
    const pairs: { readonly plain: string; readonly others: readonly string[] }[] = [];
    for (const plain of scripts) {
      const steps = await stepLast(`FROM x\nRUN <<'SCRIPT-END'\n${plain}\nSCRIPT-END`);
      if ('reason' in steps) continue;
      pairs.push({ plain, others: [prelude + steps.script, passing(steps)] });
    }
    assert(pairs.length > count * 0.9, `only ${pairs.length} are understood`);
    for (const shell of shells) {
      const plain = runAll(
        shell,
        pairs.map((pair) => pair.plain),
        fresh(),
      );
      for (const kind of [0, 1]) {
        const other = runAll(
          shell,
          pairs.map(({ others }) => others[kind] ?? ''),
          fresh(),
        ).map(withoutWords);
        pairs.forEach((pair, index) =>
          assert.equal(
            settled(other[index], pair.plain),
            settled(plain[index], pair.plain),
            `${shell.join(' ')}\n${pair.plain}\n────\n${pair.others[kind]}`,
          ),
        );
      }
    }
  });
});

const token = 'TOKEN';

/** The parts of a pipeline run at once: in which order they write is nobody's promise. */
function settled(text: string | undefined, script: string): string | undefined {
  return / \| /.test(script) ? text?.split('\n').sort().join('\n') : text;
}

/** What the hook says is taken out of it. */
function withoutWords(text: string): string {
  return text.replace(/\u001dTOKEN [^\u001d]*\u001d/g, '');
}

function hookOf({ script, statements, counts }: Steppable, news = '/nowhere/news.'): string {
  const descriptors = freeDescriptors(script);
  assert(descriptors !== undefined);
  return realPrelude({
    token,
    descriptors,
    statements,
    counts,
    interrupts: hasInterrupt(script),
    news,
  });
}

/** The script as it runs where nothing stops it. */
function passing(steps: Steppable): string {
  return `${hookOf(steps)}__dfd_b=' '; __dfd_s=' '; ${steps.script}`;
}

/** With the hook, which is passed, or told to go on wherever it stops. */
function withHook(
  shell: readonly string[],
  steps: Steppable,
  folder: string,
  commands: string,
  stops: boolean,
): ReturnType<typeof run> {
  const text = stops ? hookOf(steps, join(folder, '../news.')) + steps.script : passing(steps);
  const order = goOn({ kind: 'each' }, steps.statements.length, '/nowhere/news.1').trimEnd();
  const feed = 'order=$1; shift; while :; do printf "%s\\n" "$order" || exit; done 2>&- | { "$@"; }';
  const whole = ['dash', '-c', feed, 'feed', order, ...shell, '-c', text];
  const outcome = run(whole, folder, commands);
  return { ...outcome, stdout: withoutWords(outcome.stdout), stderr: withoutWords(outcome.stderr) };
}

/** Output and status of scripts, with one process of Node for all. */
function runAll(shell: readonly string[], scripts: readonly string[], folder: string): readonly string[] {
  const loop = `for each; do ${shell.join(' ')} -c "$each" 2>&1 </dev/null; echo "ends with $?"; printf "%s\\n" ======; done`;
  const { stdout } = run(['dash', '-c', loop, 'dash', ...scripts], folder);
  return stdout.split('======\n');
}
