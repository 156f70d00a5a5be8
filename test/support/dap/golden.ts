/** Golden files. `UPDATE_GOLDEN=1` rewrites; a missing one fails, and so does one that no test asserts. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const update = process.env['UPDATE_GOLDEN'] === '1';

/** Compares a text with the file of that name. */
export type Golden = (name: string, text: string) => void;

/**
 * Golden files of one test file: call it inside its outermost `describe`. Files are in the folder; those that no test
 * of a full and successful run has asserted fail the run.
 *
 * @param folder URL of the folder, e.g. `new URL('./transcripts/stops/', import.meta.url)`
 */
export function goldens(folder: URL): Golden {
  const root = fileURLToPath(folder);
  const asserted = new Set<string>();
  after(function () {
    const tests = allTests(this.test?.parent);
    const partial = tests.length === 0 || tests.some((test) => test.state !== 'passed') || filtered();
    if (partial || !existsSync(root)) return;
    const lost = readdirSync(root).filter((name) => name.endsWith('.txt') && !asserted.has(name));
    if (update) for (const name of lost) rmSync(join(root, name));
    else assert.deepEqual(lost, [], `No test asserts these files of ${root}; UPDATE_GOLDEN=1 removes them.`);
  });
  return (name, text) => {
    const file = join(root, `${name}.txt`);
    asserted.add(`${name}.txt`);
    if (update) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return;
    }
    assert.ok(existsSync(file), `${file} is missing; UPDATE_GOLDEN=1 writes it. It would be:\n${text}`);
    assert.equal(text, readFileSync(file, 'utf8'), `${file} differs; UPDATE_GOLDEN=1 rewrites it.`);
  };
}

function allTests(suite: Mocha.Suite | undefined): Mocha.Test[] {
  return suite === undefined ? [] : [...suite.tests, ...suite.suites.flatMap(allTests)];
}

/** Only some tests were asked for. */
function filtered(): boolean {
  return process.argv.some((word) => /^(?:-[fg]|--f?grep)/.test(word));
}
