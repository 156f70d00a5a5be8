import { EventEmitter, once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { type Counts, total } from '../results.js';
import { bundleSuite, packExtension } from './bundle.js';
import { findEnvironment, root } from './environment.js';
import { runPageTests } from './page-tests.js';
import { takePictures } from './pictures.js';
import { installExtension, type Server, startServer } from './server.js';
import { openWindow, startBrowser } from './window.js';
import { writeWorkspaces } from './workspaces-on-disk.js';

/** The extension host's half has this long. */
const hostTimeoutMs = 600_000;

/** Runs both halves of the suite in VS Code's server; gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { screenshots: { type: 'string' }, grep: { type: 'string' }, half: { type: 'string' } },
  });
  const environment = await findEnvironment();
  if (typeof environment === 'string') {
    return await skip(environment);
  }
  await access(join(extensionFolder(), 'dist/debug-adapter.js'));
  const top = await mkdtemp(join(tmpdir(), 'dfd-editor-'));
  await installExtension(environment, join(top, 'server'), await packExtension(extensionFolder(), top));
  await using server = await startServer(environment, join(top, 'server'), await variables(top, values.grep));
  await using browser = await startBrowser(environment);
  if (values.screenshots !== undefined) {
    await takePictures({ browser, server, folder: values.screenshots });
    return 0;
  }
  const counts: Counts[] = [];
  if (values.half !== 'page') {
    counts.push(await runHostTests(browser, server, top));
  }
  if (values.half !== 'host') {
    counts.push(await runPageTests({ browser, server, grep: values.grep }));
  }
  const result = await report(total(counts));
  await rm(top, { recursive: true, force: true });
  return result;
}

/** Another folder with a built extension may be tested: `DFD_EXTENSION`. */
function extensionFolder(): string {
  return process.env.DFD_EXTENSION ?? root;
}

async function variables(top: string, grep: string | undefined): Promise<Record<string, string>> {
  return {
    DFD_TEST_WORKSPACES: await writeWorkspaces(top),
    DFD_HOST_RESULT: join(top, 'host-result.json'),
    ...(grep !== undefined && { DFD_TEST_GREP: grep }),
  };
}

async function runHostTests(browser: Browser, server: Server, top: string): Promise<Counts> {
  const tests = await bundleSuite();
  const ended = new EventEmitter<{ exit: [number] }>();
  const exit = once(ended, 'exit', { signal: AbortSignal.timeout(hostTimeoutMs) });
  const page = await openWindow(browser, server, {
    folder: join(top, 'workspaces'),
    extension: extensionFolder(),
    tests,
    onLog: (line) => process.stdout.write(`${line}\n`),
    onExit: (code) => ended.emit('exit', code),
  });
  try {
    await exit;
    return JSON.parse(await readFile(join(top, 'host-result.json'), 'utf8')) as Counts;
  } finally {
    await page.context().close();
  }
}

async function skip(reason: string): Promise<number> {
  const inCI = process.env.CI === 'true';
  process.stdout.write(
    `${inCI ? 'FAILED' : 'SKIPPED'}: the editor's tests need VS Code's server and Chromium; ${reason}\n`,
  );
  return await report(inCI ? { passed: 0, failed: 1, skipped: 0 } : { passed: 0, failed: 0, skipped: 1 });
}

async function report(counts: Counts): Promise<number> {
  if (process.env.DFD_TEST_RESULT !== undefined) {
    await writeFile(process.env.DFD_TEST_RESULT, JSON.stringify(counts));
  }
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  return counts.failed > 0 ? 1 : 0;
}
