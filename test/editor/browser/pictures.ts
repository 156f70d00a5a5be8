import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { Workbench } from '../page/workbench.js';
import { root } from './environment.js';
import { keepPicture } from './page-tests.js';
import type { Server } from './server.js';
import { type Files, scripted, writeFiles } from '../workspaces.js';
import { openWindow } from './window.js';

/** Where the pictures of the documentation are taken, and where they go. */
export interface PictureOptions {
  readonly browser: Browser;
  readonly server: Server;
  readonly folder: string;
}

/** Takes a picture, with the mouse on something or out of the way. */
type Picture = (name: string, under?: Locator) => Promise<void>;

/** What makes a window that many know, with room for what matters. Fonts that are not installed fall back. */
const looks = {
  'workbench.colorTheme': 'Default Dark Modern',
  'editor.fontFamily': "'JetBrains Mono', 'DejaVu Sans Mono', monospace",
  'editor.fontLigatures': false,
  'editor.minimap.enabled': false,
  'editor.scrollBeyondLastLine': false,
  'terminal.integrated.fontSize': 13,
  'debug.console.fontSize': 13,
  'debug.console.fontFamily': "'JetBrains Mono', 'DejaVu Sans Mono', monospace",
  'terminal.integrated.fontFamily': "'JetBrains Mono', 'DejaVu Sans Mono', monospace",
  'diffEditor.useInlineViewWhenSpaceIsLimited': false,
  'breadcrumbs.enabled': false,
  'window.commandCenter': false,
  'window.title': '${activeEditorShort} - ${rootName}',
};

/** Takes the pictures of the documentation from the real thing, most of them with the sample of `npm start`. */
export async function takePictures(options: PictureOptions): Promise<void> {
  await mkdir(options.folder, { recursive: true });
  const sample = (workspace: string): Promise<void> =>
    cp(join(root, 'examples/sample'), workspace, { recursive: true });
  await inWindow(options, sample, async (workbench, picture) => {
    await stop(workbench, picture);
    await console(workbench, picture);
    await shell(workbench, picture);
  });
  await inWindow(options, sample, breakpoints);
  await inWindow(options, (workspace) => writeFiles(installing, workspace), changes);
  await inWindow(options, (workspace) => writeFiles(scripted, workspace), inside);
}

/** Opens a window on a new workspace, and closes it when its pictures are taken. */
async function inWindow(
  { browser, server, folder }: PictureOptions,
  fill: (workspace: string) => Promise<void>,
  take: (workbench: Workbench, picture: Picture) => Promise<void>,
): Promise<void> {
  const top = await mkdtemp(join(tmpdir(), 'dfd-pictures-'));
  const workspace = join(top, 'greeter');
  await fill(workspace);
  await mkdir(join(workspace, '.vscode'));
  await writeFile(join(workspace, '.vscode/settings.json'), JSON.stringify(looks));
  const page = await openWindow(browser, server, { folder: workspace, scale: 1.5 });
  const workbench = new Workbench(page, workspace);
  try {
    await arrange(workbench);
    await take(workbench, async (name, under) => {
      if (under === undefined) await page.mouse.move(600, 745);
      else {
        await under.hover();
        await page.locator('.workbench-hover-container').waitFor();
      }
      await page.screenshot({ path: join(folder, `${name}.png`) });
      process.stdout.write(`${join(folder, name)}.png\n`);
    });
  } catch (error) {
    await keepPicture('not-taken', workbench);
    throw error;
  } finally {
    await page.context().close();
    await rm(top, { recursive: true, force: true });
  }
}

/** A step that changes some files, and fails because of one of them. */
const installing: Files = {
  Dockerfile: `FROM busybox AS app
WORKDIR /app
COPY . .
RUN sh install.sh && sh -n bin/serve && grep -q port=8080 conf/app.conf

FROM app
CMD ["bin/serve"]
`,
  'conf/app.conf': '# how the service runs\nhost=0.0.0.0\nport=8080\nlog=info\nworkers=4\n',
  'conf/app.conf.example': '# copy me\n',
  'install.sh': `set -e
mkdir -p bin lib/app/plugins
echo 'exec httpd -f -p 8080 -h /app/lib' > bin/serve && chmod +x bin/serve
seq 400 > lib/app/index.db
for plugin in auth cache metrics; do seq 60 > lib/app/plugins/$plugin.so; done
ln -s app lib/current
sed -i -e 's/port=8080/port=80/' -e 's/log=info/log=warn/' conf/app.conf
rm conf/app.conf.example
`,
};

