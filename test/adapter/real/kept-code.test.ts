import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { engineAddress } from '../../support/environment/engines.js';

const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

describe('compiled code that a start keeps', () => {
  let home = '';
  beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'dockerfile-debugger-home-'))));
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const start = async (cache: string): Promise<void> => {
    writeFileSync(join(home, 'Dockerfile'), 'FROM busybox\nRUN true\n');
    const env = { ...process.env, HOME: home, XDG_CACHE_HOME: cache, BUILDKIT_HOST: engineAddress('buildkitd') };
    await promisify(execFile)(process.execPath, [cli, 'build', '.'], { cwd: home, env });
  };
  const kept = (): readonly string[] => {
    const folder = join(home, '.cache', 'dockerfile-debugger', 'code');
    return readdirSync(folder).map((name) => join(folder, name));
  };

  it('is used by the next one, and made anew where a disk has lost a part of it', async () => {
    // An empty variable is none: code is kept in the home, never in the folder where the command runs.
    await start('');
    const files = kept();
    assert.ok(files.length >= 4 && files.every((file) => file.endsWith('.bin')), files.join(' '));
    assert.deepEqual(readdirSync(home).sort(), ['.cache', 'Dockerfile']);
    const times = files.map((file) => statSync(file).mtimeMs);
    await start('');
    assert.deepEqual(
      files.map((file) => statSync(file).mtimeMs),
      times,
    );
    for (const file of files) {
      const code = readFileSync(file);
      writeFileSync(file, code.fill(0, 4096, code.length - 8));
    }
    await start('');
    for (const file of files)
      assert.ok(
        readFileSync(file).some((byte, at) => at > 4096 && byte !== 0),
        file,
      );
    await start('');
  });
});
