import { strict as assert } from 'node:assert';
import type { Locator, Page } from 'playwright-core';
import { badgeScript, countPixelsScript, marksScript, type PaintedMark } from './in-page.js';

/** A window of VS Code, as a user sees and touches it. */
export class Workbench {
  constructor(
    readonly page: Page,
    readonly folder: string,
  ) {}

  /** Waits until the window can be used. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
  }

  /** Opens a Dockerfile by a double click in the Explorer, and waits until the extension shows that it is there. */
  async openDockerfile(name: string): Promise<void> {
    await this.page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${name}"]`).dblclick();
    await this.page.locator('.codelens-decoration', { hasText: 'Debug' }).first().waitFor();
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.quickInput('ControlOrMeta+p', name);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
    await this.page.locator('.editor-instance .monaco-editor.focused').first().waitFor();
  }

  /** Runs a command from the palette, by its title. */
  async command(title: string): Promise<void> {
    await this.quickInput('F1', `>${title}`);
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    await row.waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Opens the quick input by its key, and types. It closes again when something else takes the focus just then. */
  async quickInput(key: string, text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input[type="text"]');
    await this.eventually(async () => {
      if (!(await input.isVisible())) await this.page.keyboard.press(key);
      await input.fill(text, { timeout: 2000 });
      assert.equal(await input.inputValue({ timeout: 500 }), text);
    });
  }

  /** Shows a view of the Run and Debug side bar. */
  async showRunView(): Promise<void> {
    const view = this.page.locator('.debug-viewlet');
    if (await view.isVisible()) return;
    await this.command('View: Show Run and Debug');
    await view.waitFor();
  }

  /** Clicks a button of the debug toolbar, by its title. */
  async toolbar(title: string): Promise<void> {
    await this.toolbarButton(title).click();
  }

  /** A button of the debug toolbar. */
  toolbarButton(title: string): Locator {
    return this.page.locator(`.debug-toolbar .action-label[aria-label^="${title}"]`);
  }

  /** The text of an editor's line, counted from 1, by its place under the line number. */
  line(line: number): Locator {
    return this.page.locator('.editor-instance .line-numbers', { hasText: new RegExp(`^${line}$`) });
  }

  /** Puts the cursor into a line's number column, where breakpoints are set. */
  async clickGutter(line: number): Promise<void> {
    const box = await this.#boxOf(this.line(line));
    await this.page.mouse.click(box.x - 10, box.y + box.height / 2);
  }

  /** Chooses from the menu of a line's gutter. */
  async gutterMenu(line: number, title: string): Promise<void> {
    await this.#choose(title, async () => {
      const box = await this.#boxOf(this.line(line));
      await this.page.mouse.click(box.x - 10, box.y + box.height / 2, { button: 'right' });
    });
  }

  /** Types a condition or log message into the breakpoint widget that is open. */
  async typeIntoWidget(text: string): Promise<void> {
    const widget = this.page.locator('.breakpoint-widget');
    await widget.locator('.inputContainer .monaco-editor.focused').waitFor();
    await this.page.keyboard.type(text);
    await widget.locator('.view-line', { hasText: text.slice(0, 5) }).waitFor();
    await this.page.keyboard.press('Enter');
    await widget.waitFor({ state: 'detached' });
  }

  /** Adds one by the + of the Breakpoints view. */
  async addFunctionBreakpoint(name: string): Promise<void> {
    const header = this.page.locator('.pane-header[aria-label^="Breakpoints"]');
    await header.hover();
    await header.locator('.action-label[aria-label^="Add Function Breakpoint"]').click();
    const input = this.page.locator('.debug-breakpoints input[type="text"]');
    await input.fill(name);
    await input.press('Enter');
    await this.row(name).waitFor();
  }

  /** Opens one scope of the Variables view, and closes the others: there is little room. */
  async openScope(name: string): Promise<void> {
    const scopes = this.page.locator('.debug-variables .monaco-list-row[aria-level="1"]');
    const open = scopes.and(this.page.locator('[aria-expanded="true"]'));
    await scopes.first().waitFor();
    await this.eventually(async () => {
      if ((await open.count()) > 0) await open.first().click();
      assert.equal(await open.count(), 0);
    });
    await scopes.filter({ hasText: name }).click();
    await open.waitFor();
  }

  /** A variable of the open scope. */
  variable(name: string): Locator {
    const rows = this.page.locator('.debug-variables .monaco-list-row[aria-level="2"]');
    return rows.filter({ has: this.page.locator('.name', { hasText: new RegExp(`^${name}\\b`) }) });
  }

  /** Chooses from the menu of a variable. */
  async variableMenu(name: string, title: string): Promise<void> {
    await this.#choose(title, async () => {
      await this.variable(name).click({ button: 'right' });
    });
  }

  /** Gives a variable of the Variables view another value. */
  async setValue(name: string, value: string): Promise<void> {
    await this.variable(name).dblclick();
    const input = this.page.locator('.debug-variables input[type="text"]');
    await input.fill(value);
    await input.press('Enter');
    await input.waitFor({ state: 'hidden' });
  }

  /** A code lens by its words. */
  lens(text: string): Locator {
    return this.page.locator('.codelens-decoration a', { hasText: text });
  }

  /** Presses a button of the notification that says something: behind the bell, for VS Code shows tests no toasts. */
  async answerNotification(text: string, button: string): Promise<void> {
    await this.page.locator('.statusbar-item[id="status.notifications"]').click();
    const row = this.page.locator('.notifications-center .monaco-list-row', { hasText: text });
    await row.click();
    await row.locator('.monaco-button', { hasText: button }).click();
  }

  /** What is said of a thread in the Call Stack. */
  stateOfThread(text: string): Locator {
    return this.page.locator('.debug-viewlet').getByText(text, { exact: true }).first();
  }

  /** Waits until the yellow arrow points at a line. */
  async stopsAt(line: number): Promise<void> {
    await this.eventually(async () => assert.equal(await this.stoppedLine(), line));
  }

  /** Waits until the yellow arrow is gone: the step that goes on must take a while, or it is back before it is missed. */
  async leavesStop(): Promise<void> {
    await this.page.locator('.cgmr[class*="codicon-debug-stackframe"]').waitFor({ state: 'detached' });
  }

  /** The mark of ours in the gutter beside a line: the name of the picture. */
  async markAt(line: number): Promise<string | undefined> {
    const { y, height } = await this.#boxOf(this.line(line));
    const marks = await this.page.evaluate<readonly PaintedMark[]>(marksScript);
    return marks.find(({ top }) => Math.abs(top - y) < height / 2)?.name;
  }

  /** What the icon of a line's breakpoint says: `log`, `conditional`, … */
  async breakpointAt(line: number): Promise<string | undefined> {
    const { y, height } = await this.#boxOf(this.line(line));
    for (const icon of await this.page.locator('.cgmr[class*="codicon-debug-breakpoint-"]').all()) {
      const box = await icon.boundingBox();
      if (box === null || Math.abs(box.y - y) > height / 2) continue;
      return /codicon-debug-breakpoint-(\w+)/.exec((await icon.getAttribute('class')) ?? '')?.[1];
    }
    return undefined;
  }

  /** How many pixels left of a line's number have a colour: whether a mark is painted, not only meant to be. */
  async paintedBeside(line: number, colour: readonly [number, number, number]): Promise<number> {
    const { x, y, height } = await this.#boxOf(this.line(line));
    const picture = await this.page.screenshot({ clip: { x: x - 45, y, width: 45, height } });
    return await this.page.evaluate<number>(countPixelsScript(picture, colour));
  }

  /** The line that the yellow arrow points at. */
  async stoppedLine(): Promise<number | undefined> {
    const arrow = await this.#boxOf(this.page.locator('.cgmr[class*="codicon-debug-stackframe"]'));
    for (const number of await this.page.locator('.editor-instance .line-numbers').all()) {
      const box = await number.boundingBox();
      if (box !== null && Math.abs(box.y - arrow.y) < box.height / 2) {
        return Number(await number.innerText());
      }
    }
    return undefined;
  }

  /** Replaces a text of the open editor by hand, and saves. */
  async replace(from: string, to: string): Promise<void> {
    await this.page.locator('.editor-instance .view-lines').first().click();
    await this.page.keyboard.press('ControlOrMeta+f');
    await this.page.locator('.find-widget.visible').waitFor();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.type(from);
    await this.page.locator('.find-widget .matchesCount', { hasText: '1 of 1' }).waitFor();
    await this.page.keyboard.press('Alt+Enter');
    await this.page
      .locator('.editor-instance .view-line .selected-text, .editor-instance .selected-text')
      .first()
      .waitFor();
    await this.page.keyboard.type(to);
    await this.page.locator('.find-widget .matchesCount', { hasText: 'No results' }).waitFor();
    await this.page.keyboard.press('ControlOrMeta+s');
    await this.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
    await this.page.keyboard.press('Escape');
  }

  /** Gives the file of the active editor, which has the focus, another text, and saves. */
  async writeAll(text: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('ControlOrMeta+s');
    await this.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
  }

  /** Waits for a text in the Debug Console. */
  async consoleShows(text: string | RegExp): Promise<void> {
    // A terminal may stand in front of it.
    await this.page
      .getByRole('tab', { name: /^Debug Console/ })
      .first()
      .click();
    await this.page.locator('.repl .monaco-list-row', { hasText: text }).first().waitFor();
  }

  /** Types into the Debug Console, which is in front, and Enter. */
  async typeInConsole(text: string): Promise<void> {
    await this.page.locator('.repl-input-wrapper .monaco-editor').click();
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press('Enter');
  }

  /** Drags the upper border of something by so many pixels, down if positive. */
  async dragTop(selector: string, by: number): Promise<void> {
    const box = await this.#boxOf(this.page.locator(selector));
    const [x, y] = [box.x + box.width / 2, box.y - 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x, y + by / 2);
    await this.page.mouse.move(x, y + by);
    await this.page.mouse.up();
  }

  /** All that the terminal shows, line by line. */
  async terminalText(): Promise<string> {
    const rows = this.page.locator('.terminal-wrapper.active .xterm-rows').first().locator('> div');
    return (await rows.allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
  }

  /** Waits until the terminal shows something. */
  async terminalShows(pattern: RegExp): Promise<void> {
    await this.eventually(async () => assert.match(await this.terminalText(), pattern));
  }

  /** Types into the terminal, and Enter. */
  async typeInTerminal(text: string): Promise<void> {
    await this.page.locator('.terminal-wrapper.active .xterm').click();
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }

  /** A row of a tree of the Run view: `variables`, `callstack`, `breakpoints`. */
  row(text: string): Locator {
    return this.page.locator('.debug-viewlet .monaco-list-row', { hasText: text });
  }

  /** A row of Image Files, by its name. */
  fileRow(name: string): Locator {
    return this.page
      .locator('.pane', { has: this.page.locator('.pane-header[aria-label^="Image Files"]') })
      .locator('.monaco-list-row')
      .filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** The letter that is painted behind a row. */
  async badgeOf(row: Locator): Promise<string> {
    const id = await row.first().getAttribute('id');
    return await this.page.evaluate<string>(badgeScript(id ?? ''));
  }

  /** Text of the active editor; of a diff editor, that of one side. */
  async editorText(side: 'original' | 'modified' | 'only'): Promise<string> {
    const own = side === 'only' ? '.editor-instance' : `.monaco-diff-editor .editor.${side}`;
    const lines = await this.page.locator(`${own} .view-lines`).first().locator('.view-line').allInnerTexts();
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  /** Gives Image Files the room of the other views of the Run and Debug side bar. */
  async onlyImageFiles(): Promise<void> {
    await this.showRunView();
    await this.page.locator('.debug-viewlet .pane-header[aria-label^="Image Files"]').waitFor();
    for (const name of ['Variables', 'Watch', 'Call Stack', 'Breakpoints', 'Image Files']) {
      const header = this.page.locator(`.debug-viewlet .pane-header[aria-label^="${name}"]`);
      const wanted = String(name === 'Image Files');
      // A stop gives the editor the focus at any moment: a key would be typed into the Dockerfile.
      if ((await header.getAttribute('aria-expanded')) !== wanted) await header.click({ position: { x: 40, y: 10 } });
      await this.eventually(async () => assert.equal(await header.getAttribute('aria-expanded'), wanted));
    }
  }

  /** Drags something into the middle of the editors. */
  async dragToEditor(from: Locator): Promise<void> {
    const target = await this.#boxOf(this.page.locator('.part.editor'));
    const [x, y] = [target.x + target.width / 2, target.y + target.height / 2];
    await from.first().hover();
    await this.page.mouse.down();
    await this.page.mouse.move(x, y - 20, { steps: 10 });
    const overlay = this.page.locator('.editor-group-overlay-indicator');
    await this.eventually(async () => {
      await this.page.mouse.move(x + 1, y, { steps: 3 });
      await this.page.mouse.move(x, y + 1, { steps: 3 });
      assert.ok(await overlay.first().isVisible());
    }, 20_000);
    await this.page.mouse.up();
  }

  /** Chooses an entry of the context menu of a row. */
  async menuOf(row: Locator, entry: string): Promise<void> {
    await this.#choose(entry, async () => {
      await row.first().click({ button: 'right' });
    });
  }

  /** Waits until something holds; fails with what was wrong last. */
  async eventually(check: () => Promise<void>, withinMs = 90_000): Promise<void> {
    const end = Date.now() + withinMs;
    for (;;) {
      try {
        await check();
        return;
      } catch (error) {
        if (Date.now() > end) {
          throw error;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  /**
   * Opens a menu and chooses from it. A menu closes when something else takes the focus, as a stop does for its editor:
   * it is opened again then, as a user would.
   */
  async #choose(title: string, open: () => Promise<void>): Promise<void> {
    const item = this.page.locator('.monaco-menu .action-item', { hasText: title }).first();
    await this.eventually(async () => {
      await open();
      try {
        // A menu takes no click so soon after it opened.
        await item.hover({ timeout: 3000 });
        const chosen = this.page.locator('.monaco-menu .action-item.focused', { hasText: title });
        await chosen.locator('.action-menu-item').press('Enter', { timeout: 3000 });
      } catch (error) {
        await this.page.keyboard.press('Escape');
        throw error;
      }
    }, 30_000);
    await item.waitFor({ state: 'detached' });
  }

  async #boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
    const box = await locator.first().boundingBox();
    assert.ok(box !== null, 'the line is on screen');
    return box;
  }
}
