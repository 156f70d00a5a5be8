import { strict as assert } from 'node:assert';
import { failing, failingLine, right, wrong } from '../workspaces.js';
import { windowOf } from './story.js';

const failedRed = [229, 72, 77] as const;
const doneGreen = [48, 164, 108] as const;
const breakpointRed = [229, 20, 0] as const;

describe('a build that fails', () => {
  const window = windowOf(failing, 'greeter');

  it('stops at the failing instruction on F5, which is painted as failed', async () => {
    const workbench = window();
    await workbench.page.keyboard.press('F5');
    const box = workbench.page.locator('.exception-widget');
    await box.waitFor();
    assert.match(await box.innerText(), /RUN grep -q world out\.txt failed with exit code 1/);
    await workbench.eventually(async () => {
      assert.equal(await workbench.markAt(failingLine), 'failed');
      assert.ok((await workbench.paintedBeside(failingLine, failedRed)) > 20, 'the failure mark is painted');
    });
    await workbench.consoleShows('RUN grep -q world out.txt');
  });

  it('lists the failure in Problems', async () => {
    const workbench = window();
    await workbench.command('Problems: Focus on Problems View');
    const rows = workbench.page.locator('.markers-panel .monaco-list-row');
    await rows.filter({ hasText: 'grep -q world' }).first().waitFor();
  });

  it('opens a shell in the step from the debug toolbar', async () => {
    const workbench = window();
    await workbench.toolbar('Open shell in step');
    await workbench.terminalShows(/\/src # *$/m);
    await workbench.typeInTerminal('cat out.txt; echo $((6 * 7)) in $PWD');
    await workbench.terminalShows(/hello from the build\n42 in \/src/);
  });

  it('switches to the state before the step', async () => {
    const workbench = window();
    await workbench.toolbar('Switch state: show it as it was before the step');
    await workbench.toolbarButton('Switch state: show it as the step failed').waitFor();
    await workbench.page.locator('.statusbar-item', { hasText: 'State: before the step' }).waitFor();
  });

  it('goes on to the end after the Dockerfile was corrected and the build restarted', async () => {
    const workbench = window();
    // A word of its own, so that the step runs: the other half has built the plain one on the same engine.
    await workbench.replace(wrong, `${right}-${Date.now()}`);
    await workbench.command('Dockerfile: Restart build');
    await workbench.eventually(async () => {
      assert.equal(await workbench.markAt(failingLine), 'done');
      assert.ok((await workbench.paintedBeside(failingLine, doneGreen)) > 8, 'the mark of success is painted');
    });
    const { page } = workbench;
    await page.locator('.exception-widget').waitFor({ state: 'detached' });
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    await workbench.consoleShows('Build completed');
  });
});

describe('a breakpoint', () => {
  const window = windowOf(failing, 'breakpoints');

  it('is red as soon as it is clicked, before any build', async () => {
    const workbench = window();
    await workbench.clickGutter(5);
    await workbench.eventually(async () => {
      assert.ok((await workbench.paintedBeside(5, breakpointRed)) > 20, 'the breakpoint is painted');
    });
  });

  it('stops the build before its instruction', async () => {
    const workbench = window();
    await workbench.page.keyboard.press('F5');
    await workbench.toolbarButton('Step Over').waitFor();
    await workbench.eventually(async () => {
      const red = await workbench.paintedBeside(5, breakpointRed);
      assert.ok(red >= 3, `the breakpoint stays red inside of the arrow: ${red} pixels`);
      assert.equal(await workbench.stoppedLine(), 5);
    });
  });

  it('shows the value of a variable under the mouse', async () => {
    const workbench = window();
    await workbench.page
      .locator('.view-line span', { hasText: /^\$GREETING$/ })
      .last()
      .hover();
    await workbench.page.locator('.debug-hover-widget', { hasText: 'hello' }).waitFor();
  });

  it('goes to the next instruction with F10', async () => {
    const workbench = window();
    await workbench.page.keyboard.press('Escape');
    await workbench.page.keyboard.press('F10');
    await workbench.eventually(async () => assert.equal(await workbench.stoppedLine(), 6));
    assert.match((await workbench.markAt(5)) ?? '', /^(?:done|cached)$/);
  });
});
