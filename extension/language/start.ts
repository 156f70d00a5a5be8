import * as vscode from 'vscode';
import { buildContextOf } from '../debug/launch-entry.js';
import { isDockerfile } from '../files/workspace.js';
import { answering } from '../report.js';
import { onSettings, readSettings } from '../settings.js';
import type { RunningClient } from './client.js';
import { type Offer, offersFor } from './offers.js';

/** The client and the server are loaded this long after the first Dockerfile was opened: F5 comes first. */
const idleMs = 1500;

/** Starts the language server some time after the first Dockerfile was opened, with what the setting allows. */
export function languageFeatures(extensionUri: vscode.Uri, log: vscode.LogOutputChannel): vscode.Disposable {
  const server = vscode.Uri.joinPath(extensionUri, 'dist', 'language-server.js').fsPath;
  let running: Promise<RunningClient | undefined> = Promise.resolve(undefined);
  let timer: NodeJS.Timeout | undefined;

  const restart = (): void => {
    timer = undefined;
    const offers = offersFor(readSettings().languageServer, (id) => vscode.extensions.getExtension(id) !== undefined);
    running = running.then(async (client) => {
      await client?.stop();
      return await start(server, offers, log);
    });
  };
  const startSoon = (): void => {
    timer ??= setTimeout(restart, idleMs);
  };
  const opened = vscode.workspace.onDidOpenTextDocument((document) => {
    if (isDockerfile(document)) {
      opened.dispose();
      startSoon();
    }
  });
  if (vscode.workspace.textDocuments.some(isDockerfile)) {
    opened.dispose();
    startSoon();
  }
  return vscode.Disposable.from(
    opened,
    onSettings(['languageServer'], startSoon),
    { dispose: () => clearTimeout(timer) },
    { dispose: () => void running.then(async (client) => await client?.stop()) },
  );
}

/** The client has a bundle of its own, `dist/language-client.js`, so that activation does not read it. */
async function start(
  server: string,
  offers: readonly Offer[],
  log: vscode.LogOutputChannel,
): Promise<RunningClient | undefined> {
  let client: RunningClient | undefined;
  if (offers.length > 0) {
    await answering(log, async () => {
      const { startClient } = await import('./client.js');
      client = await startClient(server, offers, buildContextOf, log);
    });
  }
  return client;
}
