// `npm start`: sets everything up, finds an engine or starts a private one, and debugs the sample build in the terminal.
// `npm start -- PATH [flags]` debugs another build. The private engine ends with the session.
import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { down, up } from './environment/index.mjs';
import { root } from './environment/paths.mjs';
import { findEngine } from './find-engine.mjs';
import { prepare } from './prepare.mjs';

const say = (text) => process.stderr.write(`${text}\n`);
const words = process.argv.slice(2);

/** The terminal's Ctrl-C is for the debugger; this process only waits for it to end. */
function debug(args, env) {
  process.on('SIGINT', () => undefined);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'build', ...args], {
      stdio: 'inherit',
      env: { ...process.env, ...env },
    });
    for (const signal of ['SIGTERM', 'SIGHUP']) process.once(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

async function privateEngine(folder) {
  if (process.platform !== 'linux' || process.getuid() !== 0) {
    throw new Error(
      'No BuildKit and no Docker answers here. Start Docker, or on Linux run this as root: then a private BuildKit is started.',
    );
  }
  say('No BuildKit and no Docker answers here: starting a private BuildKit.');
  const { variables, missing } = await up(folder, ['buildkitd'], say, { small: true });
  if (missing.buildkitd !== undefined) throw new Error(missing.registry ?? missing.buildkitd);
  return { BUILDKIT_HOST: variables.DFD_TEST_BUILDKITD };
}

let folder;
try {
  await prepare();
  const found = await findEngine();
  if (found === undefined) folder = await mkdtemp(join(tmpdir(), 'dfd-start-'));
  const env = folder === undefined ? {} : await privateEngine(folder);
  say(`Debugging on ${env.BUILDKIT_HOST ?? found}.`);
  process.exitCode = await debug(words.length > 0 ? words : [join(root, 'examples/sample')], env);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  if (folder !== undefined) await down(folder);
}
