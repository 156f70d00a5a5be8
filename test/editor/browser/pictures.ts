import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { Workbench } from '../page/workbench.js';
import { root } from './environment.js';
import type { Server } from './server.js';
import { openWindow } from './window.js';

/** Where the pictures of the documentation are taken, and where they go. */
export interface PictureOptions {
  readonly browser: Browser;
  readonly server: Server;
  readonly extension: string;
  readonly folder: string;
}

/** Takes the pictures of the documentation from the real thing, with the sample of `npm start`. */
export async function takePictures({ browser, server, extension, folder }: PictureOptions): Promise<void> {
  await mkdir(folder, { recursive: true });
  const top = await mkdtemp(join(tmpdir(), 'dfd-pictures-'));
  const sample = join(top, 'greeter');
  await cp(join(root, 'examples/sample'), sample, { recursive: true });
  const page = await openWindow(browser, server, { folder: sample, extension });
  const workbench = new Workbench(page, sample);
  const picture = async (name: string): Promise<void> => {
    await page.mouse.move(640, 790);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    process.stdout.write(`${join(folder, name)}.png\n`);
  };
  try {
    await stopAndShell(workbench, picture);
  } finally {
    await page.context().close();
    await rm(top, { recursive: true, force: true });
  }
}

async function stopAndShell(workbench: Workbench, picture: (name: string) => Promise<void>): Promise<void> {
  const { page } = workbench;
  await workbench.ready();
  await workbench.openDockerfile('Dockerfile');
  await page.keyboard.press('F5');
  await page.locator('.exception-widget').waitFor();
  await workbench.showRunView();
  await workbench.row('GREETER_VERSION').first().waitFor();
  await workbench.consoleShows('ERROR');
  await picture('stop');

  await workbench.toolbar('Open shell in step');
  await workbench.terminalShows(/# *$/);
  await workbench.typeInTerminal('clear');
  await workbench.terminalShows(/^\S+ # *$/);
  await workbench.typeInTerminal('ls -R /src');
  await workbench.terminalShows(/greet\.sh/);
  await picture('shell');
}
