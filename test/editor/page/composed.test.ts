import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { composed } from '../workspaces.js';
import { windowOf } from './story.js';

describe('a Compose file', () => {
  const window = windowOf(composed, 'composed');

  it('is debugged by F5, which asks for the service', async () => {
    const workbench = window();
    const { page } = workbench;
    await workbench.openFile('compose.yaml');
    await page.keyboard.press('F5');
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'lib' }).waitFor();
    assert.deepEqual(await rows.allInnerTexts(), ['api', 'lib'], 'what is not built is not offered');
    await rows.filter({ hasText: 'api' }).click();
    await page.locator('.exception-widget', { hasText: 'RUN grep -q world /made failed' }).waitFor();
    await workbench.stopsAt(4);
    await workbench.typeInConsole('cat /made; echo "$GREETING"');
    await workbench.consoleShows('of lib');
    await workbench.consoleShows('hello');
  });

  it('is read again by Restart, with what it takes from', async () => {
    const workbench = window();
    await writeFile(join(workbench.folder, 'lib/Dockerfile'), 'FROM busybox\nRUN echo "of the world" > /made\n');
    await workbench.toolbar('Restart');
    await workbench.consoleShows('Build completed');
  });
});
