import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { changing, touching } from '../workspaces.js';
import { windowOf } from './story.js';

describe('Image Files', () => {
  const window = windowOf(touching, 'files');

  it('paints what a failed step changed', async () => {
    const workbench = window();
    await workbench.page.keyboard.press('F5');
    await workbench.page.locator('.exception-widget').waitFor();
    await workbench.onlyImageFiles();
    await workbench.eventually(async () => {
      for (const [name, letter, words] of [
        ['made.txt', 'A', '6 B'],
        ['notes.txt', 'M', '6 to 13 bytes'],
        ['old.txt', 'D', 'deleted, was 4 B'],
      ] as const) {
        const row = workbench.fileRow(name);
        assert.equal(await workbench.badgeOf(row), letter, name);
        assert.match(await row.first().innerText(), new RegExp(words));
      }
    });
    await workbench.page.locator('.pane-header', { hasText: /\d added, 1 changed, 1 deleted/ }).waitFor();
  });

  it('opens a changed file beside what it was', async () => {
    const workbench = window();
    await workbench.fileRow('notes.txt').first().click();
    await workbench.eventually(async () => {
      assert.equal(await workbench.editorText('original'), 'first\n');
      assert.equal(await workbench.editorText('modified'), 'first\nsecond\n');
    });
    await workbench.page.locator('.monaco-diff-editor .modified .line-insert').first().waitFor();
    await workbench.page.locator('.tab.active', { hasText: 'notes.txt (before the step ↔ as the failed' }).waitFor();
  });

  it('opens a file of the failed state', async () => {
    const workbench = window();
    await workbench.fileRow('Changes of this step').first().click();
    await workbench.fileRow('As the failed command left it').first().click();
    await workbench.fileRow('src').first().click();
    await workbench.fileRow('notes.txt').first().click();
    await workbench.page.locator('.tab.active', { hasText: /^notes\.txt/ }).waitFor();
    await workbench.eventually(async () => assert.equal(await workbench.editorText('only'), 'first\nsecond\n'));
    assert.equal(await workbench.badgeOf(workbench.fileRow('link')), 'A');
    assert.match(await workbench.fileRow('link').first().innerText(), /→ notes\.txt/);
  });

  it('shows a file byte by byte, without another extension', async () => {
    const workbench = window();
    await workbench.menuOf(workbench.fileRow('notes.txt'), 'Open byte by byte');
    await workbench.page.locator('.tab.active', { hasText: 'notes.txt.hex' }).waitFor();
    const line = '00000000  66 69 72 73 74 0a 73 65  63 6f 6e 64 0a           |first.second.|\n';
    await workbench.eventually(async () => assert.equal(await workbench.editorText('only'), line));
  });

  it('says which instruction wrote a file, and shows it', async () => {
    const workbench = window();
    await workbench.menuOf(workbench.fileRow('notes.txt'), 'Which instruction wrote this?');
    await workbench.consoleShows(/notes\.txt was changed by RUN mkdir.*line 5/);
    await workbench.page.locator('.tab.active', { hasText: 'Dockerfile' }).waitFor();
  });

  it('finds a file by its name, opens and selects it', async () => {
    const workbench = window();
    const { page } = workbench;
    await page.locator('.pane-header[aria-label^="Image Files"]').hover();
    await page.locator('.pane-header .action-label[aria-label^="Find files of the image by name"]').click();
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'as the failed command' }).click();
    await page.locator('.quick-input-message', { hasText: 'Part of a file name' }).waitFor();
    await page.keyboard.type('mad?.*');
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: '/src/out/deep/made.txt' }).click();
    await workbench.eventually(async () => assert.equal(await workbench.editorText('only'), 'built\n'));
    await workbench.page.locator('.debug-viewlet .monaco-list-row.selected', { hasText: 'made.txt' }).waitFor();
  });

  it('shows a large folder page by page', async () => {
    const workbench = window();
    const { page } = workbench;
    await workbench.fileRow('many').first().click();
    await workbench.fileRow('n0001').waitFor();
    await page.keyboard.press('End');
    await workbench.fileRow('… 500 more').click();
    await workbench.fileRow('… 500 more').waitFor({ state: 'detached' });
    await page.keyboard.press('End');
    await workbench.fileRow('n1500').waitFor();
    await page.keyboard.press('Home');
    await workbench.fileRow('many').first().click();
    await workbench.fileRow('n0001').waitFor({ state: 'detached' });
  });

  it('saves a file to the workspace', async () => {
    const workbench = window();
    await workbench.menuOf(workbench.fileRow('made.txt'), 'Save to workspace');
    await workbench.page.locator('.quick-input-widget .monaco-text-button:visible', { hasText: /^OK$/ }).click();
    await workbench.eventually(async () => {
      assert.equal(await readFile(join(workbench.folder, 'made.txt'), 'utf8'), 'built\n');
    });
    await workbench.consoleShows('Saved made.txt (6 B)');

    await workbench.menuOf(workbench.fileRow('out'), 'Save to workspace');
    await workbench.page.locator('.quick-input-widget .monaco-text-button:visible', { hasText: 'Save Here' }).click();
    await workbench.eventually(async () => {
      assert.equal(await readFile(join(workbench.folder, 'out/deep/made.txt'), 'utf8'), 'built\n');
    });
  });

  it('lets a file be dragged into an editor', async () => {
    const workbench = window();
    await workbench.command('View: Close All Editors');
    await workbench.dragToEditor(workbench.fileRow('notes.txt'));
    await workbench.eventually(async () => assert.equal(await workbench.editorText('only'), 'first\nsecond\n'));
  });

  it('is gone when the build has ended; editors keep their text', async () => {
    const workbench = window();
    await workbench.toolbar('Stop');
    await workbench.page.locator('.pane-header[aria-label^="Image Files"]').waitFor({ state: 'detached' });
    assert.equal(await workbench.editorText('only'), 'first\nsecond\n');
    await workbench.page.locator('.tab.active .monaco-icon-label.strikethrough', { hasText: 'notes.txt' }).waitFor();
  });
});