/** What a failed step changed, and one of the files beside what it was. */
async function changes(workbench: Workbench, picture: Picture): Promise<void> {
  const { page } = workbench;
  await page.keyboard.press('F5');
  await page.locator('.exception-widget').waitFor();
  await page.locator('.exception-widget .action-label[aria-label^="Close"]').click();
  await workbench.command('View: Hide Panel');
  await workbench.onlyImageFiles();
  await workbench.fileRow('app.conf').first().click();
  await page.locator('.monaco-diff-editor .modified .line-insert').first().waitFor();
  await picture('files');
}

/** An open Dockerfile beside the Run view. */
async function arrange(workbench: Workbench): Promise<void> {
  const { page } = workbench;
  await workbench.ready();
  await page.addStyleTag({ content: '.monaco-workbench { font-family: Inter, sans-serif !important }' });
  await workbench.openDockerfile('Dockerfile');
  await workbench.showRunView();
}

/** The stop: exception box, marks, variables, call stack, Problems. */
async function stop(workbench: Workbench, picture: Picture): Promise<void> {
  const { page } = workbench;
  await page.keyboard.press('F5');
  await page.locator('.exception-widget').waitFor();
  await workbench.consoleShows('ERROR');
  for (const pane of ['Watch', 'Breakpoints']) await page.locator(`.pane-header[aria-label^="${pane}"]`).click();
  await workbench.dragTop('.part.panel', 70);
  await workbench.dragTop('.pane-header[aria-label^="Call Stack"]', 150);
  await workbench.row('Environment').first().click();
  await workbench.row('GREETER_VERSION').first().waitFor();
  await workbench.command('Problems: Focus on Problems View');
  await picture('stop');
}

/** Commands typed into the Debug Console. */
async function console(workbench: Workbench, picture: Picture): Promise<void> {
  const { page } = workbench;
  await page.locator('.exception-widget .action-label[aria-label^="Close"]').click();
  await workbench.dragTop('.part.panel', -170);
  await workbench.consoleShows('ERROR');
  for (const [typed, answer] of [
    ['ls app config tests', 'config:'],
    [':rerun', /directory\s*exit code 2/],
  ] as const) {
    await workbench.typeInConsole(typed);
    await workbench.consoleShows(answer);
  }
  await picture('console');
}

/** A shell in the step, and what it tells. */
async function shell(workbench: Workbench, picture: Picture): Promise<void> {
  await workbench.toolbar('Open shell in step');
  await workbench.terminalShows(/\/src # *$/m);
  await workbench.typeInTerminal('ls -R');
  await workbench.terminalShows(/greet\.sh/);
  await workbench.typeInTerminal('sh -x tests/greet.sh');
  await workbench.terminalShows(/greeting\.conf: No such file[^]*# *$/m);
  await picture('shell');
}

/** One breakpoint of each kind, and the stop at the last of them. */
async function breakpoints(workbench: Workbench, picture: Picture): Promise<void> {
  const { page } = workbench;
  await workbench.gutterMenu(14, 'Add Logpoint...');
  await workbench.typeIntoWidget('version {$GREETER_VERSION}, {ls | wc -l} files');
  await workbench.gutterMenu(15, 'Add Conditional Breakpoint...');
  await workbench.typeIntoWidget('test ! -e config/greeting.conf');
  await workbench.addFunctionBreakpoint('build:WORKDIR');
  await page.keyboard.press('F5');
  await workbench.stopsAt(11);
  await workbench.openScope('Environment');
  await workbench.variableMenu('PATH', 'Break on Value Change');
  for (const line of [13, 15]) {
    await workbench.toolbar('Continue');
    await workbench.stopsAt(line);
  }
  await workbench.consoleShows('version 1.0');
  await workbench.openScope('Environment');
  await page.locator('.pane-header[aria-label^="Watch"]').click();
  // It moves while the pane above it closes.
  await page.locator('.pane-header[aria-label^="Call Stack"]').hover();
  await workbench.dragTop('.pane-header[aria-label^="Call Stack"]', 100);
  await picture('breakpoints', page.locator('.debug-breakpoints .monaco-list-row', { hasText: '15' }));
}

/** Within a RUN, at a breakpoint on one of its lines. */
async function inside(workbench: Workbench, picture: Picture): Promise<void> {
  const { page } = workbench;
  await workbench.gutterMenu(13, 'Add Conditional Breakpoint...');
  await workbench.typeIntoWidget('test "$version" = 9.9');
  await page.keyboard.press('F5');
  await workbench.stopsAt(13);
  for (const pane of ['Watch', 'Breakpoints']) await page.locator(`.pane-header[aria-label^="${pane}"]`).click();
  await workbench.variable('version').waitFor();
  await workbench.dragTop('.part.panel', -60);
  for (const [typed, answer] of [
    ['echo "$count plugins, now $name"', 'now metrics'],
    ['wc -l < lib/versions', /^3$/],
  ] as const) {
    await workbench.typeInConsole(typed);
    await workbench.consoleShows(answer);
  }
  await picture('inside');
}
