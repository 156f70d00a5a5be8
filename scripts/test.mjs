// `npm test`: sets everything up, runs every suite (or those that are named), takes down what it started, and closes with
// the sum. `npm test -- adapter/real --grep mounts` runs a part. With DFD_ENVIRONMENT set, a running environment is used.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { down, up } from './environment/index.mjs';
import { inCI } from './environment/paths.mjs';
import { buildBundles, installDependencies } from './prepare.mjs';
import { runSuite } from './test/run-suite.mjs';
import { chosenSuites } from './test/suites.mjs';

const say = (text) => process.stdout.write(`${text}\n`);
const since = (started) => `${Math.round((Date.now() - started) / 1000)} s`;
const children = new Set();

/** Where an option for mocha begins, the names of suites end. */
function readArguments(words) {
  const first = words.findIndex((word) => word.startsWith('-'));
  return first < 0 ? { wanted: words, extra: [] } : { wanted: words.slice(0, first), extra: words.slice(first) };
}

async function setUp(suites, folder) {
  const started = Date.now();
  const parts = [...new Set(suites.flatMap(({ needs }) => needs))];
  const [environment] = await Promise.all([up(folder, parts, say), installDependencies().then(buildBundles)]);
  const missing = Object.entries(environment.missing);
  for (const [name, reason] of missing) say(`${inCI ? 'FAILED' : 'SKIPPED'}: no ${name}: ${reason}`);
  say(`set up in ${since(started)}`);
  return { env: { ...environment.variables, DFD_TEST_ISOLATED: '1' }, missing: missing.map(([name]) => name) };
}

async function runSuites(suites, { env, missing }, extra) {
  const rows = missing.map((name) => ({
    name: `setup: ${name}`,
    passed: 0,
    failed: inCI ? 1 : 0,
    skipped: inCI ? 0 : 1,
  }));
  for (const suite of suites) {
    say(`\n──── ${suite.name} ────`);
    const started = Date.now();
    const counts = await runSuite(suite, { env, extra, children });
    if (counts.reason !== undefined) say(`FAILED: the suite ${suite.name} ${counts.reason}`);
    rows.push({ name: suite.name, ...counts, time: since(started) });
  }
  return rows;
}

function close(rows) {
  say('');
  for (const { name, passed, failed, skipped, time = '' } of rows) {
    say(
      `${name.padEnd(24)} ${String(passed).padStart(5)} ok ${String(failed).padStart(4)} bad ${String(skipped).padStart(4)} left out  ${time}`,
    );
  }
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
  say(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

const { wanted, extra } = readArguments(process.argv.slice(2));
const suites = await chosenSuites(wanted);
const borrowed = process.env.DFD_ENVIRONMENT !== undefined;
const folder = process.env.DFD_ENVIRONMENT ?? (await mkdtemp(join(tmpdir(), 'dfd-test-')));
const takeDown = () => (borrowed ? Promise.resolve() : down(folder));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    for (const child of children) process.kill(-child.pid, 'SIGKILL');
    void takeDown().finally(() => process.exit(130));
  });
}
let exitCode = 1;
try {
  const rows = await runSuites(suites, await setUp(suites, folder), extra);
  await takeDown();
  exitCode = close(rows);
} catch (error) {
  await takeDown();
  say(error instanceof Error ? error.message : String(error));
  exitCode = close([{ name: 'setup', passed: 0, failed: 1, skipped: 0 }]);
}
process.exitCode = exitCode;
