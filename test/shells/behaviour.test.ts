import { strict as assert } from 'node:assert';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cases } from './cases.js';
import { randomScript } from './random-scripts.js';
import { prelude, run, runSteps, stepLast, stepScript } from '../support/script.js';

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
    for (const shell of ['dash', 'bash'])
      if (only === undefined || only === shell)
        it(`${shell}: ${script.replaceAll('\n', '⏎').slice(0, 90)}`, async () => {
          const steps = await stepScript(script, [shell, '-c']);
          const plain = run([shell, '-c', script], fresh(), commands);
          const stepped = runSteps(steps, fresh(), commands);
          assert.deepEqual({ ...stepped, hooks: [] }, plain, steps.script);
          if (hooks !== undefined) assert.deepEqual(stepped.hooks, hooks, steps.script);
          assert(stepped.hooks.length > 0);
        });

  it('does the same when it is made at random', async function () {
    this.timeout(60_000);
    const first = Number(process.env['DFD_FIRST_SCRIPT'] ?? 0);
    const count = Number(process.env['DFD_SCRIPTS'] ?? 150);
    const scripts = Array.from({ length: count }, (_, index) => randomScript(first + index));
    const pairs: { readonly plain: string; readonly stepped: string }[] = [];
    for (const plain of scripts) {
      const steps = await stepLast(`FROM x\nRUN <<'SCRIPT-END'\n${plain}\nSCRIPT-END`);
      if (!('reason' in steps)) pairs.push({ plain, stepped: prelude + steps.script });
    }
    assert(pairs.length > count * 0.9, `only ${pairs.length} are understood`);
    for (const shell of ['dash', 'bash']) {
      const plain = runAll(
        shell,
        pairs.map((pair) => pair.plain),
        fresh(),
      );
      const stepped = runAll(
        shell,
        pairs.map((pair) => pair.stepped),
        fresh(),
      );
      pairs.forEach((pair, index) =>
        assert.equal(stepped[index], plain[index], `${shell}\n${pair.plain}\n────\n${pair.stepped}`),
      );
    }
  });
});

/** Output and status of scripts, with one process of Node for all. */
function runAll(shell: string, scripts: readonly string[], folder: string): readonly string[] {
  const loop = 'for each; do "$0" -c "$each" 2>&1; echo "ends with $?"; printf "%s\\n" ======; done';
  const { stdout } = run([shell, '-c', loop, shell, ...scripts], folder);
  return stdout.split('======\n');
}
