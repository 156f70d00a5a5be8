// One suite as a process of its own: its report is shown as it comes, its numbers are read from a file.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../environment/paths.mjs';
import { commandOf } from './suites.mjs';

/** Only the line that closes everything may look like this. */
const closing = /^\s*(\w+: ?)?\d+ passed, \d+ failed(, \d+ skipped)?\s*$/;

/** Gives `passed`, `failed`, `skipped`, and `reason` where the run itself went wrong, which counts as one more failure. */
export async function runSuite(suite, { env, extra, children }) {
  const folder = await mkdtemp(join(tmpdir(), 'dfd-result-'));
  const file = join(folder, 'result.json');
  try {
    const ended = await runProcess(suite, { ...env, DFD_TEST_RESULT: file }, extra, children);
    const counts = await readFile(file, 'utf8').then(parse, () => undefined);
    return judge(counts, ended);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function parse(text) {
  const { passed = 0, failed = 0, skipped = 0 } = JSON.parse(text);
  return { passed, failed, skipped };
}

function judge(counts, { code, reason }) {
  if (counts === undefined)
    return { passed: 0, failed: 1, skipped: 0, reason: reason ?? `crashed (exit code ${code})` };
  const none = counts.passed + counts.failed + counts.skipped === 0;
  if (reason !== undefined) return { ...counts, failed: counts.failed + 1, reason };
  if (none) return { ...counts, failed: 1, reason: 'ran no test' };
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1, reason: `ended with exit code ${code}` };
  return counts;
}

function runProcess(suite, env, extra, children) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, commandOf(suite, extra), {
      cwd: root,
      env: { ...process.env, ...env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that all of a run that hangs can be ended by its number.
      detached: true,
    });
    children.add(child);
    let reason;
    const timer = setTimeout(() => {
      reason = `did not end within ${suite.minutes} minutes`;
      process.kill(-child.pid, 'SIGKILL');
    }, suite.minutes * 60_000);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        process.stdout.write(closing.test(line) ? `${line.trim()} (${suite.name})\n` : `${line}\n`);
      });
    }
    const end = (code) => {
      clearTimeout(timer);
      children.delete(child);
      resolve({ code, reason });
    };
    child.on('error', (error) => {
      reason = error.message;
      end(1);
    });
    child.on('close', (code, signal) => {
      if (signal !== null) reason ??= `was ended by ${signal}`;
      end(code);
    });
  });
}
