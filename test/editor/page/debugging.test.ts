import { strict as assert } from 'node:assert';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { keepPicture, openWorkbench, screenshotFolder } from '../browser/page-tests.js';
import { failing, failingLine, right, wrong } from '../workspaces.js';
import type { Workbench } from './workbench.js';

const red = [229, 72, 77] as const;
const green = [48, 164, 108] as const;

describe('a build that fails', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await openWorkbench(failing, 'greeter');
    await workbench.openDockerfile('Dockerfile');
  });

  after(async () => {
    await workbench.close();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') {
      await keepPicture(`failed-${this.currentTest.title.replace(/\W+/g, '-')}`, workbench);
    }
  });

  it('stops at the failing instruction on F5, which is painted as failed', async () => {
    await workbench.page.keyboard.press('F5');
    await workbench.page.locator('.exception-widget').waitFor();
    assert.match(await workbench.page.locator('.exception-widget').innerText(), /grep -q world|exit/);
    await workbench.eventually(async () => assert.equal(await workbench.markAt(failingLine), 'failed'));
    assert.ok((await workbench.paintedBeside(failingLine, red)) > 20, 'the failure mark is painted');
    await workbench.consoleShows('grep -q world');
    await picture('stop', workbench);
  });

  it('lists the failure in Problems', async () => {
    await workbench.command('Problems: Focus on Problems View');
    const rows = workbench.page.locator('.markers-panel .monaco-list-row');
    await rows.filter({ hasText: 'grep' }).first().waitFor();
  });

  it('opens a shell in the step from the debug toolbar', async () => {
    await workbench.toolbar('Open shell in step');
    await workbench.terminalShows(/[#$] *$/);
    await workbench.typeInTerminal('cat out.txt; echo $((6 * 7)) in $PWD');
    await workbench.terminalShows(/hello from the build\n42 in \/src/);
    await picture('shell', workbench);
  });

  it('goes on to the end after the Dockerfile was corrected and the build restarted', async () => {
    const { page } = workbench;
    await workbench.command('Find');
    const find = page.locator('.find-widget .find-part .input').first();
    await find.fill(wrong);
    await page.keyboard.press('Alt+Enter');
    await page.keyboard.type(right);
    await page.keyboard.press('ControlOrMeta+s');
    await workbench.command('Restart build');
    await workbench.eventually(async () => assert.equal(await workbench.markAt(failingLine), 'done'));
    assert.ok((await workbench.paintedBeside(failingLine, green)) > 8, 'the mark of success is painted');
    assert.equal(await page.locator('.exception-widget').count(), 0);
  });
});

/** A picture for the documentation, when they are wanted. */
async function picture(name: string, workbench: Workbench): Promise<void> {
  const folder = screenshotFolder();
  if (folder !== undefined) {
    await mkdir(folder, { recursive: true });
    await workbench.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}
