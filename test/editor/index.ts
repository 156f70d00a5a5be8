import { writeFile } from 'node:fs/promises';
import { countsOf } from './results.js';

/** The one entry that VS Code starts, on a desktop and in the server: the half of the suite that runs in its extension host. */
export async function run(): Promise<void> {
  // mocha is no CommonJS; the bundle leaves it to Node.
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ ui: 'bdd', timeout: 180_000, color: false, grep: process.env.DFD_TEST_GREP ?? '' });
  mocha.suite.emit('pre-require', globalThis, 'editor', mocha);
  await import('./host/activation.test.js');
  await import('./host/agents.test.js');
  await import('./host/bytes.test.js');
  await import('./host/configuration.test.js');
  await import('./host/debugging.test.js');
  await import('./host/file-drag.test.js');
  await import('./host/files.test.js');
  await import('./host/language.test.js');

  const counts = await new Promise<ReturnType<typeof countsOf>>((resolve) => {
    const runner = mocha.run(() => resolve(countsOf(runner)));
  });
  const result = process.env.DFD_HOST_RESULT ?? process.env.DFD_TEST_RESULT;
  if (result !== undefined) {
    await writeFile(result, JSON.stringify(counts));
  }
  if (counts.failed > 0) {
    throw new Error(`${counts.failed} of the editor's tests failed`);
  }
}
