import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { bundleSuite } from './bundle.js';
import { root } from './environment.js';
import { writeWorkspaces } from './workspaces-on-disk.js';

/** Runs the extension host's half of the suite in VS Code for desktops; `DFD_VSCODE` names an installed one. */
export async function main(): Promise<number> {
  const top = await mkdtemp(join(tmpdir(), 'dfd-editor-'));
  const user = join(top, 'user');
  await mkdir(user);
  const extensionTestsEnv = { DFD_TEST_WORKSPACES: await writeWorkspaces(top) };
  const installed = process.env.DFD_VSCODE;
  try {
    return await runTests({
      extensionDevelopmentPath: root,
      extensionTestsPath: await bundleSuite(),
      extensionTestsEnv,
      launchArgs: [extensionTestsEnv.DFD_TEST_WORKSPACES, '--disable-extensions', `--user-data-dir=${user}`],
      ...(installed !== undefined && { vscodeExecutablePath: installed }),
    });
  } finally {
    await rm(top, { recursive: true, force: true });
  }
}
