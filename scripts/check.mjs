// Everything that must hold before a commit: types, lint, format, generated code, unit tests. Two at a time, under a minute.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tasks = [
  ['types', 'npx', ['tsc', '-b']],
  ['lint', 'npx', ['eslint', '.', '--max-warnings', '0', '--cache', '--cache-location', '.cache/eslint']],
  ['format', 'npx', ['biome', 'format', '.']],
  ['generated', 'node', ['scripts/generate.mjs', '--check']],
  ['documents', 'node', ['scripts/dap-table.mjs', '--check']],
  ['unit', 'npx', ['mocha', '--config', 'test/unit/.mocharc.json', '--reporter', 'dot']],
];

function run([name, command, args]) {
  return new Promise((resolve) => {
    const started = Date.now();
    let text = '';
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
    child.on('error', (error) => resolve({ name, ok: false, text: String(error), seconds: 0 }));
    child.on('close', (code) =>
      resolve({ name, ok: code === 0, text, seconds: Math.round((Date.now() - started) / 100) / 10 }),
    );
  });
}

let failed = false;
const queue = [...tasks];
async function worker() {
  for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
    const result = await run(task);
    process.stdout.write(`${result.ok ? 'ok  ' : 'FAIL'} ${result.name} (${result.seconds} s)\n`);
    if (!result.ok) {
      failed = true;
      process.stdout.write(`${result.text}\n`);
    }
  }
}
await Promise.all([worker(), worker()]);
process.exit(failed ? 1 : 0);
