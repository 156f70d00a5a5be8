import { strict as assert } from 'node:assert';
import { scripted } from '../workspaces.js';
import { windowOf } from './story.js';

describe('the commands of a RUN', () => {
  const window = windowOf(scripted, 'inside');

  it('are gone into from where the RUN failed', async () => {
    const workbench = window();
    const { page } = workbench;
    await page.keyboard.press('F5');
    await page.locator('.exception-widget').waitFor();
    await page.locator('.exception-widget', { hasText: 'Step Into goes through its commands' }).waitFor();
    await workbench.lens('Step into its commands').click();
    await page.locator('.exception-widget').waitFor({ state: 'detached' });
    await workbench.stopsAt(4);
    await workbench.showRunView();
    await workbench.row('set -eu').first().waitFor();
  });

  it('are stepped over, with the variables of the shell', async () => {
    const workbench = window();
    for (const line of [5, 10]) {
      await workbench.toolbar('Step Over');
      await workbench.stopsAt(line);
    }
    // The first scope is open.
    await workbench.variable('count').filter({ hasText: '0' }).waitFor();
  });

  it('have breakpoints of their own', async () => {
    const workbench = window();
    await workbench.gutterMenu(13, 'Add Conditional Breakpoint...');
    await workbench.typeIntoWidget('test "$version" = 9.9');
    await workbench.eventually(async () =>
      assert.equal(await workbench.breakpointAt(13), 'conditional', 'it stays on its line'),
    );
    await workbench.toolbar('Continue');
    await workbench.stopsAt(13);
    await workbench.typeInConsole('echo "$count: $name"; cat lib/versions');
    await workbench.consoleShows('3: metrics');
    await workbench.consoleShows('metrics 9.9');
  });

  it('go on with what was changed in Variables', async () => {
    const workbench = window();
    await workbench.setValue('version', '9.8');
    await workbench.toolbar('Step Over');
    await workbench.stopsAt(10);
    await workbench.toolbar('Step Back');
    await workbench.stopsAt(13);
    await workbench.variable('version').filter({ hasText: '9.9' }).waitFor();
    await workbench.toolbar('Step Back');
    await workbench.page.locator('.exception-widget', { hasText: 'failed with exit code 1' }).waitFor();
  });
});
