import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Files } from '../workspaces.js';
import { createWorkspace } from '../workspaces.js';
import { type Counts, countsOf } from '../results.js';
import { Workbench } from '../page/workbench.js';
import type { Server } from './server.js';
import { openWindow } from './window.js';

/** What the tests of the page work with. */
export interface PageTestOptions {
  readonly browser: Browser;
  readonly server: Server;
  readonly grep: string | undefined;
}

let options: PageTestOptions | undefined;

/** Shows where things went wrong, for whoever looks into a failure: in the folder `DFD_TEST_PICTURES`. */
export async function keepPicture(name: string, { page }: Workbench): Promise<void> {
  const folder = process.env.DFD_TEST_PICTURES;
  if (folder !== undefined) {
    await mkdir(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`) });
  }
}

/** Opens a window on a new workspace. A test owns what it opens. */
export async function openWorkbench(files: Files, name: string): Promise<Workbench> {
  if (options === undefined) {
    throw new Error('runPageTests has not been called');
  }
  const folder = await createWorkspace(files, name);
  const page: Page = await openWindow(options.browser, options.server, { folder });
  const workbench = new Workbench(page, folder);
  try {
    await workbench.ready();
  } catch (error) {
    await keepPicture('not-ready', workbench);
    await workbench.close();
    throw error;
  }
  return workbench;
}

/** Runs the half of the suite that looks at the page and clicks. */
export async function runPageTests(given: PageTestOptions): Promise<Counts> {
  options = given;
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 300_000,
    bail: true,
    ...(given.grep !== undefined && { grep: given.grep }),
  });
  mocha.suite.emit('pre-require', globalThis, 'page', mocha);
  await import('../page/debugging.test.js');
  await import('../page/files.test.js');
  await import('../page/breakpoints.test.js');
  await import('../page/again.test.js');
  await import('../page/composed.test.js');
  await import('../page/inside.test.js');
  return await new Promise((resolve) => {
    const runner = mocha.run(() => resolve(countsOf(runner)));
  });
}