describe('Image Files at a breakpoint', () => {
  const window = windowOf(touching, 'files');

  it('shows what the step before changed', async () => {
    const workbench = window();
    await workbench.clickGutter(5);
    await workbench.page.keyboard.press('F5');
    await workbench.toolbarButton('Step Over').waitFor();
    await workbench.onlyImageFiles();
    await workbench.fileRow('Changes of the step before').first().click();
    await workbench.fileRow('usr/local/bin').first().waitFor();
    await workbench.eventually(async () => assert.equal(await workbench.badgeOf(workbench.fileRow('start')), 'A'));
  });

  it('shows what is other between two states', async () => {
    const workbench = window();
    const { page } = workbench;
    await page.locator('.pane-header[aria-label^="Image Files"]').hover();
    await page.locator('.pane-header .action-label[aria-label^="Show changes between two states"]').click();
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'the base' }).click();
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'After the instruction of a line' }).click();
    await page.locator('.quick-input-message', { hasText: 'Line of an instruction' }).waitFor();
    await page.keyboard.type('3');
    await page.keyboard.press('Enter');
    await page.locator('.monaco-list-row', { hasText: 'the base → after line 3' }).waitFor();
    await workbench.fileRow('old.txt').first().click();
    await workbench.eventually(async () => assert.equal(await workbench.editorText('only'), 'old\n'));
  });

  it('follows the build to the next stop', async () => {
    const workbench = window();
    await workbench.page.keyboard.press('F10');
    await workbench.page.locator('.exception-widget').waitFor();
    await workbench.fileRow('Changes of this step').first().waitFor();
    await workbench.eventually(async () => assert.equal(await workbench.badgeOf(workbench.fileRow('old.txt')), 'D'));
  });
});

describe('a file of Image Files', () => {
  const window = windowOf(changing, 'watch');

  it('stops the build after the step that changes it', async () => {
    const workbench = window();
    await workbench.clickGutter(3);
    await workbench.page.keyboard.press('F5');
    await workbench.toolbarButton('Step Over').waitFor();
    await workbench.onlyImageFiles();
    await workbench.fileRow('Before the step').first().click();
    await workbench.fileRow('src').first().click();
    await workbench.menuOf(workbench.fileRow('notes.txt'), 'Stop when a step changes this');
    await workbench.consoleShows('The build stops after a step that changes /src/notes.txt.');
    await workbench.toolbar('Continue');
    await workbench.stopsAt(4);
  });
});
