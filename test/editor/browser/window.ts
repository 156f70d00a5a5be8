import { format } from 'node:util';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Environment } from './environment.js';
import type { Server } from './server.js';

/** Starts the browser that shows VS Code. */
export async function startBrowser(environment: Environment): Promise<Browser> {
  return await chromium.launch({
    executablePath: environment.chromium,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Nothing but this machine can be reached.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

/** A window of VS Code. */
export interface WindowOptions {
  readonly folder: string;
  /** Folder of an extension under development; without it the window has what is installed in the server. */
  readonly extension?: string;
  /** Of a picture's pixels to the page's; 1 unless told. */
  readonly scale?: number;
  /** Bundle with `run()`; without it the window is as a user has it. */
  readonly tests?: string;
  readonly onLog?: (line: string) => void;
  readonly onExit?: (code: number) => void;
}

/** Opens a window of VS Code. */
export async function openWindow(browser: Browser, server: Server, options: WindowOptions): Promise<Page> {
  const context = await newContext(browser, options.scale ?? 1);
  const page = await context.newPage();
  const remote = (path: string): string => `vscode-remote://127.0.0.1:${server.port}${path}`;
  await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => options.onLog?.(format(...args)));
  await page.exposeFunction('codeAutomationExit', (code: number) => options.onExit?.(code));
  const payload = [
    ...(options.extension === undefined ? [] : [['extensionDevelopmentPath', remote(options.extension)]]),
    ...(options.tests === undefined ? [] : [['extensionTestsPath', remote(options.tests)]]),
    ['skipWelcome', 'true'],
  ];
  const query = new URLSearchParams({ folder: options.folder, payload: JSON.stringify(payload) });
  await page.goto(`http://127.0.0.1:${server.port}/?${query.toString()}`, { waitUntil: 'commit' });
  return page;
}

/** The size is that of the pictures in the documentation. */
async function newContext(browser: Browser, scale: number): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 750 }, deviceScaleFactor: scale });
  context.setDefaultTimeout(90_000);
  return context;
}
